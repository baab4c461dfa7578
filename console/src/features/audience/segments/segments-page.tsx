import { Button, Tooltip } from 'antd'
import { DeleteOutlined, ReloadOutlined } from '@ant-design/icons'
import { audienceRoutes, type Segment } from '../../../../../contracts/audience.ts'
import { useAct, usePages } from '../../../ui/api.ts'
import { ConfirmAction } from '../../../ui/confirm-action.tsx'
import { DataTable, type Column } from '../../../ui/data-table.tsx'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { ChoiceFilter, FilterBar, SearchFilter } from '../../../ui/filter-bar.tsx'
import { Link, peoplePath, useGo } from '../../../ui/link.tsx'
import { PageHeader } from '../../../ui/page-header.tsx'
import { PermissionGate } from '../../../ui/permission-gate.tsx'
import { useMay } from '../../../ui/session-context.ts'
import { useLocaleText, useText } from '../../../ui/text.ts'
import { useUrlState } from '../../../ui/url-state.ts'
import { Ago, Count } from '../../../ui/values.tsx'
import { RefreshStatus } from './refresh-status.tsx'
import { SegmentCost, SegmentStateTag } from './segment-state.tsx'
import { segmentOrders, sortSegments } from './sort-segments.ts'
import { useDeleteSegment } from './use-delete-segment.ts'
import './segments.css'

const refetchSeconds = 15

export function SegmentsPage() {
  const text = useText('audience')
  const segments = useText('segments')
  const go = useGo()
  const [{ search, order }, setFilters] = useUrlState('search', 'order')
  const pages = usePages(audienceRoutes.listSegments, { query: { search }, refetchSeconds })
  const create = (
    <PermissionGate permission="audience.write">
      <Button type="primary" onClick={() => go('/segments/new')}>
        {text('list.create')}
      </Button>
    </PermissionGate>
  )
  const actions = (
    <>
      <Button onClick={() => go('/segments/overlap')}>{segments('overlap.open')}</Button>
      {create}
    </>
  )
  return (
    <>
      <PageHeader title={text('list.title')} lead={text('list.lead')} actions={actions} />
      <RefreshStatus />
      <DataTable
        name="segments"
        label={text('list.title')}
        columns={useColumns()}
        pages={{ ...pages, rows: sortSegments(pages.rows, order) }}
        rowKey={(row) => row.id}
        rowTo={(row) => (row.kind === 'static' ? `/segments/${row.id}/people` : `/segments/${row.id}`)}
        noun={(count) => text('list.noun', { count })}
        toolbar={
          <FilterBar onClear={search === undefined ? undefined : () => setFilters({ search: undefined })}>
            <SearchFilter value={search} onChange={(next) => setFilters({ search: next })} placeholder={text('list.search')} />
            <ChoiceFilter
              label={segments('order.label')}
              value={order}
              onChange={(next) => setFilters({ order: next })}
              options={segmentOrders.map((value) => ({ value, label: segments(`order.${value}`) }))}
            />
          </FilterBar>
        }
        empty={
          search === undefined ? (
            <EmptyState title={text('list.empty')} why={text('list.emptyWhy')} action={create} />
          ) : (
            <EmptyState title={text('list.notFound')} why={text('list.notFoundWhy')} />
          )
        }
      />
    </>
  )
}

function useColumns(): Column<Segment>[] {
  const text = useText('audience')
  const segments = useText('segments')
  const pick = useLocaleText()
  const mayWrite = useMay()('audience.write')
  const columns: Column<Segment>[] = [
    { key: 'name', title: text('list.name'), fixed: true, render: (row) => <SegmentName segment={row} /> },
    {
      key: 'count',
      title: text('list.count'),
      align: 'right',
      render: (row) => (
        <Link to={peoplePath({ segmentId: row.id })} title={text('count.open')}>
          <Count value={row.count} />
        </Link>
      ),
    },
    { key: 'sentence', title: text('list.rule'), render: (row) => <span className="segment-sentence">{pick(row.sentence)}</span> },
    {
      key: 'countedAt',
      title: text('list.countedAt'),
      render: (row) => (
        <Link to={`/segments/${row.id}/people`} className="segment-freshness">
          <SegmentStateTag segment={row} /> <Ago at={row.countedAt} />
        </Link>
      ),
    },
    { key: 'cost', title: segments('order.cost'), hiddenAtFirst: true, render: (row) => <SegmentCost segment={row} /> },
    { key: 'createdBy', title: text('list.createdBy'), hiddenAtFirst: true, render: (row) => row.createdBy ?? <span className="faint">–</span> },
    { key: 'updatedAt', title: text('list.updatedAt'), hiddenAtFirst: true, render: (row) => <Ago at={row.updatedAt} /> },
  ]
  return mayWrite ? [...columns, { key: 'actions', title: text('list.actions'), fixed: true, render: (row) => <SegmentActions segment={row} /> }] : columns
}

function SegmentName({ segment }: { segment: Segment }) {
  return (
    <div className="segment-name">
      <Link to={segment.kind === 'static' ? `/segments/${segment.id}/people` : `/segments/${segment.id}`}>{segment.name}</Link>
      {segment.description !== '' && <small>{segment.description}</small>}
    </div>
  )
}

function SegmentActions({ segment }: { segment: Segment }) {
  const text = useText('audience')
  const refresh = useAct(audienceRoutes.refreshSegment, { done: text('list.refreshed') })
  const remove = useDeleteSegment()
  return (
    <span className="segment-actions">
      <Tooltip title={text('list.refresh')}>
        <Button
          disabled={segment.kind === 'static'}
          type="text"
          size="small"
          icon={<ReloadOutlined />}
          aria-label={text('list.refreshNamed', { name: segment.name })}
          loading={refresh.isPending}
          onClick={() => refresh.mutate({ params: { id: segment.id } })}
        />
      </Tooltip>
      <ConfirmAction
        title={text('delete.title', { name: segment.name })}
        consequence={text('delete.consequence')}
        verb={text('delete.verb')}
        danger
        type="text"
        size="small"
        icon={<DeleteOutlined />}
        aria-label={text('delete.named', { name: segment.name })}
        onConfirm={() => remove(segment.id)}
      />
    </span>
  )
}
