import { anyEvent } from '../../../../contracts/rule.ts'
import { orderEvent } from '../../../../contracts/collect.ts'
import type { Overview } from '../../../../contracts/insight.ts'
import { Link, peoplePath } from '../../ui/link.tsx'
import { StatNumber, StatRow } from '../../ui/stat-number.tsx'
import { useText } from '../../ui/text.ts'
import { Count, Money } from '../../ui/values.tsx'

/** People, orders and messages of the span against the span before. */
export function OverviewStats({ overview }: { overview: Overview }) {
  const text = useText('overview')
  const { people, orders, messages, days } = overview
  return (
    <StatRow>
      <StatNumber
        label={text('people.total')}
        value={<Count value={people.total} />}
        to="/people"
        note={
          <Link to={peoplePath({ days })}>
            {text('people.new')} <Count value={people.new.value} />
          </Link>
        }
        trend={people.new}
      />
      <StatNumber
        label={text('people.active')}
        value={<Count value={people.active.value} />}
        to={peoplePath({ event: anyEvent, days })}
        trend={people.active}
      />
      <StatNumber
        label={text('orders.buyers')}
        value={<Count value={orders.buyers.value} />}
        to={peoplePath({ event: orderEvent, days })}
        trend={orders.buyers}
      />
      <StatNumber label={text('orders.count')} value={<Count value={orders.count.value} />} to={peoplePath({ event: orderEvent, days })} trend={orders.count} />
      <StatNumber
        label={text('orders.revenue')}
        value={<Money fen={orders.revenueFen.value} compact />}
        to={peoplePath({ event: orderEvent, days })}
        trend={orders.revenueFen}
      />
      <StatNumber
        label={text('messages.sent')}
        value={<Count value={messages.sent.value} />}
        to={peoplePath({ event: 'Message Accepted', days })}
        trend={messages.sent}
        note={
          <span>
            {text('messages.cost')} <Money fen={messages.costFen.value} compact />
          </span>
        }
      />
      <StatNumber
        label={text('messages.optedOut')}
        value={<Count value={messages.optedOut.value} />}
        to={peoplePath({ event: 'Message Opted Out', days })}
        trend={{ ...messages.optedOut, riseIsBad: true }}
      />
    </StatRow>
  )
}
