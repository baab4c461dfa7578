import { Button, Skeleton } from 'antd'
import { peopleRoutes, type Person } from '../../../../contracts/people.ts'
import { usePages } from '../../ui/api.ts'
import { ErrorView } from '../../ui/error-view.tsx'
import { useText } from '../../ui/text.ts'
import { Count, DateTime, Money } from '../../ui/values.tsx'
import { orderLines } from './item-words.ts'
import { OrderLines } from './order-lines.tsx'

/** The person's orders, newest first, with what was bought. */
export function PersonOrders({ person }: { person: Person }) {
  const text = useText('people')
  const pages = usePages(peopleRoutes.readTimeline, { params: { personId: person.personId }, query: { kind: 'order', limit: 20 } })
  if (pages.error) return <ErrorView error={pages.error} retry={pages.retry} />
  if (pages.isLoading) return <Skeleton active />
  if (pages.rows.length === 0) return <p className="faint">{text('orders.none')}</p>
  return (
    <>
      <p className="faint orders-sum">
        {text('orders.count')} <Count value={person.orders} /> · {text('orders.sum')} <Money fen={person.amountFen} />
      </p>
      {pages.rows.map((order) => {
        const lines = orderLines(order.properties['items'])
        const number = order.properties['order_id']
        return (
          <article key={order.id} className="order">
            <header>
              <b className="number">{typeof number === 'string' || typeof number === 'number' ? number : text('orders.noNumber')}</b>
              <DateTime at={order.at} />
              <Money fen={order.amountFen} />
            </header>
            {lines.length > 0 && <OrderLines lines={lines} />}
            {order.source !== null && <small className="faint">{order.source}</small>}
          </article>
        )
      })}
      {pages.hasMore && (
        <Button block type="text" loading={pages.isLoadingMore} onClick={pages.loadMore}>
          {text('person.more')}
        </Button>
      )}
    </>
  )
}
