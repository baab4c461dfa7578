import { Segmented, Tag as AntdTag } from 'antd'
import { useState } from 'react'
import { catalogueRoutes, type FieldUse, type FieldUser } from '../../../../contracts/catalogue.ts'
import { useRead } from '../../ui/api.ts'
import { DataTable, type Column } from '../../ui/data-table.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ChoiceFilter, FilterBar, SearchFilter } from '../../ui/filter-bar.tsx'
import { Link } from '../../ui/link.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { StatNumber, StatRow } from '../../ui/stat-number.tsx'
import { useLocaleText, useText } from '../../ui/text.ts'
import { useUrlState } from '../../ui/url-state.ts'
import { Ago, Count, StateTag } from '../../ui/values.tsx'
import './catalogue.css'

const rowsAtOnce = 100
const views = ['all', 'unused', 'stale'] as const
type View = (typeof views)[number]
const kinds = ['attribute', 'event', 'tag', 'segment', 'layerModel', 'template', 'namespace'] as const

const holds: Record<View, (use: FieldUse) => boolean> = {
  all: () => true,
  unused: (use) => use.users.length === 0 && !use.retired,
  stale: (use) => use.stale && !use.retired,
}

/** Where every field, event, tag and segment is used; what nobody uses or nothing feeds any more. */
export function UsagePage() {
  const text = useText('catalogue')
  const pick = useLocaleText()
  const [filters, setFilters] = useUrlState('search', 'kind', 'view')
  const [shown, setShown] = useState(rowsAtOnce)
  const uses = useRead(catalogueRoutes.listFieldUses)
  const all = uses.data?.items ?? []
  const view = views.find((one) => one === filters.view) ?? 'all'
  const rows = all.filter(
    (use) =>
      holds[view](use) &&
      (filters.kind === undefined || use.kind === filters.kind) &&
      (filters.search === undefined || `${use.key} ${pick(use.label)}`.toLowerCase().includes(filters.search.toLowerCase())),
  )
  return (
    <>
      <PageHeader title={text('usage.title')} lead={text('usage.lead')} />
      {all.length > 0 && (
        <StatRow>
          {kinds.map((kind) => {
            const ofKind = all.filter((use) => use.kind === kind && !use.retired)
            return (
              <StatNumber
                key={kind}
                label={text(`usage.kinds.${kind}`)}
                value={<Count value={ofKind.length} />}
                note={text('usage.unusedCount', { count: ofKind.filter(holds.unused).length })}
              />
            )
          })}
        </StatRow>
      )}
      <Segmented<View>
        className="usage-views"
        aria-label={text('usage.views.all')}
        value={view}
        onChange={(next) => setFilters({ view: next === 'all' ? undefined : next })}
        options={views.map((one) => ({ value: one, label: `${text(`usage.views.${one}`)} ${all.filter(holds[one]).length}` }))}
      />
      <DataTable
        name="field-uses"
        label={text('usage.title')}
        columns={useColumns()}
        pages={{
          rows: rows.slice(0, shown),
          total: rows.length,
          isLoading: uses.isPending,
          isRefreshing: false,
          error: uses.error,
          hasMore: rows.length > shown,
          isLoadingMore: false,
          loadMore: () => setShown(shown + rowsAtOnce),
          retry: () => void uses.refetch(),
        }}
        rowKey={(use) => `${use.kind} ${use.key}`}
        noun={(count) => text('usage.noun', { count })}
        toolbar={
          <FilterBar
            onClear={filters.search === undefined && filters.kind === undefined ? undefined : () => setFilters({ search: undefined, kind: undefined })}
          >
            <SearchFilter value={filters.search} onChange={(search) => setFilters({ search })} placeholder={text('usage.search')} />
            <ChoiceFilter
              label={text('usage.kind')}
              value={filters.kind}
              onChange={(kind) => setFilters({ kind })}
              options={kinds.map((kind) => ({ value: kind, label: text(`usage.kinds.${kind}`) }))}
            />
          </FilterBar>
        }
        empty={
          <EmptyState title={text(view === 'all' ? 'usage.notFound' : 'usage.clean')} why={text(view === 'all' ? 'usage.notFoundWhy' : 'usage.cleanWhy')} />
        }
      />
    </>
  )
}

function useColumns(): Column<FieldUse>[] {
  const text = useText('catalogue')
  const pick = useLocaleText()
  return [
    {
      key: 'label',
      title: text('usage.name'),
      fixed: true,
      render: (use) => (
        <>
          <Link to={placeOf(use)}>{pick(use.label)}</Link>
          {(use.kind === 'attribute' || use.kind === 'event' || use.kind === 'namespace') && use.key !== pick(use.label) && (
            <code className="field-key">{use.key}</code>
          )}
        </>
      ),
    },
    { key: 'kind', title: text('usage.kind'), render: (use) => text(`usage.kinds.${use.kind}`) },
    {
      key: 'users',
      title: text('usage.usedBy'),
      fixed: true,
      width: 380,
      render: (use) => (use.users.length === 0 ? <StateTag tone="neutral" text={text('usage.unused')} /> : <Users users={use.users} />),
    },
    {
      key: 'lastSeenAt',
      title: text('usage.lastSeenAt'),
      render: (use) => (
        <>
          {use.lastSeenAt === null ? <span className="faint">{text('usage.neverSeen')}</span> : <Ago at={use.lastSeenAt} />}{' '}
          {use.stale && !use.retired && <StateTag tone="warn" text={text('usage.stale')} />}
        </>
      ),
    },
    { key: 'state', title: text('usage.state'), render: (use) => text(use.retired ? 'fields.retired' : 'fields.inUse') },
  ]
}

const usersShown = 4

function Users({ users }: { users: readonly FieldUser[] }) {
  const text = useText('catalogue')
  return (
    <span className="users">
      {users.slice(0, usersShown).map((user) => (
        <Link key={user.kind + user.id} to={userPlace(user)}>
          <AntdTag>
            <small className="faint">{text(`usage.users.${user.kind}`)}</small> {user.name}
          </AntdTag>
        </Link>
      ))}
      {users.length > usersShown && <small className="faint">{text('usage.moreUsers', { count: users.length - usersShown })}</small>}
    </span>
  )
}

function placeOf({ kind, key }: FieldUse): string {
  const places: Record<FieldUse['kind'], string> = {
    attribute: `/catalogue/fields?key=${encodeURIComponent(key)}`,
    event: `/data/events`,
    tag: `/tags/${key}`,
    namespace: '/one-id/namespaces',
    segment: `/segments/${key}`,
    layerModel: `/layers/${key}`,
    template: `/templates/${key}`,
  }
  return places[kind]
}

function userPlace({ kind, id }: FieldUser): string {
  const places: Record<FieldUser['kind'], string> = {
    segment: `/segments/${id}`,
    layerModel: `/layers/${id}`,
    template: `/templates/${id}`,
    campaign: `/campaigns/${id}`,
    connector: `/data/connectors/${id}`,
    importMapping: '/data/imports',
    tag: `/tags/${id}`,
    mainLayers: '/layers',
    lookalike: `/lookalikes/${id}`,
  }
  return places[kind]
}
