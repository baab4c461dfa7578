import { Button } from 'antd'
import type { ReactNode } from 'react'
import { ProblemError } from '../../../../../contracts/client.ts'
import { formatCount, formatPercent } from '../../../ui/format.ts'
import { Link, peoplePath } from '../../../ui/link.tsx'
import { useLocale, useLocaleText, useText } from '../../../ui/text.ts'
import { Count } from '../../../ui/values.tsx'
import type { LiveCount as LiveCountState } from './use-live-count.ts'
import './editor.css'

interface LiveCountProps {
  live: LiveCountState
  /** How many conditions are not filled in. */
  unfinished: number
  /** The saved segment whose people these are; otherwise `onOpen` shows them. */
  segmentId?: string
  onOpen: () => void
}

/** The big number beside the builder, opening its people. */
export function LiveCount({ live, unfinished, segmentId, onOpen }: LiveCountProps) {
  const text = useText('audience')
  const locale = useLocale()
  const { count } = live
  const share = count && count.total > 0 ? count.count / count.total : 0
  const isStale = live.isCounting || unfinished > 0 || live.error !== null
  return (
    <div className={`live-count ${isStale ? 'live-count-stale' : ''}`} aria-live="polite" aria-busy={live.isCounting}>
      <p className="live-count-number">
        {count === undefined ? (
          <span className="number">–</span>
        ) : (
          <Opener segmentId={isStale ? undefined : segmentId} disabled={isStale} onOpen={onOpen} value={count.count} />
        )}
        <small>{text('count.people', { count: count?.count ?? 0 })}</small>
      </p>
      <div className="live-count-bar" aria-hidden="true">
        <span style={{ width: formatPercent(share, 'en') }} />
      </div>
      <p className="live-count-note">
        <Note live={live} unfinished={unfinished}>
          {count && text('count.share', { percent: formatPercent(share, locale, 1), total: formatCount(count.total, locale) })}
          {count?.exact === false && ` · ${text('count.margin', { percent: count.marginPercent })}`}
          {live.isRefining && ` · ${text('count.refining')}`}
        </Note>
      </p>
    </div>
  )
}

function Opener({ segmentId, disabled, onOpen, value }: { segmentId?: string; disabled: boolean; onOpen: () => void; value: number }) {
  const text = useText('audience')
  if (segmentId !== undefined)
    return (
      <Link to={peoplePath({ segmentId })} title={text('count.open')}>
        <Count value={value} />
      </Link>
    )
  return (
    <button type="button" disabled={disabled} title={text('count.open')} onClick={onOpen}>
      <Count value={value} />
    </button>
  )
}

function Note({ live, unfinished, children }: { live: LiveCountState; unfinished: number; children: ReactNode }) {
  const text = useText('audience')
  const pick = useLocaleText()
  if (unfinished > 0) return text('count.unfinished', { count: unfinished })
  if (live.error instanceof ProblemError)
    return (
      <span className="live-count-error">
        {live.error.problem.name === 'validation' ? text('count.wrong') : pick(live.error.problem)}{' '}
        {live.error.problem.name !== 'validation' && (
          <Button type="link" size="small" onClick={live.retry}>
            {text('count.retry')}
          </Button>
        )}
      </span>
    )
  return live.isCounting ? text('count.counting') : children
}
