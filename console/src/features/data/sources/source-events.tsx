import { collectRoutes, type Source } from '../../../../../contracts/collect.ts'
import type { SourceEvent } from '../../../../../contracts/event-schemas.ts'
import { useRead } from '../../../ui/api.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { Link } from '../../../ui/link.tsx'
import { Loaded } from '../../../ui/loading.tsx'
import { Panel } from '../../../ui/panel.tsx'
import { useText } from '../../../ui/text.ts'
import { Ago, Count, EventName, StateTag } from '../../../ui/values.tsx'

/** What a source sent: its events with their properties. */
export function SourceEvents({ source }: { source: Source }) {
  const text = useText('data')
  const events = useRead(collectRoutes.listSourceEvents, { params: { id: source.id }, refetchSeconds: 10 })
  return (
    <Panel title={text('sources.events')}>
      <Loaded query={events}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState title={text('sources.eventsEmpty')} why={text('sources.eventsEmptyWhy')} />
          ) : (
            items.map((event) => <SentEvent key={event.event} event={event} />)
          )
        }
      </Loaded>
    </Panel>
  )
}

function SentEvent({ event }: { event: SourceEvent }) {
  const text = useText('data')
  return (
    <div className="source-event">
      <div className="source-event-head">
        <Link to={`/data/events?event=${encodeURIComponent(event.event)}`}>
          <EventName name={event.event} />
        </Link>
        {event.state !== 'visible' && <StateTag tone={event.state === 'blocked' ? 'bad' : 'neutral'} text={text(`events.states.${event.state}`)} />}
        <Count value={event.count} />
        <span className="faint">
          <Ago at={event.lastAt} />
        </span>
      </div>
      {event.properties.length === 0 ? (
        <p className="faint">{text('sources.noProperties')}</p>
      ) : (
        <ul className="source-event-properties">
          {event.properties.map((property) => (
            <li key={property.key}>
              <code>{property.key}</code>{' '}
              <span className="faint">
                {text(`events.types.${property.type}`)} · <Count value={property.count} compact />
              </span>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
