import { useText } from '../../../ui/text.ts'

export type ImportStep = 'file' | 'mapping' | 'options' | 'check' | 'run'

/** The steps of an import, the same on all its pages. */
export function useImportSteps(): { key: ImportStep; title: string }[] {
  const text = useText('data')
  return (['file', 'mapping', 'options', 'check', 'run'] as const).map((key) => ({ key, title: text(`imports.steps.${key}`) }))
}
