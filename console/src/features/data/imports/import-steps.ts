import { useText } from '../../../ui/text.ts'

export type ImportStep = 'file' | 'mapping' | 'options' | 'run'

/** The steps of an import, the same on all its pages. */
export function useImportSteps(): { key: ImportStep; title: string }[] {
  const text = useText('data')
  return [
    { key: 'file', title: text('imports.steps.file') },
    { key: 'mapping', title: text('imports.steps.mapping') },
    { key: 'options', title: text('imports.steps.options') },
    { key: 'run', title: text('imports.steps.run') },
  ]
}
