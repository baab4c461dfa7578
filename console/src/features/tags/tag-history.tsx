import { Button, Skeleton } from 'antd'
import { tagRoutes, tagSources } from '../../../../contracts/tags.ts'
import { usePages } from '../../ui/api.ts'
import { ErrorView } from '../../ui/error-view.tsx'
import { useText } from '../../ui/text.ts'
import { DateTime, PersonLink } from '../../ui/values.tsx'

/** Who got and lost the tag, newest first. */
export function TagHistory({ id }: { id: string }) {
  const text = useText('tags')
  const common = useText('common')
  const pages = usePages(tagRoutes.readTagHistory, { params: { id }, query: { limit: 20 } })
  const sourceOf = (source: string): string => {
    if (source === 'undo') return text('sources.undo')
    const known = tagSources.find((one) => one === source)
    return known ? text(`sources.${known}`) : source
  }
  if (pages.error) return <ErrorView error={pages.error} retry={pages.retry} />
  if (pages.isLoading) return <Skeleton active title={false} />
  if (pages.rows.length === 0) return <p className="faint">{text('history.none')}</p>
  return (
    <>
      <ol className="tag-history">
        {pages.rows.map((change) => (
          <li key={change.id}>
            <DateTime at={change.at} />
            <span>
              <PersonLink personId={change.personId} name={change.personName} /> {text(`history.changes.${change.change}`)}
              {change.value !== '' && <b> {change.value}</b>}
              {change.expiresAt !== null && change.change === 'set' && (
                <small className="faint">
                  {' '}
                  {text('history.until')} <DateTime at={change.expiresAt} dateOnly />
                </small>
              )}
            </span>
            <small className="faint">{[sourceOf(change.source), change.setBy].filter(Boolean).join(' · ')}</small>
          </li>
        ))}
      </ol>
      {pages.hasMore && (
        <Button size="small" loading={pages.isLoadingMore} onClick={pages.loadMore}>
          {common('table.more')}
        </Button>
      )}
    </>
  )
}
