import { Money } from '../../ui/values.tsx'
import type { OrderLine } from './item-words.ts'

/** What was bought, a line each. */
export function OrderLines({ lines }: { lines: OrderLine[] }) {
  return (
    <ul className="order-lines">
      {lines.map((line, index) => (
        <li key={index}>
          <span>
            {line.name}
            {line.rest !== '' && <small className="faint"> {line.rest}</small>}
          </span>
          <span className="number">{line.quantity !== null && `× ${line.quantity}`}</span>
          {line.price === null ? <span /> : <Money fen={Math.round(line.price * 100)} />}
        </li>
      ))}
    </ul>
  )
}
