import { Button, Segmented } from 'antd'
import { useState } from 'react'
import { catalogueRoutes, type AttributeDefinition, type AttributeFacts } from '../../../../contracts/catalogue.ts'
import { useRead } from '../../ui/api.ts'
import { SearchFilter } from '../../ui/filter-bar.tsx'
import { useLocaleText, useText } from '../../ui/text.ts'
import { Ago, Count, Percent, StateTag } from '../../ui/values.tsx'
import { Histogram } from './histogram.tsx'

const cardsAtOnce = 24
const orders = ['fullest', 'emptiest', 'stalest'] as const
type Order = (typeof orders)[number]

const comparisons: Record<Order, (left: AttributeFacts, right: AttributeFacts) => number> = {
  fullest: (left, right) => right.fillRate - left.fillRate,
  emptiest: (left, right) => left.fillRate - right.fillRate,
  stalest: (left, right) => left.set90Days - right.set90Days,
}

/** A picture of every attribute: how full, how it is spread, how fresh. */
export function AttributeCards({ facts }: { facts: readonly AttributeFacts[] }) {
  const text = useText('catalogue')
  const definitions = useRead(catalogueRoutes.listAttributeDefinitions)
  const pick = useLocaleText()
  const [search, setSearch] = useState<string>()
  const [order, setOrder] = useState<Order>('fullest')
  const [count, setCount] = useState(cardsAtOnce)
  const known = new Map(definitions.data?.items.map((definition) => [definition.key, definition]))
  const nameOf = (key: string): string => {
    const definition = known.get(key)
    return definition ? pick(definition.label) : key
  }
  const found = facts
    .filter(({ key }) => search === undefined || `${key} ${nameOf(key)}`.toLowerCase().includes(search.toLowerCase()))
    .toSorted(comparisons[order])
  return (
    <section aria-label={text('cards.title')}>
      <h2 className="catalogue-heading">{text('cards.title')}</h2>
      <div className="catalogue-bar">
        <SearchFilter value={search} onChange={setSearch} placeholder={text('cards.search')} />
        <Segmented<Order>
          aria-label={text('cards.order')}
          value={order}
          onChange={setOrder}
          options={orders.map((one) => ({ value: one, label: text(`cards.orders.${one}`) }))}
        />
      </div>
      {found.length === 0 && <p className="faint">{text('cards.none')}</p>}
      <div className="fact-cards">
        {found.slice(0, count).map((each) => (
          <AttributeCard key={each.key} facts={each} definition={known.get(each.key)} name={nameOf(each.key)} />
        ))}
      </div>
      {found.length > count && <Button onClick={() => setCount(count + cardsAtOnce)}>{text('cards.more')}</Button>}
    </section>
  )
}

function AttributeCard({ facts, definition, name }: { facts: AttributeFacts; definition: AttributeDefinition | undefined; name: string }) {
  const text = useText('catalogue')
  return (
    <article className="panel fact-card">
      <header>
        <h3>{name}</h3>
        {name !== facts.key && <code>{facts.key}</code>}
        {definition && <small className="faint">{text(`types.${definition.type}`)}</small>}
      </header>
      <div className="fact-fill">
        <div className="fill-bar" aria-hidden>
          <i style={{ width: `${facts.fillRate * 100}%` }} />
        </div>
        <b>
          <Percent value={facts.fillRate} digits={1} />
        </b>
        {facts.marginPoints > 0 && <small className="faint">±{facts.marginPoints.toFixed(1)}</small>}
      </div>
      {facts.people === 0 ? (
        <p className="faint">{text('cards.empty')}</p>
      ) : (
        <>
          <Distribution facts={facts} isPii={definition?.pii === true} />
          <footer className="faint">
            <span>
              <Count value={facts.people} compact /> {text('cards.people')}
            </span>
            <span>
              <Count value={facts.distinct} compact /> {text('cards.distinct')}
            </span>
            {facts.lastSetAt !== null && (
              <span>
                {text('cards.fresh')} <Percent value={facts.set30Days} digits={0} /> · <Ago at={facts.lastSetAt} />
              </span>
            )}
            {facts.misfitRate > 0 && <StateTag tone="warn" text={text('cards.misfit', { percent: (facts.misfitRate * 100).toFixed(1) })} />}
          </footer>
        </>
      )}
    </article>
  )
}

function Distribution({ facts, isPii }: { facts: AttributeFacts; isPii: boolean }) {
  const text = useText('catalogue')
  if (isPii) return <p className="faint">{text('cards.pii')}</p>
  if (facts.histogram.length > 0) return <Histogram facts={facts} />
  if (facts.topValues.length === 0) return <p className="faint">{text('cards.unique')}</p>
  const most = facts.topValues[0]?.share ?? 1
  return (
    <ul className="top-values">
      {facts.topValues.slice(0, 5).map(({ value, share }) => (
        <li key={value}>
          <span title={value}>{value}</span>
          <div className="fill-bar" aria-hidden>
            <i style={{ width: `${(share / most) * 100}%` }} />
          </div>
          <Percent value={share} digits={0} />
        </li>
      ))}
    </ul>
  )
}
