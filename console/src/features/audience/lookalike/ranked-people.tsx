import { Segmented } from 'antd'
import { useMemo, useState } from 'react'
import { lookalikeRoutes, type Lookalike, type LookalikePerson } from '../../../../../contracts/lookalike.ts'
import { usePages } from '../../../ui/api.ts'
import { DataTable, type Column } from '../../../ui/data-table.tsx'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { formatPercent } from '../../../ui/format.ts'
import { useMay } from '../../../ui/session-context.ts'
import { useLocale, useText } from '../../../ui/text.ts'
import { Count, StateTag } from '../../../ui/values.tsx'
import { usePeopleColumns } from '../people-columns.tsx'

/** Everybody by rank, the most alike first. */
export function RankedPeople({ model }: { model: Lookalike }) {
  const text = useText('lookalike')
  const audience = useText('audience')
  const mayRead = useMay()('people.read')
  const [seed, setSeed] = useState<'without' | 'with'>('without')
  const pages = usePages(lookalikeRoutes.listLookalikePeople, { params: { id: model.id }, query: { seed, limit: 50 }, enabled: mayRead })
  const columns = useRankedColumns()
  if (!mayRead) return null
  return (
    <DataTable
      name="lookalike-people"
      label={text('people.title')}
      columns={columns}
      pages={pages}
      rowKey={(row) => row.person.personId}
      noun={(count) => audience('count.people', { count })}
      toolbar={
        <span className="lookalike-which">
          <b>{text('people.title')}</b>
          <Segmented
            aria-label={text('people.which')}
            size="small"
            value={seed}
            onChange={setSeed}
            options={(['without', 'with'] as const).map((value) => ({ value, label: text(`people.${value}`) }))}
          />
        </span>
      }
      empty={<EmptyState title={text('people.none')} why={text('people.noneWhy')} />}
    />
  )
}

function useRankedColumns(): Column<LookalikePerson>[] {
  const text = useText('lookalike')
  const locale = useLocale()
  const people = usePeopleColumns()
  return useMemo(
    () => [
      { key: 'rank', title: text('people.rank'), align: 'right', fixed: true, width: 80, render: (row) => <Count value={row.rank} /> },
      ...people.map(({ render, ...column }): Column<LookalikePerson> => ({
        ...column,
        render: (row) =>
          column.key === 'name' && row.inSeed ? (
            <>
              {render(row.person)} <StateTag tone="accent" text={text('people.inSeed')} />
            </>
          ) : (
            render(row.person)
          ),
      })),
      {
        key: 'likeness',
        title: text('people.likeness'),
        align: 'right',
        render: (row) => <span className="number">{formatPercent(row.likeness, locale, 1)}</span>,
      },
    ],
    [text, locale, people],
  )
}
