import { Alert } from 'antd'
import { ProblemError } from '../../../contracts/client.ts'
import { useLocaleText } from './text.ts'

/** Why something was refused, with every problem; for what is no form of antd. */
export function ActError({ error }: { error: Error | null }) {
  const pick = useLocaleText()
  if (!error) return null
  const problem = error instanceof ProblemError ? error.problem : undefined
  return (
    <Alert
      type="error"
      showIcon
      className="form-error"
      title={problem ? pick(problem) : error.message}
      description={problem && problem.problems.length > 0 ? problem.problems.map((one) => pick(one)).join(' ') : undefined}
    />
  )
}
