import type { LayerMove, LayerPreview } from '../../../../../contracts/layers.ts'
import type { z } from 'zod'
import { Count } from '../../../ui/values.tsx'
import { useLocaleText, useText } from '../../../ui/text.ts'

type Named = z.infer<typeof LayerPreview>['before'][number]

interface MovesTableProps {
  label: string
  from: readonly Named[]
  to: readonly Named[]
  moves: readonly LayerMove[]
}

/** Who goes from which layer to which: rows are where people were, columns where they are. Whoever stays is faint. */
export function MovesTable({ label, from, to, moves }: MovesTableProps) {
  const text = useText('layers')
  const pick = useLocaleText()
  const fresh = moves.some((move) => move.from === null)
  const gone = moves.some((move) => move.to === null)
  const rows = [
    ...from.map(({ name, label: words }) => ({ name: name as string | null, label: pick(words) })),
    ...(fresh ? [{ name: null, label: text('moves.fresh') }] : []),
  ]
  const columns = [
    ...to.map(({ name, label: words }) => ({ name: name as string | null, label: pick(words) })),
    ...(gone ? [{ name: null, label: text('moves.gone') }] : []),
  ]
  const countOf = (row: string | null, column: string | null): number => moves.find((move) => move.from === row && move.to === column)?.count ?? 0
  return (
    <div className="scroll-table" role="region" aria-label={label} tabIndex={0}>
      <table className="layer-matrix">
        <thead>
          <tr>
            <th scope="col">{text('moves.before')}</th>
            {columns.map((column) => (
              <th key={column.name} scope="col">
                {column.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.name}>
              <th scope="row">{row.label}</th>
              {columns.map((column) => (
                <td key={column.name} className={row.name === column.name ? 'is-same' : ''}>
                  {countOf(row.name, column.name) === 0 ? <span className="faint">–</span> : <Count value={countOf(row.name, column.name)} />}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
