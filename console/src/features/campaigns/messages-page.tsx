import {
  deliveryRoutes,
  failureClassLabels,
  messageStateLabels,
  messageStates,
  suppressionReasonLabels,
  suppressionReasons,
  type Message,
  type MessageState,
  type SuppressionReason,
} from '../../../../contracts/delivery.ts'
import { usePages } from '../../ui/api.ts'
import { DataTable, type Column } from '../../ui/data-table.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ChoiceFilter, FilterBar } from '../../ui/filter-bar.tsx'
import { Link } from '../../ui/link.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { messageTone } from '../../ui/state-tones.ts'
import { useLocaleText, useText } from '../../ui/text.ts'
import { useUrlState } from '../../ui/url-state.ts'
import { DateTime, Masked, Money, PersonLink, StateTag } from '../../ui/values.tsx'

export function MessagesPage() {
  const text = useText('campaigns')
  const pick = useLocaleText()
  const [filters, setFilters] = useUrlState('campaignId', 'personId', 'state', 'reason')
  const isFiltered = Object.keys(filters).length > 0
  const pages = usePages(deliveryRoutes.listMessages, {
    query: {
      campaignId: filters.campaignId,
      personId: filters.personId === undefined ? undefined : Number(filters.personId),
      state: filters.state as MessageState | undefined,
      reason: filters.reason as SuppressionReason | undefined,
    },
    refetchSeconds: 10,
  })
  return (
    <>
      <PageHeader title={text('messages.title')} lead={text('messages.lead')} />
      <DataTable
        name="messages"
        label={text('messages.title')}
        columns={useColumns()}
        pages={pages}
        rowKey={(row) => row.messageId}
        noun={(count) => text('messages.noun', { count })}
        toolbar={
          <FilterBar onClear={isFiltered ? () => setFilters({ campaignId: undefined, personId: undefined, state: undefined, reason: undefined }) : undefined}>
            <ChoiceFilter
              label={text('messages.state')}
              value={filters.state}
              onChange={(state) => setFilters({ state })}
              options={messageStates.map((value) => ({ value, label: pick(messageStateLabels[value]) }))}
            />
            <ChoiceFilter
              label={text('messages.filterReason')}
              value={filters.reason}
              onChange={(reason) => setFilters({ reason })}
              options={suppressionReasons.map((value) => ({ value, label: pick(suppressionReasonLabels[value]) }))}
            />
          </FilterBar>
        }
        empty={<EmptyState title={text('messages.empty')} why={text('messages.emptyWhy')} />}
      />
    </>
  )
}

function useColumns(): Column<Message>[] {
  const text = useText('campaigns')
  const pick = useLocaleText()
  const why = (row: Message): string => {
    if (row.reason) return pick(suppressionReasonLabels[row.reason])
    if (row.failureClass) return `${pick(failureClassLabels[row.failureClass])}${row.failureCode ? ` (${row.failureCode})` : ''}`
    return ''
  }
  return [
    {
      key: 'person',
      title: text('messages.person'),
      fixed: true,
      render: (row) => <PersonLink personId={row.personId} name={row.personName} phone={row.phone} />,
    },
    { key: 'phone', title: text('messages.phone'), render: (row) => <Masked value={row.phone} /> },
    { key: 'state', title: text('messages.state'), render: (row) => <StateTag tone={messageTone(row.state)} text={pick(messageStateLabels[row.state])} /> },
    { key: 'why', title: text('messages.why'), render: why },
    {
      key: 'campaign',
      title: text('messages.campaign'),
      render: (row) => (row.campaignId ? <Link to={`/campaigns/${row.campaignId}`}>{row.campaign}</Link> : text('messages.test')),
    },
    { key: 'text', title: text('messages.text'), width: 320, render: (row) => row.text ?? <span className="faint">–</span>, hiddenAtFirst: true },
    { key: 'parts', title: text('messages.parts'), align: 'right', render: (row) => row.parts ?? '–' },
    { key: 'cost', title: text('messages.cost'), align: 'right', render: (row) => <Money fen={row.costFen} /> },
    { key: 'acceptedAt', title: text('messages.acceptedAt'), render: (row) => <DateTime at={row.acceptedAt} /> },
    { key: 'finishedAt', title: text('messages.finishedAt'), render: (row) => <DateTime at={row.finishedAt} /> },
    { key: 'plannedAt', title: text('messages.plannedAt'), render: (row) => <DateTime at={row.plannedAt} />, hiddenAtFirst: true },
    { key: 'vendorId', title: text('messages.vendorId'), render: (row) => <code>{row.vendorId ?? '–'}</code>, hiddenAtFirst: true },
  ]
}
