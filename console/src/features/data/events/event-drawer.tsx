import { Alert, Button, Drawer } from 'antd'
import { useState } from 'react'
import { collectRoutes } from '../../../../../contracts/collect.ts'
import type { EventDetail, EventProperty } from '../../../../../contracts/event-schemas.ts'
import { useRead } from '../../../ui/api.ts'
import { Link, peoplePath } from '../../../ui/link.tsx'
import { Loaded } from '../../../ui/loading.tsx'
import { Facts } from '../../../ui/panel.tsx'
import { PermissionGate } from '../../../ui/permission-gate.tsx'
import { useLocaleText, useText } from '../../../ui/text.ts'
import { Ago, Count, DateTime, StateTag, useEventWords, usePropertyWords } from '../../../ui/values.tsx'
import { EditEvent } from './edit-event.tsx'
import { EditProperty } from './edit-property.tsx'
import { schemaTones } from './event-tones.ts'

/** One kind of event: what is said about it, its numbers, where it comes from, its properties and what stands in them most. */
export function EventDrawer({ name, onClose }: { name: string; onClose: () => void }) {
  const words = useEventWords()
  const event = useRead(collectRoutes.readEventSchema, { query: { event: name } })
  return (
    <Drawer open title={words(name)} onClose={onClose} size={640}>
      <Loaded query={event}>{(one) => <EventView event={one} />}</Loaded>
    </Drawer>
  )
}

function EventView({ event }: { event: EventDetail }) {
  const text = useText('data')
  const [isEditing, setIsEditing] = useState(false)
  const [editing, setEditing] = useState<EventProperty | 'new'>()
  return (
    <>
      <Facts
        rows={[
          [text('events.event'), <code key="name">{event.event}</code>],
          [text('events.state'), <StateTag key="state" tone={schemaTones[event.state]} text={text(`events.states.${event.state}`)} />],
          [text('events.description'), event.description || '–'],
          [text('events.count'), <Count key="count" value={event.count} />],
          [
            text('events.people'),
            <Link key="people" to={peoplePath({ event: event.event })}>
              <Count value={event.people} />
            </Link>,
          ],
          [text('events.firstAt'), <DateTime key="first" at={event.firstAt} />],
          [text('events.lastAt'), <DateTime key="last" at={event.lastAt} />],
          [text('events.fromSources'), <EventSources key="sources" event={event} />],
          [text('events.onViolation'), text(`events.onViolations.${event.onViolation}`)],
        ]}
      />
      <PermissionGate permission="data.manage">
        <div className="messages-bar event-buttons">
          <Button onClick={() => setIsEditing(true)}>{text('events.edit')}</Button>
          <Button onClick={() => setEditing('new')}>{text('events.addProperty')}</Button>
        </div>
      </PermissionGate>
      <LastViolation event={event} />
      <h2 className="wizard-question">{text('events.properties')}</h2>
      {event.properties.length === 0 && <p className="faint">{text('events.noProperties')}</p>}
      {event.properties.map((property) => (
        <Property key={property.key} event={event.event} property={property} onEdit={() => setEditing(property)} />
      ))}
      {isEditing && <EditEvent event={event} onClose={() => setIsEditing(false)} />}
      {editing && <EditProperty event={event.event} property={editing === 'new' ? undefined : editing} onClose={() => setEditing(undefined)} />}
    </>
  )
}

function EventSources({ event }: { event: EventDetail }) {
  const text = useText('data')
  if (event.sources.length === 0) return <span className="faint">{text('events.noSource')}</span>
  return event.sources.map(({ id, name, count }) => (
    <div key={id}>
      <Link to={`/data/sources/${id}?tab=events`}>{name}</Link>{' '}
      <span className="faint">
        <Count value={count} compact />
      </span>
    </div>
  ))
}

function LastViolation({ event: { violations, lastViolation } }: { event: EventDetail }) {
  const text = useText('data')
  const pick = useLocaleText()
  if (!lastViolation) return null
  return (
    <Alert
      className="event-violation"
      type="warning"
      title={
        <>
          {text('events.violations')} {text('events.violationsNote', { count: violations })} · {text('events.lastViolation')} <Ago at={lastViolation.at} />
        </>
      }
      description={lastViolation.problems.map((problem) => (
        <div key={problem.at}>{pick(problem)}</div>
      ))}
    />
  )
}

function Property({ event, property, onEdit }: { event: string; property: EventProperty; onEdit: () => void }) {
  const text = useText('data')
  const words = usePropertyWords()(event, property.key)
  const values = useRead(collectRoutes.listPropertyValues, {
    query: { event, property: property.key },
    enabled: property.type === 'text' && !property.isPii && property.state !== 'blocked',
  })
  const marks = [property.isRequired && 'required', property.isPii && 'pii', property.isTypeSet && 'typed'] as const
  return (
    <div className="event-drawer-property">
      <h3>
        {words.label !== property.key && words.label} <code>{property.key}</code>{' '}
        <span className="faint">
          {text(`events.types.${property.type}`)} {property.unit}
        </span>
        {property.state !== 'visible' && <StateTag tone={schemaTones[property.state]} text={text(`events.propertyStates.${property.state}`)} />}
        {marks.map((mark) => mark && <StateTag key={mark} tone="accent" text={text(`events.marks.${mark}`)} />)}
        <PermissionGate permission="data.manage">
          <Button type="link" size="small" onClick={onEdit}>
            {text('events.edit')}
          </Button>
        </PermissionGate>
      </h3>
      {property.description !== '' && <p className="faint">{property.description}</p>}
      {values.data && (
        <ul className="property-values" aria-label={text('events.values')}>
          {values.data.items.slice(0, 8).map((one) => (
            <li key={one.value}>
              {one.value}{' '}
              <span className="faint">
                <Count value={one.count} compact />
              </span>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
