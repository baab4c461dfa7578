import { useRouteError } from 'react-router'
import { ErrorView } from '../ui/error-view.tsx'

/** What shows when a page throws. After an update a page's old chunk is gone: one reload brings the new console. */
export function CrashPage({ inside = false }: { inside?: boolean }) {
  const thrown = useRouteError()
  const error = thrown instanceof Error ? thrown : new Error(String(thrown))
  return (
    <div className={inside ? '' : 'lone-page'}>
      <ErrorView error={error} retry={() => location.reload()} />
    </div>
  )
}
