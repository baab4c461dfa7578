import { Button, Checkbox, Skeleton } from 'antd'
import type { ReactNode } from 'react'
import type { Pages } from '../../ui/api.ts'
import { ErrorView } from '../../ui/error-view.tsx'
import { useIsSmall } from '../../ui/preferences.ts'
import { useText } from '../../ui/text.ts'
import { useKeys } from './use-keys.ts'

interface QueueProps<Row> {
  label: string
  pages: Pages<Row>
  idOf: (row: Row) => number
  /** The row that is open beside the list. */
  openId: number | undefined
  onOpen: (id: number | undefined) => void
  selected: readonly number[]
  onSelect: (ids: number[]) => void
  /** May rows be chosen for a decision together? */
  canSelect: boolean
  renderRow: (row: Row) => ReactNode
  empty: ReactNode
  /** Shown when some rows are chosen. */
  bulk: ReactNode
  children: ReactNode
}

const keepInView = (row: HTMLLIElement | null): void => row?.scrollIntoView({ block: 'nearest' })

/** A queue of decisions: the list on the left, what is being decided on the right; `j` and `k` walk, `x` chooses. On a phone one takes the place of the other. */
export function Queue<Row>({ label, pages, idOf, openId, onOpen, selected, onSelect, canSelect, renderRow, empty, bulk, children }: QueueProps<Row>) {
  const text = useText('one-id')
  const isSmall = useIsSmall()
  const ids = pages.rows.map(idOf)
  const index = openId === undefined ? -1 : ids.indexOf(openId)
  const walk = (step: number): void => {
    const next = ids[Math.min(ids.length - 1, Math.max(0, index + step))]
    if (next !== undefined) onOpen(next)
  }
  const toggle = (id: number): void => onSelect(selected.includes(id) ? selected.filter((one) => one !== id) : [...selected, id])
  useKeys({
    j: () => walk(1),
    ArrowDown: () => walk(1),
    k: () => walk(-1),
    ArrowUp: () => walk(-1),
    x: canSelect && openId !== undefined ? () => toggle(openId) : undefined,
  })
  if (pages.error && pages.rows.length === 0) return <ErrorView error={pages.error} retry={pages.retry} />
  if (pages.isLoading) return <Skeleton active paragraph={{ rows: 8 }} />
  if (pages.rows.length === 0) return <section className="panel">{empty}</section>
  if (isSmall && openId !== undefined)
    return (
      <>
        <div className="queue-walk">
          <Button size="small" onClick={() => onOpen(undefined)}>
            {text('queue.back')}
          </Button>
          <span className="queue-walk-steps">
            <Button size="small" disabled={index <= 0} onClick={() => walk(-1)}>
              {text('queue.previous')}
            </Button>
            <Button size="small" disabled={index >= ids.length - 1} onClick={() => walk(1)}>
              {text('queue.next')}
            </Button>
          </span>
        </div>
        {children}
      </>
    )
  return (
    <div className="queue">
      <section className="panel queue-list">
        {canSelect && (
          <div className="queue-bulk">
            <Checkbox
              aria-label={text('queue.all')}
              checked={selected.length > 0 && ids.every((id) => selected.includes(id))}
              indeterminate={selected.length > 0 && !ids.every((id) => selected.includes(id))}
              onChange={(event) => onSelect(event.target.checked ? ids.slice(0, 200) : [])}
            />
            {selected.length > 0 ? bulk : <span className="faint">{text(isSmall ? 'queue.choose' : 'queue.keys')}</span>}
          </div>
        )}
        <ul aria-label={label}>
          {pages.rows.map((row) => {
            const id = idOf(row)
            return (
              <li
                key={id}
                ref={id === openId ? keepInView : undefined}
                aria-current={id === openId}
                className={id === openId ? 'queue-row queue-row-open' : 'queue-row'}
              >
                {canSelect && <Checkbox aria-label={text('queue.one', { id })} checked={selected.includes(id)} onChange={() => toggle(id)} />}
                <button type="button" onClick={() => onOpen(id)}>
                  {renderRow(row)}
                </button>
              </li>
            )
          })}
        </ul>
        {pages.hasMore && (
          <Button block type="text" loading={pages.isLoadingMore} onClick={pages.loadMore}>
            {text('queue.more')}
          </Button>
        )}
      </section>
      <div className="queue-detail">{children}</div>
    </div>
  )
}
