import { Alert } from 'antd'
import type { z } from 'zod'
import type { ColumnAnalysis } from '../../../../../contracts/imports.ts'
import { useLocaleText, useText } from '../../../ui/text.ts'
import type { MappingProblem } from './mapping-problems.ts'

/** What still stands between the mapping and the import, in words. */
export function MappingProblems({ problems, columns }: { problems: MappingProblem[]; columns: z.infer<typeof ColumnAnalysis>[] }) {
  const text = useText('data')
  const pick = useLocaleText()
  if (problems.length === 0) return null
  const sentence = (problem: MappingProblem): string => {
    if (problem.kind === 'missing') return text('imports.problems.missing', { field: pick(problem.field.label) })
    if (problem.kind === 'missingOneOf')
      return text('imports.problems.missingOneOf', { fields: problem.fields.map((field) => pick(field.label)).join(text('imports.problems.or')) })
    return text('imports.problems.twice', {
      columns: problem.columns.map((index) => columns[index]?.header ?? String(index + 1)).join(text('imports.problems.and')),
    })
  }
  return (
    <Alert
      type="warning"
      showIcon
      className="mapping-problems"
      title={text('imports.problems.title')}
      description={
        <ul>
          {problems.map((problem) => (
            <li key={sentence(problem)}>{sentence(problem)}</li>
          ))}
        </ul>
      }
    />
  )
}
