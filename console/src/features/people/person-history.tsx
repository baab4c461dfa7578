import { Tabs } from 'antd'
import type { Person } from '../../../../contracts/people.ts'
import { Panel } from '../../ui/panel.tsx'
import { useMay } from '../../ui/session-context.ts'
import { useText } from '../../ui/text.ts'
import { useUrlState } from '../../ui/url-state.ts'
import { Count } from '../../ui/values.tsx'
import { PersonMessages } from './person-messages.tsx'
import { PersonOrders } from './person-orders.tsx'
import { Timeline } from './timeline.tsx'

/** What happened with the person: everything in one line of time, orders with what was bought, messages with what became of them. */
export function PersonHistory({ person }: { person: Person }) {
  const text = useText('people')
  const may = useMay()
  const [{ tab }, setTab] = useUrlState('tab')
  const items = [
    { key: 'timeline', label: text('person.timeline'), children: <Timeline personId={person.personId} /> },
    {
      key: 'orders',
      label: (
        <>
          {text('orders.title')} {person.orders > 0 && <Count value={person.orders} />}
        </>
      ),
      children: <PersonOrders person={person} />,
    },
    ...(may('campaigns.read') ? [{ key: 'messages', label: text('messages.title'), children: <PersonMessages personId={person.personId} /> }] : []),
  ]
  const active = items.some(({ key }) => key === tab) ? tab : 'timeline'
  return (
    <Panel className="person-history">
      <Tabs activeKey={active} onChange={(key) => setTab({ tab: key })} items={items} destroyOnHidden />
    </Panel>
  )
}
