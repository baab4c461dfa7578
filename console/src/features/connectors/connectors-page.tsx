import { Button } from 'antd'
import { connectorRoutes, type Connector } from '../../../../contracts/connectors.ts'
import { usePages } from '../../ui/api.ts'
import { DataTable, type Column } from '../../ui/data-table.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Link, useGo } from '../../ui/link.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { PermissionGate } from '../../ui/permission-gate.tsx'
import { useLocaleText, useText } from '../../ui/text.ts'
import { Ago, Count } from '../../ui/values.tsx'
import { ConnectorState } from './connector-state.tsx'
import './connectors.css'

/** Shops, tills, databases and logs that data comes from, with how each is doing. */
export function ConnectorsPage() {
  const text = useText('connectors')
  const pick = useLocaleText()
  const go = useGo()
  const pages = usePages(connectorRoutes.listConnectors, { refetchSeconds: 15 })
  const columns: Column<Connector>[] = [
    { key: 'name', title: text('name'), fixed: true, render: (row) => <Link to={`/data/connectors/${row.id}`}>{row.name}</Link> },
    { key: 'kind', title: text('kind'), render: (row) => text(`kinds.${row.kind}`) },
    { key: 'state', title: text('state'), render: (row) => <ConnectorState connector={row} /> },
    { key: 'last', title: text('lastReceived'), render: (row) => <Ago at={row.lastReceivedAt} /> },
    { key: 'items', title: text('itemsTaken'), align: 'right', render: (row) => <Count value={row.itemsTaken} /> },
    {
      key: 'error',
      title: text('lastError'),
      render: (row) => (row.lastError ? <span className={row.state === 'failing' ? 'connector-error' : 'faint'}>{pick(row.lastError)}</span> : '–'),
    },
    { key: 'next', title: text('nextRun'), render: (row) => <Ago at={row.nextRunAt} />, hiddenAtFirst: true },
  ]
  const create = (
    <PermissionGate permission="data.manage">
      <Button type="primary" onClick={() => go('/data/connectors/new')}>
        {text('create')}
      </Button>
    </PermissionGate>
  )
  return (
    <>
      <PageHeader title={text('title')} lead={text('lead')} actions={create} />
      <DataTable
        name="connectors"
        label={text('title')}
        columns={columns}
        pages={pages}
        rowKey={(row) => row.id}
        rowTo={(row) => `/data/connectors/${row.id}`}
        noun={(count) => text('noun', { count })}
        empty={<EmptyState title={text('empty')} why={text('emptyWhy')} action={create} />}
      />
    </>
  )
}
