import { Button } from 'antd'
import { useState } from 'react'
import { collectRoutes, type Source } from '../../../../../contracts/collect.ts'
import { usePages } from '../../../ui/api.ts'
import { DataTable, type Column } from '../../../ui/data-table.tsx'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { Link, useGo } from '../../../ui/link.tsx'
import { PageHeader } from '../../../ui/page-header.tsx'
import { PermissionGate } from '../../../ui/permission-gate.tsx'
import { useText } from '../../../ui/text.ts'
import { useUrlState } from '../../../ui/url-state.ts'
import { Ago, Count, DateTime, StateTag } from '../../../ui/values.tsx'
import { CreateSource } from './create-source.tsx'
import { SourceHours } from './source-hours.tsx'
import { WriteKeyShown, type ShownKey } from './write-key-shown.tsx'

/** Where a source is looked at. */
export const sourcePath = (id: string): string => `/data/sources/${id}`

/** Everything that brings data in, with what came in the last day. */
export function SourcesPage() {
  const text = useText('data')
  const go = useGo()
  const [state, setState] = useUrlState('create')
  const [made, setMade] = useState<ShownKey & { id: string }>()
  const pages = usePages(collectRoutes.listSources, { refetchSeconds: 15 })
  const columns: Column<Source>[] = [
    {
      key: 'name',
      title: text('sources.name'),
      fixed: true,
      render: (row) => <Link to={sourcePath(row.id)}>{row.name}</Link>,
    },
    { key: 'kind', title: text('sources.kind'), render: (row) => text(`sources.kinds.${row.kind}`) },
    { key: 'state', title: text('sources.state'), render: (row) => <SourceState source={row} /> },
    { key: 'day', title: text('sources.lastDay'), render: (row) => <SourceHours source={row} size="small" /> },
    { key: 'events', title: text('sources.eventsAccepted'), align: 'right', render: (row) => <Count value={row.eventsAccepted} /> },
    { key: 'last', title: text('sources.lastEventAt'), render: (row) => <Ago at={row.lastEventAt} /> },
    { key: 'created', title: text('sources.createdAt'), render: (row) => <DateTime at={row.createdAt} />, hiddenAtFirst: true },
  ]
  const create = (
    <PermissionGate permission="data.manage">
      <Button type="primary" onClick={() => setState({ create: '1' })}>
        {text('sources.create')}
      </Button>
    </PermissionGate>
  )
  return (
    <>
      <PageHeader title={text('sources.title')} lead={text('sources.lead')} actions={create} />
      <DataTable
        name="sources"
        label={text('sources.title')}
        columns={columns}
        pages={pages}
        rowKey={(row) => row.id}
        rowTo={(row) => sourcePath(row.id)}
        noun={(count) => text('sources.noun', { count })}
        empty={<EmptyState title={text('sources.empty')} why={text('sources.emptyWhy')} action={create} />}
      />
      {state.create !== undefined && (
        <CreateSource
          onClose={() => setState({ create: undefined })}
          onCreated={(source) => {
            setState({ create: undefined })
            setMade(source)
          }}
        />
      )}
      {made && <WriteKeyShown {...made} onClose={() => go(`${sourcePath(made.id)}?tab=setup`)} />}
    </>
  )
}

/** Whether a source is taken from. */
export function SourceState({ source }: { source: Source }) {
  const text = useText('data')
  return (
    <StateTag tone={source.disabledAt === null ? 'good' : 'neutral'} text={source.disabledAt === null ? text('sources.enabled') : text('sources.disabled')} />
  )
}
