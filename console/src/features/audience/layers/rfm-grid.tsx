import type { z } from 'zod'
import type { LayerModel, RfmCell } from '../../../../../contracts/layers.ts'
import { formatCount, formatFen, formatPercent } from '../../../ui/format.ts'
import { Link, peoplePath } from '../../../ui/link.tsx'
import { useLocale, useText } from '../../../ui/text.ts'

const scores = [1, 2, 3, 4, 5]
const recencyScores = scores.toReversed()
/** How much of the accent a cell takes, in percent; past the darkest the ink on it could not be read. */
const [faintest, darkest] = [5, 45]

interface RfmGridProps {
  model: LayerModel & { grid: z.infer<typeof RfmCell>[] }
  buyers: number
}

/** Buyers by recency and frequency, darker where there are more; a cell opens its people. */
export function RfmGrid({ model, buyers }: RfmGridProps) {
  const text = useText('audience')
  const most = Math.max(1, ...model.grid.map(({ count }) => count))
  const cellAt = (recencyScore: number, frequencyScore: number) =>
    model.grid.find((cell) => cell.recencyScore === recencyScore && cell.frequencyScore === frequencyScore)
  return (
    <table className="rfm-grid">
      <caption>{text('grid.caption')}</caption>
      <thead>
        <tr>
          <th scope="col">
            <span className="visually-hidden">{text('grid.recency')}</span>
          </th>
          {scores.map((score) => (
            <th key={score} scope="col">
              F{score}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {recencyScores.map((recency) => (
          <tr key={recency}>
            <th scope="row">R{recency}</th>
            {scores.map((frequency) => (
              <Cell key={frequency} modelId={model.id} recency={recency} frequency={frequency} cell={cellAt(recency, frequency)} most={most} buyers={buyers} />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

interface CellProps {
  modelId: string
  recency: number
  frequency: number
  cell: z.infer<typeof RfmCell> | undefined
  most: number
  buyers: number
}

function Cell({ modelId, recency, frequency, cell, most, buyers }: CellProps) {
  const text = useText('audience')
  const locale = useLocale()
  if (!cell || cell.count === 0) return <td className="rfm-empty">–</td>
  const name = text('grid.cell', { recency, frequency, count: formatCount(cell.count, locale), amount: formatFen(cell.amountFen, locale, true) })
  return (
    <td>
      <Link
        to={peoplePath({ modelId, recencyScore: recency, frequencyScore: frequency })}
        className="rfm-cell"
        style={{ '--share': `${Math.round(faintest + (cell.count / most) * (darkest - faintest))}%` } as React.CSSProperties}
        title={name}
        aria-label={name}
      >
        <b className="number">{formatCount(cell.count, locale, true)}</b>
        <small className="number">{formatPercent(cell.count / buyers, locale, 1)}</small>
      </Link>
    </td>
  )
}
