import { useRouteError } from 'react-router'
import { ErrorView } from '../ui/error-view.tsx'
import { useText } from '../ui/text.ts'

/** What shows when a page throws. After an update a page's old chunk is gone: one reload brings the new console. */
export function CrashPage({ inside = false }: { inside?: boolean }) {
  const text = useText('common')
  const thrown = useRouteError()
  const said = thrown instanceof Error ? thrown : new Error(String(thrown))
  // Browsers say in words of their own that a chunk could not be had.
  const error = /preload|dynamically imported|importing a module/i.test(said.message) ? new Error(text('error.notLoaded')) : said
  return (
    <div className={inside ? '' : 'lone-page'}>
      <ErrorView error={error} retry={() => location.reload()} />
    </div>
  )
}
