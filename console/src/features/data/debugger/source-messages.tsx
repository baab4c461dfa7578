import { PauseOutlined, CaretRightOutlined } from '@ant-design/icons'
import { Alert, Button, Drawer } from 'antd'
import { useState } from 'react'
import { collectRoutes, MessageFate, type SourceMessage } from '../../../../../contracts/collect.ts'
import { usePages, useRead } from '../../../ui/api.ts'
import { DataTable, type Column } from '../../../ui/data-table.tsx'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { ChoiceFilter, FilterBar, SearchFilter } from '../../../ui/filter-bar.tsx'
import { formatInstant } from '../../../ui/format.ts'
import { Loaded } from '../../../ui/loading.tsx'
import { Facts } from '../../../ui/panel.tsx'
import { useNow } from '../../../ui/now.ts'
import { useZone } from '../../../ui/session-context.ts'
import { useLocaleText, useText } from '../../../ui/text.ts'
import { useUrlState } from '../../../ui/url-state.ts'
import { DateTime, EventName, PersonLink, StateTag } from '../../../ui/values.tsx'
import { fateTones } from './fate-tones.ts'
import { Payload } from './payload.tsx'
import '../sources/sources.css'

const liveSeconds = 1.5
const types = ['track', 'identify'] as const

/** The messages of a source as they arrive, and what becomes of each. */
export function SourceMessages({ sourceId }: { sourceId: string }) {
  const text = useText('data')
  const [state, setState] = useUrlState('fate', 'type', 'name', 'message')
  const [isPaused, setIsPaused] = useState(false)
  const fate = MessageFate.options.find((one) => one === state.fate)
  const isFiltered = fate !== undefined || state.type !== undefined || state.name !== undefined
  const pages = usePages(collectRoutes.listSourceMessages, {
    params: { id: sourceId },
    query: { fate, type: state.type, event: state.name },
    refetchSeconds: isPaused ? false : liveSeconds,
  })
  return (
    <>
      <DataTable
        name="source-messages"
        label={text('debugger.title')}
        columns={useColumns((message) => setState({ message }))}
        pages={{ ...pages, isRefreshing: false }}
        rowKey={(row) => row.id}
        noun={(count) => text('debugger.noun', { count })}
        toolbar={
          <div className="messages-bar">
            <FilterBar onClear={isFiltered ? () => setState({ fate: undefined, type: undefined, name: undefined }) : undefined}>
              <ChoiceFilter
                label={text('debugger.fate')}
                value={fate}
                onChange={(value) => setState({ fate: value })}
                options={MessageFate.options.map((value) => ({ value, label: text(`debugger.fates.${value}`) }))}
              />
              <ChoiceFilter
                label={text('debugger.type')}
                value={state.type}
                onChange={(type) => setState({ type })}
                options={types.map((value) => ({ value, label: value }))}
                width={110}
              />
              <SearchFilter value={state.name} onChange={(name) => setState({ name })} placeholder={text('debugger.anyEvent')} />
            </FilterBar>
            <Button icon={isPaused ? <CaretRightOutlined /> : <PauseOutlined />} onClick={() => setIsPaused(!isPaused)}>
              {isPaused ? text('debugger.resume') : text('debugger.pause')}
            </Button>
            <StateTag tone={isPaused ? 'neutral' : 'good'} text={isPaused ? text('debugger.paused') : text('debugger.live')} />
          </div>
        }
        empty={isFiltered ? <EmptyState title={text('debugger.noneFound')} /> : <EmptyState title={text('debugger.empty')} why={text('debugger.emptyWhy')} />}
      />
      {state.message !== undefined && <MessageDrawer id={state.message} onClose={() => setState({ message: undefined })} />}
    </>
  )
}

function useColumns(open: (id: string) => void): Column<SourceMessage>[] {
  const text = useText('data')
  const pick = useLocaleText()
  const zone = useZone()
  return [
    {
      key: 'at',
      title: text('debugger.receivedAt', { zone: formatInstant(useNow(), zone).offset }),
      fixed: true,
      render: (row) => (
        <Button type="link" size="small" className="number" onClick={() => open(row.id)}>
          {formatInstant(row.receivedAt, zone).second.slice(-8)}
        </Button>
      ),
    },
    { key: 'type', title: text('debugger.type'), render: (row) => <code>{row.type}</code> },
    {
      key: 'event',
      title: text('debugger.event'),
      fixed: true,
      render: (row) => (row.event === null ? <span className="faint">–</span> : <EventName name={row.event} />),
    },
    {
      key: 'fate',
      title: text('debugger.fate'),
      fixed: true,
      render: (row) => <StateTag tone={fateTones[row.fate]} text={text(`debugger.fates.${row.fate}`)} />,
    },
    {
      key: 'person',
      title: text('debugger.person'),
      render: (row) => (row.personId === null ? <span className="faint">–</span> : <PersonLink personId={row.personId} name={null} />),
    },
    {
      key: 'problems',
      title: text('debugger.problems'),
      render: (row) => row.problems.map((problem) => <div key={problem.at + problem.en}>{pick(problem)}</div>),
    },
  ]
}

function MessageDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const text = useText('data')
  const pick = useLocaleText()
  const message = useRead(collectRoutes.readSourceMessage, { params: { id } })
  return (
    <Drawer open size={640} title={text('debugger.message')} onClose={onClose}>
      <Loaded query={message}>
        {(one) => (
          <>
            {one.problems.length > 0 && (
              <Alert
                className="stack-alert"
                type="warning"
                title={one.problems.map((problem) => (
                  <div key={problem.at + problem.en}>{pick(problem)}</div>
                ))}
              />
            )}
            <Facts
              rows={[
                [text('debugger.fate'), <StateTag key="fate" tone={fateTones[one.fate]} text={text(`debugger.fates.${one.fate}`)} />],
                [text('debugger.received'), <DateTime key="at" at={one.receivedAt} />],
                [text('debugger.person'), one.personId === null ? '–' : <PersonLink key="person" personId={one.personId} name={null} />],
              ]}
            />
            <Payload value={one.message} />
          </>
        )}
      </Loaded>
    </Drawer>
  )
}
