import type { z } from 'zod'
import type { RfmThresholds } from '../../../../../contracts/layers.ts'
import { formatCount } from '../../../ui/format.ts'
import { useLocale, useText } from '../../../ui/text.ts'
import { scoreRanges, type ScoreRange } from './score-ranges.ts'

/** What a score means: how long ago, how many orders, how much money. */
export function ScoreTable({ model }: { model: { thresholds: z.infer<typeof RfmThresholds> | null } }) {
  const text = useText('audience')
  const locale = useLocale()
  if (!model.thresholds) return null
  const { recencyDays, frequency, amountFen } = model.thresholds
  const dimensions = [
    { name: text('scores.recency'), ranges: scoreRanges(recencyDays, true), write: (days: number) => formatCount(days, locale) },
    { name: text('scores.frequency'), ranges: scoreRanges(frequency), write: (orders: number) => formatCount(orders, locale) },
    { name: text('scores.money'), ranges: scoreRanges(amountFen), write: (fen: number) => formatCount(fen / 100, locale) },
  ]
  return (
    <>
      <table className="score-table">
        <thead>
          <tr>
            <th scope="col">{text('scores.score')}</th>
            {dimensions.map(({ name }) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {[5, 4, 3, 2, 1].map((score) => (
            <tr key={score}>
              <th scope="row">{score}</th>
              {dimensions.map(({ name, ranges, write }) => (
                <td key={name} className="number">
                  <Range range={ranges[score - 1]} write={write} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <p className="faint score-note">{text('scores.high')}</p>
    </>
  )
}

function Range({ range, write }: { range: ScoreRange; write: (value: number) => string }) {
  const text = useText('audience')
  if (!range) return <span className="faint">–</span>
  if (range.above === null) return range.upTo === null ? text('scores.any') : `≤ ${write(range.upTo)}`
  return range.upTo === null ? `> ${write(range.above)}` : text('scores.between', { above: write(range.above), upTo: write(range.upTo) })
}
