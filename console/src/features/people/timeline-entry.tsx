import { RightOutlined } from '@ant-design/icons'
import { useState } from 'react'
import type { TimelineItem } from '../../../../contracts/people.ts'
import { Link } from '../../ui/link.tsx'
import { useText } from '../../ui/text.ts'
import { EventName, Money } from '../../ui/values.tsx'
import { factsOf, orderLines, shownProperties } from './item-words.ts'
import { OrderLines } from './order-lines.tsx'

/** One thing that happened, in a line; opened, everything that is known of it. */
export function TimelineEntry({ item, minute, title }: { item: TimelineItem; minute: string; title: string }) {
  const text = useText('people')
  const [isOpen, setOpen] = useState(false)
  const hasMore = Object.keys(item.properties).length > 0 || item.source !== null
  return (
    <div className="timeline-item">
      <time className="faint number" dateTime={item.at} title={title}>
        {minute}
      </time>
      <i className={`timeline-dot timeline-dot-${item.kind}`} aria-hidden="true" />
      <div className="timeline-words">
        <button type="button" className="timeline-open" aria-expanded={isOpen} disabled={!hasMore} onClick={() => setOpen(!isOpen)}>
          <b>
            <EventName name={item.event} />
          </b>
          {hasMore && <RightOutlined className={isOpen ? 'timeline-arrow timeline-arrow-open' : 'timeline-arrow'} aria-hidden="true" />}
        </button>
        <div className="timeline-facts">{factsOf(item, text)}</div>
        {isOpen && <EntryDetails item={item} />}
      </div>
      {item.amountFen !== null && <Money fen={item.amountFen} />}
    </div>
  )
}

function EntryDetails({ item }: { item: TimelineItem }) {
  const text = useText('people')
  const lines = orderLines(item.properties['items'])
  const { campaignId, campaign } = item.properties
  return (
    <div className="timeline-details">
      {lines.length > 0 && <OrderLines lines={lines} />}
      <dl>
        <div>
          <dt>{text('timeline.source')}</dt>
          <dd>{item.source ?? '–'}</dd>
        </div>
        {typeof campaignId === 'string' && (
          <div>
            <dt>{text('timeline.campaign')}</dt>
            <dd>
              <Link to={`/campaigns/${campaignId}`}>{typeof campaign === 'string' ? campaign : campaignId}</Link>
            </dd>
          </div>
        )}
        {shownProperties(item, lines.length > 0).map(([key, value]) => (
          <div key={key}>
            <dt>{key}</dt>
            <dd>{typeof value === 'string' ? value : <code>{JSON.stringify(value, null, 1)}</code>}</dd>
          </div>
        ))}
      </dl>
    </div>
  )
}
