import { useLocaleText } from '../../../ui/text.ts'
import { useRuleEditing } from './rule-context.ts'
import type { Path } from './rule-editing.ts'

/** What the server found wrong with a node. */
export function NodeProblems({ path }: { path: Path }) {
  const pick = useLocaleText()
  const { problems } = useRuleEditing()
  const own = problems.get(path)
  if (!own) return null
  return (
    <div className="rule-problems" role="alert">
      {own.map((problem) => (
        <p key={problem.at + problem.en}>{pick(problem)}</p>
      ))}
    </div>
  )
}
