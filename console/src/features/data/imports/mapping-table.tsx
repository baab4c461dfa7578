import type { z } from 'zod'
import type { ColumnAnalysis, ImportTarget } from '../../../../../contracts/imports.ts'
import { peopleRoutes } from '../../../../../contracts/people.ts'
import { useRead } from '../../../ui/api.ts'
import { useIsSmall } from '../../../ui/preferences.ts'
import { useMay } from '../../../ui/session-context.ts'
import { ScrollTable } from '../../../ui/scroll-table.tsx'
import { useText } from '../../../ui/text.ts'
import { FieldSelect } from './field-select.tsx'

type Row = z.infer<typeof ColumnAnalysis> & { index: number }

interface MappingTableProps {
  target: ImportTarget
  columns: z.infer<typeof ColumnAnalysis>[]
  mapping: string[]
  onChange: (mapping: string[]) => void
  /** Columns that stand in each other's way. */
  clashing: ReadonlySet<number>
}

/** One line per column of the file: its header, what is in it, and where it goes. */
export function MappingTable({ target, columns, mapping, onChange, clashing }: MappingTableProps) {
  const text = useText('data')
  const may = useMay()
  const small = useIsSmall()
  const attributes = useRead(peopleRoutes.listAttributes, { enabled: may('people.read') })
  const rows: Row[] = columns.map((column, index) => ({ ...column, index }))
  return (
    <ScrollTable
      label={text('imports.mappingTitle')}
      className="mapping-table"
      rowKey="index"
      dataSource={rows}
      columns={[
        {
          key: 'header',
          title: text('imports.column'),
          render: (_, row) => (
            <>
              <b>{row.header === '' ? text('imports.columnNumber', { number: row.index + 1 }) : row.header}</b>
              {small && <Samples samples={row.samples} />}
            </>
          ),
        },
        ...(small ? [] : [{ key: 'samples', title: text('imports.samples'), render: (_: unknown, row: Row) => <Samples samples={row.samples} /> }]),
        {
          key: 'field',
          title: text('imports.field'),
          width: 280,
          render: (_, row) => (
            <FieldSelect
              target={target}
              header={row.header}
              index={row.index}
              value={mapping[row.index] ?? ''}
              onChange={(field) => onChange(mapping.with(row.index, field))}
              attributes={attributes.data?.items ?? []}
              hasProblem={clashing.has(row.index)}
            />
          ),
        },
        {
          key: 'reason',
          title: '',
          render: (_, row) =>
            !small && row.suggestion !== '' && row.suggestion === mapping[row.index] && row.reason !== 'none' ? (
              <span className="faint mapping-reason">{text(`imports.reasons.${row.reason}`)}</span>
            ) : null,
        },
      ]}
    />
  )
}

function Samples({ samples }: { samples: string[] }) {
  const text = useText('data')
  const shown = samples.filter((sample) => sample !== '').slice(0, 3)
  return <span className="mapping-samples faint">{shown.length > 0 ? shown.join(' · ') : text('imports.emptyColumn')}</span>
}
