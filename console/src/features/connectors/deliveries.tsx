import { App, Button, Select } from 'antd'
import { useState } from 'react'
import { connectorRoutes, deliveryOutcomes, type ConnectorDetail, type Delivery } from '../../../../contracts/connectors.ts'
import { useAct, usePages } from '../../ui/api.ts'
import { DataTable, type Column } from '../../ui/data-table.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { FilterBar } from '../../ui/filter-bar.tsx'
import { useGo } from '../../ui/link.tsx'
import { useMay } from '../../ui/session-context.ts'
import { useLocaleText, useText } from '../../ui/text.ts'
import { useUrlState } from '../../ui/url-state.ts'
import { Count, DateTime, EventName, StateTag, type StateTone } from '../../ui/values.tsx'
import { handSample } from './handed-sample.ts'

const tones: Record<Delivery['outcome'], StateTone['tone']> = {
  taken: 'good',
  partial: 'warn',
  failed: 'bad',
  refused: 'bad',
  ignored: 'neutral',
  challenge: 'neutral',
}

/** What came, what became of it, and a way to send it through the mapping as it is now. */
export function Deliveries({ connector }: { connector: ConnectorDetail }) {
  const text = useText('connectors')
  const may = useMay()
  const { message } = App.useApp()
  const [filters, setFilters] = useUrlState('outcome')
  const [chosen, setChosen] = useState<(string | number)[]>([])
  const outcome = deliveryOutcomes.find((one) => one === filters.outcome)
  const params = { id: connector.id }
  const pages = usePages(connectorRoutes.listDeliveries, { params, query: outcome ? { outcome } : {}, refetchSeconds: 10 })
  const replay = useAct(connectorRoutes.replayDeliveries, {
    onDone: (done) => {
      setChosen([])
      void message.info(text('deliveries.replayed', { replayed: done.replayed, items: done.items, refused: done.refused }))
    },
  })
  const replayIds = (deliveryIds: number[]): void => replay.mutate({ params, body: { deliveryIds } })
  const toolbar = (
    <FilterBar onClear={outcome ? () => setFilters({ outcome: undefined }) : undefined}>
      <Select
        aria-label={text('deliveries.outcome')}
        placeholder={text('deliveries.outcome')}
        allowClear
        value={outcome}
        onChange={(next?: string) => setFilters({ outcome: next })}
        options={deliveryOutcomes.map((value) => ({ value, label: text(`outcomes.${value}`) }))}
        style={{ width: 140 }}
      />
      {may('data.manage') && chosen.length > 0 && (
        <Button loading={replay.isPending} onClick={() => replayIds(chosen.map(Number))}>
          {text('deliveries.replayChosen', { count: chosen.length })}
        </Button>
      )}
      {may('data.manage') && chosen.length === 0 && (
        <Button
          loading={replay.isPending}
          onClick={() => replay.mutate({ params, body: { outcomes: outcome ? [outcome] : ['failed', 'partial', 'ignored', 'refused'] } })}
        >
          {text('deliveries.replayAll')}
        </Button>
      )}
    </FilterBar>
  )
  return (
    <DataTable
      name="deliveries"
      label={text('tabs.deliveries')}
      columns={useColumns(connector, replayIds)}
      pages={pages}
      rowKey={(row) => row.id}
      noun={(count) => text('deliveries.noun', { count })}
      toolbar={toolbar}
      selection={
        may('data.manage')
          ? { keys: chosen, onChange: setChosen, nameOf: (row) => text('deliveries.name', { id: row.id }), allLabel: text('deliveries.all') }
          : undefined
      }
      empty={<EmptyState title={text('deliveries.empty')} why={text('deliveries.emptyWhy')} />}
    />
  )
}

function useColumns(connector: ConnectorDetail, replayIds: (ids: number[]) => void): Column<Delivery>[] {
  const text = useText('connectors')
  const pick = useLocaleText()
  const may = useMay()
  return [
    { key: 'at', title: text('deliveries.receivedAt'), fixed: true, render: (row) => <DateTime at={row.receivedAt} /> },
    { key: 'outcome', title: text('deliveries.outcome'), render: (row) => <StateTag tone={tones[row.outcome]} text={text(`outcomes.${row.outcome}`)} /> },
    {
      key: 'what',
      title: text('deliveries.what'),
      render: (row) =>
        row.problems.length > 0 ? (
          <ul className="delivery-problems">
            {row.problems.slice(0, 3).map((problem) => (
              <li key={problem.at + problem.en}>{pick(problem)}</li>
            ))}
          </ul>
        ) : (
          <Events summary={row.summary} />
        ),
    },
    { key: 'items', title: text('deliveries.items'), align: 'right', render: (row) => <Count value={row.items} /> },
    { key: 'repeats', title: text('deliveries.repeats'), align: 'right', render: (row) => <Count value={row.repeats} /> },
    { key: 'replays', title: text('deliveries.replays'), align: 'right', render: (row) => <Count value={row.replays} />, hiddenAtFirst: true },
    { key: 'bytes', title: text('deliveries.bytes'), align: 'right', render: (row) => <Count value={row.bytes} />, hiddenAtFirst: true },
    {
      key: 'act',
      title: '',
      fixed: true,
      render: (row) =>
        row.isKept && (
          <span className="delivery-acts">
            {may('people.reveal') && <OpenDelivery connector={connector} delivery={row} />}
            {may('data.manage') && (
              <Button type="link" size="small" onClick={() => replayIds([row.id])}>
                {text('deliveries.replay')}
              </Button>
            )}
          </span>
        ),
    },
  ]
}

function Events({ summary }: { summary: string }) {
  if (summary === '') return '–'
  return summary.split(', ').map((name, index) => (
    <span key={name}>
      {index > 0 && ' · '}
      <EventName name={name} />
    </span>
  ))
}

/** Takes a recorded request to the try-out; whoever opens it is written down. */
function OpenDelivery({ connector, delivery }: { connector: ConnectorDetail; delivery: Delivery }) {
  const text = useText('connectors')
  const go = useGo()
  const reveal = useAct(connectorRoutes.revealDelivery, {
    onDone: (sample) => {
      handSample(delivery.id, sample)
      go(`/data/connectors/${connector.id}?opened=${delivery.id}`)
    },
  })
  return (
    <Button type="link" size="small" loading={reveal.isPending} onClick={() => reveal.mutate({ params: { id: connector.id, deliveryId: delivery.id } })}>
      {text('deliveries.open')}
    </Button>
  )
}
