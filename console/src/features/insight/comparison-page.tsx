import { Segmented } from 'antd'
import { insightRoutes, type ComparisonRow } from '../../../../contracts/insight.ts'
import { useRead, type Pages } from '../../ui/api.ts'
import { DataTable, type Column } from '../../ui/data-table.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { formatPoints } from '../../ui/format.ts'
import { Link, peoplePath } from '../../ui/link.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { useText } from '../../ui/text.ts'
import { useUrlState } from '../../ui/url-state.ts'
import { Count, Money, Percent } from '../../ui/values.tsx'
import { LiftChart } from './lift-chart.tsx'

type GroupBy = 'campaign' | 'type'

/** All campaigns against their own control groups, side by side. */
export function ComparisonPage() {
  const text = useText('insight')
  const [state, setState] = useUrlState('by')
  const groupBy: GroupBy = state.by === 'type' ? 'type' : 'campaign'
  const comparison = useRead(insightRoutes.compareCampaigns, { query: { groupBy }, keepPrevious: true, refetchSeconds: 60 })
  const rows = comparison.data?.rows ?? []
  const pages: Pages<ComparisonRow> = {
    rows,
    total: rows.length,
    isLoading: comparison.isPending,
    isRefreshing: comparison.isFetching && !comparison.isPending,
    error: comparison.error,
    hasMore: false,
    isLoadingMore: false,
    loadMore: () => undefined,
    retry: () => void comparison.refetch(),
  }
  return (
    <>
      <PageHeader
        title={text('comparison.title')}
        lead={text('comparison.lead')}
        actions={
          <Segmented<GroupBy>
            value={groupBy}
            onChange={(by) => setState({ by: by === 'campaign' ? undefined : by })}
            aria-label={text('comparison.by')}
            options={[
              { value: 'campaign', label: text('comparison.byCampaign') },
              { value: 'type', label: text('comparison.byType') },
            ]}
          />
        }
      />
      <LiftChart rows={rows} groupBy={groupBy} />
      <DataTable
        name={`comparison-${groupBy}`}
        label={text('comparison.title')}
        columns={useColumns(groupBy)}
        pages={pages}
        rowKey={(row) => row.key}
        noun={(count) => text(groupBy === 'campaign' ? 'comparison.nounCampaigns' : 'comparison.nounTypes', { count })}
        empty={
          <EmptyState
            title={text('comparison.empty')}
            why={text('comparison.emptyWhy')}
            action={<Link to="/data/imports/new?target=campaignContacts">{text('comparison.import')}</Link>}
          />
        }
      />
    </>
  )
}

function useColumns(groupBy: GroupBy): Column<ComparisonRow>[] {
  const text = useText('insight')
  const people = (row: ComparisonRow, outcome: string, value: number) =>
    groupBy === 'campaign' ? (
      <Link to={peoplePath({ campaignId: row.key, outcome })}>
        <Count value={value} />
      </Link>
    ) : (
      <Count value={value} />
    )
  const name: Column<ComparisonRow> =
    groupBy === 'campaign'
      ? { key: 'name', title: text('comparison.name'), fixed: true, render: (row) => <Link to={`/campaigns/${row.key}`}>{row.name}</Link> }
      : { key: 'name', title: text('comparison.type'), fixed: true, render: (row) => row.name || text('comparison.noType') }
  const columns: Column<ComparisonRow>[] = [
    name,
    { key: 'contacted', title: text('comparison.contacted'), align: 'right', render: (row) => people(row, 'sent', row.contacted) },
    { key: 'converted', title: text('comparison.converted'), align: 'right', render: (row) => people(row, 'converted', row.converted) },
    { key: 'rate', title: text('comparison.conversionRate'), align: 'right', render: (row) => <Percent value={row.conversionRate} /> },
    { key: 'control', title: text('comparison.controlRate'), align: 'right', render: (row) => <Percent value={row.controlRate} /> },
    {
      key: 'lift',
      title: text('comparison.lift'),
      align: 'right',
      render: (row) =>
        row.lift ? <span className="number">{`${formatPoints(row.lift.value)} (${formatPoints(row.lift.low)} ~ ${formatPoints(row.lift.high)})`}</span> : '–',
    },
    { key: 'revenue', title: text('comparison.revenue'), align: 'right', render: (row) => <Money fen={row.revenueFen} compact /> },
    { key: 'cost', title: text('comparison.cost'), align: 'right', render: (row) => <Money fen={row.costFen} compact /> },
    {
      key: 'roi',
      title: text('comparison.roi'),
      align: 'right',
      render: (row) => <span className="number">{row.roi === null ? '–' : row.roi.toFixed(1)}</span>,
    },
    { key: 'optedOut', title: text('comparison.optedOut'), align: 'right', render: (row) => people(row, 'optedOut', row.optedOut) },
  ]
  if (groupBy === 'type')
    columns.splice(1, 0, { key: 'campaigns', title: text('comparison.campaigns'), align: 'right', render: (row) => <Count value={row.campaigns} /> })
  return columns
}
