import { Button } from 'antd'
import { campaignRoutes, campaignStateLabels, campaignStates, type Campaign, type CampaignState } from '../../../../contracts/campaigns.ts'
import { usePages } from '../../ui/api.ts'
import { DataTable, type Column } from '../../ui/data-table.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ChoiceFilter, FilterBar, SearchFilter } from '../../ui/filter-bar.tsx'
import { Link, peoplePath, useGo } from '../../ui/link.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { PermissionGate } from '../../ui/permission-gate.tsx'
import { campaignTone } from '../../ui/state-tones.ts'
import { useLocaleText, useText } from '../../ui/text.ts'
import { useUrlState } from '../../ui/url-state.ts'
import { Count, DateTime, Money, Percent, StateTag } from '../../ui/values.tsx'

export function CampaignsPage() {
  const text = useText('campaigns')
  const pick = useLocaleText()
  const go = useGo()
  const [filters, setFilters] = useUrlState('search', 'state')
  const isFiltered = filters.search !== undefined || filters.state !== undefined
  const pages = usePages(campaignRoutes.listCampaigns, {
    query: { search: filters.search, state: filters.state as CampaignState | undefined },
    refetchSeconds: 10,
  })
  const create = (
    <PermissionGate permission="campaigns.write">
      <Button type="primary" onClick={() => go('/campaigns/new')}>
        {text('list.create')}
      </Button>
    </PermissionGate>
  )
  return (
    <>
      <PageHeader title={text('list.title')} lead={text('list.lead')} actions={create} />
      <DataTable
        name="campaigns"
        label={text('list.title')}
        columns={useColumns()}
        pages={pages}
        rowKey={(row) => row.id}
        rowTo={(row) => `/campaigns/${row.id}`}
        noun={(count) => text('noun', { count })}
        toolbar={
          <FilterBar onClear={isFiltered ? () => setFilters({ search: undefined, state: undefined }) : undefined}>
            <SearchFilter value={filters.search} onChange={(search) => setFilters({ search })} placeholder={text('list.search')} />
            <ChoiceFilter
              label={text('list.state')}
              value={filters.state}
              onChange={(state) => setFilters({ state })}
              options={campaignStates.map((value) => ({ value, label: pick(campaignStateLabels[value]) }))}
            />
          </FilterBar>
        }
        empty={
          isFiltered ? (
            <EmptyState title={text('list.notFound')} why={text('list.notFoundWhy')} />
          ) : (
            <EmptyState title={text('list.empty')} why={text('list.emptyWhy')} action={create} />
          )
        }
      />
    </>
  )
}

function useColumns(): Column<Campaign>[] {
  const text = useText('campaigns')
  const pick = useLocaleText()
  const people = (row: Campaign, outcome: string, shown: React.ReactNode) => <Link to={peoplePath({ campaignId: row.id, outcome })}>{shown}</Link>
  return [
    { key: 'name', title: text('list.name'), fixed: true, render: (row) => <Link to={`/campaigns/${row.id}`}>{row.name}</Link> },
    { key: 'state', title: text('list.state'), render: (row) => <StateTag tone={campaignTone(row.state)} text={pick(campaignStateLabels[row.state])} /> },
    { key: 'type', title: text('list.type'), render: (row) => row.type || <span className="faint">–</span> },
    { key: 'planned', title: text('list.planned'), align: 'right', render: (row) => people(row, 'planned', <Count value={row.progress.planned} />) },
    { key: 'sent', title: text('list.sent'), align: 'right', render: (row) => people(row, 'sent', <Count value={row.progress.sent} />) },
    { key: 'delivered', title: text('list.delivered'), align: 'right', render: (row) => people(row, 'delivered', <Count value={row.progress.delivered} />) },
    {
      key: 'rate',
      title: text('list.conversionRate'),
      align: 'right',
      render: (row) => (row.result ? people(row, 'converted', <Percent value={row.result.conversionRate} />) : <span className="faint">–</span>),
    },
    { key: 'revenue', title: text('list.revenue'), align: 'right', render: (row) => <Money fen={row.result?.revenueFen} compact /> },
    { key: 'cost', title: text('list.cost'), align: 'right', render: (row) => <Money fen={row.result?.costFen} compact /> },
    { key: 'launchedAt', title: text('list.launchedAt'), render: (row) => <DateTime at={row.launchedAt} /> },
  ]
}
