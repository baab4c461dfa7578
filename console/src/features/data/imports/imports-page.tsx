import { Button } from 'antd'
import { importRoutes, type Import } from '../../../../../contracts/imports.ts'
import { usePages } from '../../../ui/api.ts'
import { DataTable, type Column } from '../../../ui/data-table.tsx'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { formatBytes } from '../../../ui/format.ts'
import { Link, peoplePath, useGo } from '../../../ui/link.tsx'
import { PageHeader } from '../../../ui/page-header.tsx'
import { PermissionGate } from '../../../ui/permission-gate.tsx'
import { useText } from '../../../ui/text.ts'
import { Count, DateTime } from '../../../ui/values.tsx'
import { ImportStateTag } from './import-state.tsx'
import './imports.css'

export function ImportsPage() {
  const text = useText('data')
  const go = useGo()
  const columns = useColumns()
  const pages = usePages(importRoutes.listImports, { query: {}, refetchSeconds: 4 })
  const start = (
    <PermissionGate permission="data.import">
      <Button type="primary" onClick={() => go('/data/imports/new')}>
        {text('imports.new')}
      </Button>
    </PermissionGate>
  )
  return (
    <>
      <PageHeader title={text('imports.title')} lead={text('imports.lead')} actions={start} />
      <DataTable
        name="imports"
        label={text('imports.title')}
        columns={columns}
        pages={pages}
        rowKey={(row) => row.id}
        rowTo={(row) => `/data/imports/${row.id}`}
        noun={(count) => text('imports.noun', { count })}
        empty={<EmptyState title={text('imports.empty')} why={text('imports.emptyWhy')} action={start} />}
      />
    </>
  )
}

function useColumns(): Column<Import>[] {
  const text = useText('data')
  return [
    { key: 'file', title: text('imports.file'), fixed: true, render: (row) => <Link to={`/data/imports/${row.id}`}>{row.fileName}</Link> },
    { key: 'target', title: text('imports.target'), render: (row) => (row.target ? text(`imports.targets.${row.target}.title`) : '–') },
    {
      key: 'state',
      title: text('imports.state'),
      render: (row) => (
        <span className="import-state">
          <ImportStateTag one={row} />
          {(row.state === 'running' || row.state === 'cancelling') && (
            <span className="faint number">{Math.round((row.bytesRead / Math.max(1, row.bytes)) * 100)}%</span>
          )}
        </span>
      ),
    },
    { key: 'good', title: text('imports.rowsGood'), align: 'right', render: (row) => <Count value={row.rowsGood} /> },
    {
      key: 'bad',
      title: text('imports.rowsBad'),
      align: 'right',
      render: (row) =>
        row.rowsBad > 0 ? (
          <Link to={`/data/imports/${row.id}#bad-rows`}>
            <Count value={row.rowsBad} />
          </Link>
        ) : (
          <Count value={0} />
        ),
    },
    {
      key: 'people',
      title: text('imports.peopleNew'),
      align: 'right',
      render: (row) =>
        row.peopleNew > 0 ? (
          <Link to={peoplePath({ importId: row.id, importPart: 'new' })}>
            <Count value={row.peopleNew} />
          </Link>
        ) : (
          <Count value={row.peopleNew} />
        ),
    },
    {
      key: 'size',
      title: text('imports.size'),
      align: 'right',
      render: (row) => <span className="number">{formatBytes(row.bytes)}</span>,
      hiddenAtFirst: true,
    },
    { key: 'created', title: text('imports.createdAt'), render: (row) => <DateTime at={row.createdAt} /> },
  ]
}
