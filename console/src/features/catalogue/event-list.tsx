import type { EventFacts } from '../../../../contracts/catalogue.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Link } from '../../ui/link.tsx'
import { useLocaleText, useText } from '../../ui/text.ts'
import { Ago, Count, Percent } from '../../ui/values.tsx'

/** Every event: how much of it on each of the last days, of how many people, and how full its properties are. */
export function EventList({ events }: { events: readonly EventFacts[] }) {
  const text = useText('catalogue')
  return (
    <section aria-label={text('events.title')}>
      <h2 className="catalogue-heading">{text('events.title')}</h2>
      {events.length === 0 && (
        <div className="panel">
          <EmptyState title={text('events.empty')} why={text('events.emptyWhy')} />
        </div>
      )}
      <div className="event-cards">
        {events.map((event) => (
          <EventCard key={event.event} facts={event} />
        ))}
      </div>
    </section>
  )
}

const propertiesShown = 8

function EventCard({ facts }: { facts: EventFacts }) {
  const text = useText('catalogue')
  const pick = useLocaleText()
  const highest = Math.max(1, ...facts.days)
  const properties = facts.properties.toSorted((left, right) => right.fillRate - left.fillRate)
  return (
    <article className="panel fact-card">
      <header>
        <h3>{facts.label ? pick(facts.label) : facts.event}</h3>
        {facts.label && <code>{facts.event}</code>}
      </header>
      <div className="histogram-bars" role="img" aria-label={text('events.lastDays', { count: facts.last30Days })}>
        {facts.days.map((count, index) => (
          <i key={index} style={{ height: `${Math.max(count > 0 ? 4 : 1, (count / highest) * 100)}%` }} />
        ))}
      </div>
      <footer className="faint">
        <span>
          <Count value={facts.count} compact /> {text('events.times')}
        </span>
        <span>
          <Link to={`/people?event=${encodeURIComponent(facts.event)}`}>
            <Count value={facts.people} compact /> {text('cards.people')}
          </Link>
        </span>
        <span>
          {text('events.last')} <Ago at={facts.lastAt} />
        </span>
      </footer>
      {properties.length > 0 && (
        <ul className="top-values">
          {properties.slice(0, propertiesShown).map(({ key, fillRate }) => (
            <li key={key}>
              <span title={key}>{key}</span>
              <div className="fill-bar" aria-hidden>
                <i style={{ width: `${fillRate * 100}%` }} />
              </div>
              <Percent value={fillRate} digits={0} />
            </li>
          ))}
        </ul>
      )}
      {properties.length > propertiesShown && <small className="faint">{text('events.moreProperties', { count: properties.length - propertiesShown })}</small>}
    </article>
  )
}
