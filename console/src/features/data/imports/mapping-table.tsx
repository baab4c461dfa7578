import { useState } from 'react'
import type { ImportTarget } from '../../../../../contracts/import-setup.ts'
import type { ColumnAnalysis } from '../../../../../contracts/imports.ts'
import type { Problem } from '../../../../../contracts/errors.ts'
import { useIsSmall } from '../../../ui/preferences.ts'
import { ScrollTable } from '../../../ui/scroll-table.tsx'
import { useLocaleText, useText } from '../../../ui/text.ts'
import { FieldSelect } from './field-select.tsx'
import { NewField, type NewFieldKind } from './new-field.tsx'
import { useFields } from './use-fields.ts'

type Row = ColumnAnalysis & { index: number }

interface MappingTableProps {
  target: ImportTarget
  columns: ColumnAnalysis[]
  mapping: string[]
  onChange: (mapping: string[]) => void
  /** What is wrong with a column, by its position. */
  problems: ReadonlyMap<number, Pick<Problem, 'zh' | 'en'>>
}

/** One line per column of the file: its header, what is in it, and where it goes. */
export function MappingTable({ target, columns, mapping, onChange, problems }: MappingTableProps) {
  const text = useText('data')
  const pick = useLocaleText()
  const small = useIsSmall()
  const fields = useFields(target)
  const [making, setMaking] = useState<{ kind: NewFieldKind; index: number }>()
  const rows: Row[] = columns.map((column, index) => ({ ...column, index }))
  const choose = (index: number, field: string): void => onChange(mapping.with(index, field))
  const field = (row: Row) => {
    const problem = problems.get(row.index)
    return (
      <>
        <FieldSelect
          target={target}
          header={row.header}
          index={row.index}
          value={mapping[row.index] ?? ''}
          fields={fields}
          onChange={(next) => choose(row.index, next)}
          onNew={(kind) => setMaking({ kind, index: row.index })}
          hasProblem={problem !== undefined}
        />
        {problem && (
          <small className="mapping-problem" role="alert">
            {pick(problem)}
          </small>
        )}
      </>
    )
  }
  return (
    <>
      <ScrollTable
        label={text('imports.mappingTitle')}
        className="mapping-table"
        rowKey="index"
        dataSource={rows}
        rowClassName={(row) => (problems.has(row.index) ? 'mapping-wrong' : (mapping[row.index] ?? '') === '' ? 'mapping-left-out' : '')}
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
          { key: 'field', title: text('imports.field'), width: small ? undefined : 280, render: (_, row) => field(row) },
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
      {making && (
        <NewField
          kind={making.kind}
          header={columns[making.index]?.header ?? ''}
          index={making.index}
          onDone={(made) => {
            choose(making.index, made)
            setMaking(undefined)
          }}
          onClose={() => setMaking(undefined)}
        />
      )}
    </>
  )
}

function Samples({ samples }: { samples: string[] }) {
  const text = useText('data')
  const shown = samples.filter((sample) => sample !== '').slice(0, 3)
  return <span className="mapping-samples faint">{shown.length > 0 ? shown.join(' · ') : text('imports.emptyColumn')}</span>
}
