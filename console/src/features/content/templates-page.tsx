import { Button } from 'antd'
import { contentRoutes, type Template } from '../../../../contracts/content.ts'
import { usePages } from '../../ui/api.ts'
import { DataTable, type Column } from '../../ui/data-table.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { FilterBar, SearchFilter } from '../../ui/filter-bar.tsx'
import { Link, useGo } from '../../ui/link.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { PermissionGate } from '../../ui/permission-gate.tsx'
import { useText } from '../../ui/text.ts'
import { useUrlState } from '../../ui/url-state.ts'
import { Ago, Count } from '../../ui/values.tsx'

export function TemplatesPage() {
  const text = useText('content')
  const go = useGo()
  const [filters, setFilters] = useUrlState('search')
  const pages = usePages(contentRoutes.listTemplates, { query: { search: filters.search } })
  const create = (
    <PermissionGate permission="content.write">
      <Button type="primary" onClick={() => go('/templates/new')}>
        {text('templates.create')}
      </Button>
    </PermissionGate>
  )
  const columns: Column<Template>[] = [
    { key: 'name', title: text('templates.name'), fixed: true, render: (row) => <Link to={`/templates/${row.id}`}>{row.name}</Link> },
    { key: 'category', title: text('templates.category'), render: (row) => text(`templates.categories.${row.category}`) },
    { key: 'signature', title: text('templates.signature'), render: (row) => `【${row.signature}】` },
    { key: 'body', title: text('templates.body'), width: 420, render: (row) => row.body },
    { key: 'used', title: text('templates.usedBy'), align: 'right', render: (row) => <Count value={row.usedByCampaigns} /> },
    { key: 'updatedAt', title: text('templates.updatedAt'), render: (row) => <Ago at={row.updatedAt} /> },
  ]
  return (
    <>
      <PageHeader title={text('templates.title')} lead={text('templates.lead')} actions={create} />
      <DataTable
        name="templates"
        label={text('templates.title')}
        columns={columns}
        pages={pages}
        rowKey={(row) => row.id}
        rowTo={(row) => `/templates/${row.id}`}
        noun={(count) => text('templates.noun', { count })}
        toolbar={
          <FilterBar onClear={filters.search === undefined ? undefined : () => setFilters({ search: undefined })}>
            <SearchFilter value={filters.search} onChange={(search) => setFilters({ search })} placeholder={text('templates.search')} />
          </FilterBar>
        }
        empty={
          filters.search === undefined ? (
            <EmptyState title={text('templates.empty')} why={text('templates.emptyWhy')} action={create} />
          ) : (
            <EmptyState title={text('templates.notFound')} why={text('templates.notFoundWhy')} />
          )
        }
      />
    </>
  )
}
