import { Drawer } from 'antd'
import type { z } from 'zod'
import { collectRoutes, type EventSchema } from '../../../../../contracts/collect.ts'
import { useRead } from '../../../ui/api.ts'
import { peoplePath, Link } from '../../../ui/link.tsx'
import { Facts } from '../../../ui/panel.tsx'
import { useText } from '../../../ui/text.ts'
import { Count, DateTime } from '../../../ui/values.tsx'

type Schema = z.infer<typeof EventSchema>
type Property = Schema['properties'][number]

/** One kind of event: its numbers, its properties and what stands in them most. */
export function EventDrawer({ event, onClose }: { event: Schema; onClose: () => void }) {
  const text = useText('data')
  return (
    <Drawer open title={event.event} onClose={onClose} size={520}>
      <Facts
        rows={[
          [text('events.count'), <Count key="count" value={event.count} />],
          [
            text('events.people'),
            <Link key="people" to={peoplePath({ event: event.event })}>
              <Count value={event.people} />
            </Link>,
          ],
          [text('events.firstAt'), <DateTime key="first" at={event.firstAt} />],
          [text('events.lastAt'), <DateTime key="last" at={event.lastAt} />],
        ]}
      />
      <h2 className="wizard-question">{text('events.properties')}</h2>
      {event.properties.length === 0 && <p className="faint">{text('events.noProperties')}</p>}
      {event.properties.map((property) => (
        <PropertyValues key={property.key} event={event.event} property={property} />
      ))}
    </Drawer>
  )
}

function PropertyValues({ event, property }: { event: string; property: Property }) {
  const text = useText('data')
  const values = useRead(collectRoutes.listPropertyValues, { query: { event, property: property.key }, enabled: property.type === 'text' })
  return (
    <div className="event-drawer-property">
      <h3>
        <code>{property.key}</code> <span className="faint">{text(`events.types.${property.type}`)}</span>
      </h3>
      {values.data && (
        <ul className="property-values">
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
