import type { ItemHit, ResultItem } from '../../../../contracts/connector-trials.ts'
import { useText } from '../../ui/text.ts'
import { DateTime, EventName, Money, PersonLink, StateTag, type StateTone } from '../../ui/values.tsx'
import { useNamespaceOptions } from './use-namespace-options.ts'

/** What would go in: people, and what happened; with `hits`, whose it would be. */
export function ResultItems({ items, hits }: { items: readonly ResultItem[]; hits?: readonly ItemHit[] }) {
  const text = useText('connectors')
  const namespaces = new Map(useNamespaceOptions().map(({ value, label }) => [value, label]))
  return (
    <ol className="result-items">
      {items.map((item, place) => (
        <li key={`${place} ${item.rule}`}>
          <div className="result-item-head">
            <b>{item.event === null ? text('result.person') : <EventName name={item.event} />}</b>
            {item.amountFen !== null && <Money fen={item.amountFen} />}
            <DateTime at={item.time} />
            <span className="faint">{item.rule}</span>
          </div>
          {hits?.[place] && <Hit hit={hits[place]} />}
          <dl>
            {item.identities.map(({ namespace, value }) => (
              <div key={namespace + value}>
                <dt>{namespaces.get(namespace) ?? namespace}</dt>
                <dd>
                  <code>{value}</code>
                </dd>
              </div>
            ))}
            {Object.entries({ ...item.attributes, ...item.properties }).map(([key, value]) => (
              <div key={key}>
                <dt>{key}</dt>
                <dd>{typeof value === 'string' ? value : <code>{JSON.stringify(value)}</code>}</dd>
              </div>
            ))}
            {item.key !== null && (
              <div>
                <dt>{text('result.key')}</dt>
                <dd>
                  <code>{item.key}</code>
                </dd>
              </div>
            )}
          </dl>
        </li>
      ))}
    </ol>
  )
}

const tones: Record<ItemHit['outcome'], StateTone['tone']> = { new: 'neutral', known: 'good', merged: 'warn', conflicting: 'bad' }

/** Whom an item would reach: somebody new, somebody who is there, several who become one, or one of two who quarrel. */
function Hit({ hit: { outcome, newPerson, people } }: { hit: ItemHit }) {
  const text = useText('connectors')
  return (
    <p className="result-item-hit">
      <StateTag tone={tones[outcome]} text={text(`result.hits.${outcome}`, { place: newPerson ?? '' })} />
      {people.map((person) => (
        <PersonLink key={person.personId} {...person} />
      ))}
    </p>
  )
}
