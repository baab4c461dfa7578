import { useState } from 'react'
import type { z } from 'zod'
import type { LayerMove, LayerPreview } from '../../../../../contracts/layers.ts'
import type { PeopleSet } from '../../../../../contracts/segments.ts'
import { Count } from '../../../ui/values.tsx'
import { formatCount } from '../../../ui/format.ts'
import { useLocale, useLocaleText, useText } from '../../../ui/text.ts'
import { SetPeople } from '../segments/set-people.tsx'

type Named = z.infer<typeof LayerPreview>['before'][number]

interface MovesTableProps {
  label: string
  from: readonly Named[]
  to: readonly Named[]
  moves: readonly LayerMove[]
  /** The people of a cell. */
  peopleOf: (move: Pick<LayerMove, 'from' | 'to'>) => PeopleSet
}

/** Who goes from which layer to which: rows are where people were, columns where they are. Whoever stays is faint; a number opens its people. */
export function MovesTable({ label, from, to, moves, peopleOf }: MovesTableProps) {
  const text = useText('layers')
  const pick = useLocaleText()
  const [opened, setOpened] = useState<OpenedMove>()
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
    <>
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
                    <MoveCount
                      count={countOf(row.name, column.name)}
                      // Who is no more cannot be shown.
                      isOpenable={column.name !== null}
                      words={{ from: row.label, to: column.label }}
                      onOpen={(title) => setOpened({ of: peopleOf({ from: row.name, to: column.name }), title })}
                    />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {opened && <SetPeople {...opened} onClose={() => setOpened(undefined)} />}
    </>
  )
}

interface OpenedMove {
  of: PeopleSet
  title: string
}

interface MoveCountProps {
  count: number
  isOpenable: boolean
  words: { from: string; to: string }
  onOpen: (title: string) => void
}

function MoveCount({ count, isOpenable, words, onOpen }: MoveCountProps) {
  const text = useText('layers')
  const locale = useLocale()
  if (count === 0) return <span className="faint">–</span>
  if (!isOpenable) return <Count value={count} />
  return (
    <button
      type="button"
      className="number-button"
      aria-label={text('moves.count', { ...words, count: formatCount(count, locale) })}
      onClick={() => onOpen(text('moves.people', words))}
    >
      <Count value={count} />
    </button>
  )
}
