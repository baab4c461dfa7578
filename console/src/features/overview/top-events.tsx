import type { Overview } from '../../../../contracts/insight.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Link, peoplePath } from '../../ui/link.tsx'
import { Panel } from '../../ui/panel.tsx'
import { useText } from '../../ui/text.ts'
import { Count, EventName } from '../../ui/values.tsx'

/** What people did most, each count opening who did it. */
export function TopEvents({ events, days, className }: { events: Overview['topEvents']; days: number; className: string }) {
  const text = useText('overview')
  return (
    <Panel className={className} title={text('events.title')} extra={<Link to="/data/events">{text('events.all')}</Link>}>
      {events.length === 0 ? (
        <EmptyState title={text('events.empty')} />
      ) : (
        <ul className="top-events">
          {events.map((event) => (
            <li key={event.event}>
              <span className="top-event-name">
                <EventName name={event.event} />
              </span>
              <span className="faint">
                <Count value={event.count} compact /> {text('events.times')}
              </span>
              <Link to={peoplePath({ event: event.event, days })}>
                <Count value={event.people} /> {text('events.people')}
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}
