import { Alert } from 'antd'
import { collectRoutes, type InboxState } from '../../../../../contracts/collect.ts'
import { useRead } from '../../../ui/api.ts'
import { formatCount, formatInstant, formatSeconds } from '../../../ui/format.ts'
import { Link } from '../../../ui/link.tsx'
import { Loaded } from '../../../ui/loading.tsx'
import { useNow } from '../../../ui/now.ts'
import { PageHeader } from '../../../ui/page-header.tsx'
import { Panel } from '../../../ui/panel.tsx'
import { ScrollTable } from '../../../ui/scroll-table.tsx'
import { useZone } from '../../../ui/session-context.ts'
import { StatNumber, StatRow } from '../../../ui/stat-number.tsx'
import { useLocale, useText } from '../../../ui/text.ts'
import { Ago, Count } from '../../../ui/values.tsx'
import { Bars } from '../sources/bars.tsx'

/** Whether everything accepted has been taken up, how fast, and what does not go through. */
export function InboxPage() {
  const text = useText('data')
  const inbox = useRead(collectRoutes.readInbox, { refetchSeconds: 3 })
  return (
    <>
      <PageHeader title={text('inbox.title')} lead={text('inbox.lead')} />
      <Loaded query={inbox} skeletonRows={2}>
        {(state) => (
          <div className="source-panels">
            {state.isLate ? (
              <Alert type="warning" showIcon title={text('inbox.lateTitle')} description={text('inbox.lateHelp')} />
            ) : (
              state.waiting === 0 && <Alert type="success" showIcon title={text('inbox.allDone')} />
            )}
            <InboxNumbers state={state} />
            {state.trouble.length > 0 && <Trouble chunks={state.trouble} />}
            <Panel title={text('inbox.speed')}>
              <Speed minutes={state.minutes} />
            </Panel>
            <Panel title={text('inbox.kindsTitle')}>
              <Kinds kinds={state.kinds} />
            </Panel>
          </div>
        )}
      </Loaded>
    </>
  )
}

function InboxNumbers({ state }: { state: InboxState }) {
  const text = useText('data')
  const seconds = useSeconds()
  return (
    <StatRow>
      <StatNumber label={text('inbox.waiting')} value={<Count value={state.waiting} />} note={text('inbox.waitingNote')} />
      <StatNumber label={text('inbox.oldest')} value={seconds(state.oldestSeconds)} note={text('inbox.oldestNote')} />
      <StatNumber label={text('inbox.processed')} value={<Count value={state.processedLastHour} />} note={text('inbox.processedNote')} />
      <StatNumber
        label={text('inbox.quarantined')}
        value={<Count value={state.quarantined + state.failed} />}
        to="/data/quarantine"
        note={text('inbox.quarantinedNote')}
      />
    </StatRow>
  )
}

const minuteMs = 60_000
const minutesShown = 60

function Speed({ minutes }: { minutes: InboxState['minutes'] }) {
  const text = useText('data')
  const locale = useLocale()
  const zone = useZone()
  const now = useNow()
  if (minutes.length === 0) return <p className="faint">{text('inbox.speedNone')}</p>
  const known = new Map(minutes.map(({ minute, items }) => [Date.parse(minute), items]))
  const currentMs = Math.max(Math.floor(now.getTime() / minuteMs) * minuteMs, ...known.keys())
  const bars = Array.from({ length: minutesShown }, (_, index) => {
    const startMs = currentMs - (minutesShown - 1 - index) * minuteMs
    const items = known.get(startMs) ?? 0
    return { key: String(startMs), good: items, warn: 0, title: `${formatInstant(new Date(startMs), zone).minute} · ${formatCount(items, locale)}` }
  })
  const most = Math.max(...bars.map(({ good }) => good))
  return <Bars bars={bars} size="large" description={`${text('inbox.speed')}: ${formatCount(most, locale)}`} />
}

function Kinds({ kinds }: { kinds: InboxState['kinds'] }) {
  const text = useText('data')
  const seconds = useSeconds()
  return (
    <>
      <p className="faint">{text('inbox.lagHelp')}</p>
      <ScrollTable<InboxState['kinds'][number]>
        label={text('inbox.kindsTitle')}
        dataSource={kinds}
        rowKey={({ kind }) => kind}
        locale={{ emptyText: <span className="faint">{text('inbox.nothing')}</span> }}
        columns={[
          { key: 'kind', title: text('inbox.kind'), render: (_, row) => text(`inbox.kinds.${row.kind}`) },
          { key: 'waiting', title: text('inbox.waiting'), align: 'right', render: (_, row) => <Count value={row.waiting} /> },
          { key: 'oldest', title: text('inbox.oldest'), align: 'right', render: (_, row) => seconds(row.oldestSeconds) },
          { key: 'p50', title: text('inbox.lagP50'), align: 'right', render: (_, row) => seconds(row.lagSecondsP50) },
          { key: 'p99', title: text('inbox.lagP99'), align: 'right', render: (_, row) => seconds(row.lagSecondsP99) },
        ]}
      />
    </>
  )
}

function Trouble({ chunks }: { chunks: InboxState['trouble'] }) {
  const text = useText('data')
  return (
    <Panel title={text('inbox.trouble')} extra={<Link to="/data/quarantine">{text('inbox.seeQuarantine')}</Link>}>
      <p className="faint">{text('inbox.troubleHelp')}</p>
      <ScrollTable<InboxState['trouble'][number]>
        label={text('inbox.trouble')}
        dataSource={chunks}
        rowKey={({ chunkId }) => chunkId}
        columns={[
          { key: 'chunk', title: text('inbox.chunk'), render: (_, row) => <code>#{row.chunkId}</code> },
          { key: 'kind', title: text('inbox.kind'), render: (_, row) => text(`inbox.kinds.${row.kind}`) },
          { key: 'items', title: text('inbox.items'), align: 'right', render: (_, row) => <Count value={row.items} /> },
          { key: 'failures', title: text('inbox.failures'), align: 'right', render: (_, row) => <Count value={row.failures} /> },
          {
            key: 'error',
            title: text('inbox.error'),
            render: (_, row) => (
              <>
                {row.awaySince !== null && (
                  <div>
                    {text('inbox.awaySince')} <Ago at={row.awaySince} />
                  </div>
                )}
                <span className="faint">{row.error}</span>
              </>
            ),
          },
          { key: 'since', title: text('inbox.since'), render: (_, row) => <Ago at={row.since} /> },
        ]}
      />
    </Panel>
  )
}

function useSeconds(): (value: number | null) => React.ReactNode {
  const locale = useLocale()
  return (value) => <span className="number">{value === null ? '–' : formatSeconds(value, locale)}</span>
}
