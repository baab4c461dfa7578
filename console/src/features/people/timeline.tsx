import { Button, Segmented, Skeleton } from 'antd'
import { Fragment, useState } from 'react'
import { peopleRoutes, type TimelineItem } from '../../../../contracts/people.ts'
import { usePages } from '../../ui/api.ts'
import { ErrorView } from '../../ui/error-view.tsx'
import { formatInstant } from '../../ui/format.ts'
import { Panel } from '../../ui/panel.tsx'
import { useZone } from '../../ui/session-context.ts'
import { useText } from '../../ui/text.ts'
import { EventName, Money } from '../../ui/values.tsx'

const kinds = ['order', 'event', 'message', 'reply'] as const
type Kind = (typeof kinds)[number]

/** What happened with the person, newest first, in one list. */
export function Timeline({ personId }: { personId: number }) {
  const text = useText('people')
  const [kind, setKind] = useState<Kind | 'all'>('all')
  const pages = usePages(peopleRoutes.readTimeline, { params: { personId }, query: kind === 'all' ? {} : { kind } })
  return (
    <Panel
      title={text('person.timeline')}
      extra={
        <Segmented<Kind | 'all'>
          size="small"
          value={kind}
          onChange={setKind}
          options={[{ value: 'all' as const, label: text('person.allKinds') }, ...kinds.map((value) => ({ value, label: text(`person.kinds.${value}`) }))]}
        />
      }
    >
      {pages.error && <ErrorView error={pages.error} retry={pages.retry} />}
      {pages.isLoading && <Skeleton active paragraph={{ rows: 8 }} />}
      {!pages.isLoading && !pages.error && pages.rows.length === 0 && <p className="faint">{text('person.noTimeline')}</p>}
      <TimelineDays items={pages.rows} />
      {pages.hasMore && (
        <Button block type="text" loading={pages.isLoadingMore} onClick={pages.loadMore}>
          {text('person.more')}
        </Button>
      )}
    </Panel>
  )
}

function TimelineDays({ items }: { items: TimelineItem[] }) {
  const zone = useZone()
  const text = useText('people')
  const shown = items.map((item) => ({ item, at: formatInstant(item.at, zone) }))
  return shown.map(({ item, at }, index) => (
    <Fragment key={item.id}>
      {at.date !== shown[index - 1]?.at.date && <h3 className="timeline-day number">{at.date}</h3>}
      <div className="timeline-item">
        <time className="faint number" dateTime={item.at} title={`${at.second} (${zone})`}>
          {at.minute.slice(11)}
        </time>
        <i className={`timeline-dot timeline-dot-${item.kind}`} aria-hidden="true" />
        <div>
          <b>
            <EventName name={item.event} />
          </b>
          <div className="timeline-facts">{factsOf(item, text)}</div>
        </div>
        {item.amountFen !== null && <Money fen={item.amountFen} />}
      </div>
    </Fragment>
  ))
}

const hidden = new Set(['campaignId', 'messageId', 'templateId', 'items', 'imported', 'accountId'])
const moneyNames = new Set(['total', 'revenue'])
const factsMax = 6

/** What is worth reading of an item, in short: of messages the campaign and the words, of orders the number; ids, and money that stands beside, are left out. */
function factsOf({ kind, amountFen, properties }: TimelineItem, text: (key: 'person.orderNumber') => string): string {
  if (kind === 'message' || kind === 'reply')
    return [properties['campaign'], properties['text'], properties['code']].filter((value) => typeof value === 'string').join(' · ')
  return Object.entries(properties)
    .filter(([key, value]) => !hidden.has(key) && value !== null && value !== '' && typeof value !== 'object' && !(amountFen !== null && moneyNames.has(key)))
    .slice(0, factsMax)
    .map(([key, value]) => `${key === 'order_id' ? text('person.orderNumber') : key} ${String(value)}`)
    .join(' · ')
}
