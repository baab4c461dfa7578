import { Button } from 'antd'
import { ProblemError } from '../../../contracts/client.ts'
import { Link } from './link.tsx'
import { useLocaleText, useText } from './text.ts'

/** What went wrong, in the reader's language, with the request's id for whoever helps, and a way out. */
export function ErrorView({ error, retry }: { error: Error; retry?: () => void }) {
  const text = useText('common')
  const pick = useLocaleText()
  const problem = error instanceof ProblemError ? error.problem : undefined
  // What is not there, or not allowed, is so again: nothing to try once more, nothing to report.
  const isFinal = problem?.status === 404 || problem?.status === 403
  return (
    <div className="error-view" role="alert">
      <h3>{problem ? pick(problem) : text('error.unexpected')}</h3>
      {problem?.problems.map((one) => (
        <p key={one.at + one.en}>{pick(one)}</p>
      ))}
      {!problem && <p className="faint">{error.message}</p>}
      {problem?.requestId !== undefined && !isFinal && (
        <p className="faint">
          {text('error.requestId')} <code>{problem.requestId}</code>
        </p>
      )}
      <div className="error-view-ways">
        {retry && !isFinal && (
          <Button type="primary" onClick={retry}>
            {text('error.retry')}
          </Button>
        )}
        <Link to="/">{text('error.home')}</Link>
      </div>
    </div>
  )
}
