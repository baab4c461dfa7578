import { Alert } from 'antd'
import { ProblemError } from '../../../../../contracts/client.ts'
import { useLocaleText } from '../../../ui/text.ts'

/** What is wrong with a definition, in words. */
export function DefinitionProblems({ error }: { error: Error | null }) {
  const pick = useLocaleText()
  if (error === null) return null
  const texts = error instanceof ProblemError ? (error.problem.problems?.length ? error.problem.problems.map(pick) : [pick(error.problem)]) : [error.message]
  return <Alert type="error" showIcon title={texts.join(' · ')} style={{ marginBottom: 12 }} />
}
