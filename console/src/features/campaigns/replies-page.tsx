import { deliveryRoutes, type Reply } from '../../../../contracts/delivery.ts'
import { usePages } from '../../ui/api.ts'
import { DataTable, type Column } from '../../ui/data-table.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ChoiceFilter, FilterBar } from '../../ui/filter-bar.tsx'
import { Link } from '../../ui/link.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { useText } from '../../ui/text.ts'
import { useUrlState } from '../../ui/url-state.ts'
import { DateTime, Masked, PersonLink, StateTag } from '../../ui/values.tsx'

const kinds = ['optOut', 'other'] as const

export function RepliesPage() {
  const text = useText('campaigns')
  const [filters, setFilters] = useUrlState('kind', 'campaignId')
  const isFiltered = Object.keys(filters).length > 0
  const pages = usePages(deliveryRoutes.listReplies, {
    query: { kind: filters.kind as (typeof kinds)[number] | undefined, campaignId: filters.campaignId },
    refetchSeconds: 5,
  })
  const columns: Column<Reply>[] = [
    { key: 'at', title: text('replies.at'), fixed: true, render: (row) => <DateTime at={row.at} /> },
    {
      key: 'person',
      title: text('replies.person'),
      render: (row) =>
        row.personId === null ? (
          <span className="faint">{text('replies.unknownPerson')}</span>
        ) : (
          <PersonLink personId={row.personId} name={row.personName} phone={row.phone} />
        ),
    },
    { key: 'phone', title: text('replies.phone'), render: (row) => <Masked value={row.phone} /> },
    { key: 'text', title: text('replies.text'), fixed: true, render: (row) => row.text },
    {
      key: 'kind',
      title: text('replies.kind'),
      render: (row) => <StateTag tone={row.kind === 'optOut' ? 'warn' : 'neutral'} text={text(`replies.kinds.${row.kind}`)} />,
    },
    {
      key: 'campaign',
      title: text('replies.campaign'),
      render: (row) => (row.campaignId ? <Link to={`/campaigns/${row.campaignId}`}>{row.campaign}</Link> : <span className="faint">–</span>),
    },
    { key: 'account', title: text('replies.account'), render: (row) => row.account ?? '–', hiddenAtFirst: true },
  ]
  return (
    <>
      <PageHeader title={text('replies.title')} lead={text('replies.lead')} />
      <DataTable
        name="replies"
        label={text('replies.title')}
        columns={columns}
        pages={pages}
        rowKey={(row) => row.id}
        noun={(count) => text('replies.noun', { count })}
        toolbar={
          <FilterBar onClear={isFiltered ? () => setFilters({ kind: undefined, campaignId: undefined }) : undefined}>
            <ChoiceFilter
              label={text('replies.kind')}
              value={filters.kind}
              onChange={(kind) => setFilters({ kind })}
              options={kinds.map((value) => ({ value, label: text(`replies.kinds.${value}`) }))}
            />
          </FilterBar>
        }
        empty={<EmptyState title={text('replies.empty')} why={text('replies.emptyWhy')} />}
      />
    </>
  )
}
