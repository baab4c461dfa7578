import { Button, Tabs } from 'antd'
import { useState } from 'react'
import { useParams } from 'react-router'
import { collectRoutes, type Source } from '../../../../../contracts/collect.ts'
import { useAct, useRead } from '../../../ui/api.ts'
import { ConfirmAction } from '../../../ui/confirm-action.tsx'
import { Loaded } from '../../../ui/loading.tsx'
import { PageHeader } from '../../../ui/page-header.tsx'
import { Facts, Panel } from '../../../ui/panel.tsx'
import { PermissionGate } from '../../../ui/permission-gate.tsx'
import { useText } from '../../../ui/text.ts'
import { useUrlState } from '../../../ui/url-state.ts'
import { Ago, Count, DateTime } from '../../../ui/values.tsx'
import { SourceMessages } from '../debugger/source-messages.tsx'
import { RenameSource } from './rename-source.tsx'
import { SourceEvents } from './source-events.tsx'
import { SourceHours, SourceTotals } from './source-hours.tsx'
import { SourceLimitsForm } from './source-limits.tsx'
import { SourceSetup } from './source-setup.tsx'
import { snippetsOf } from './source-snippets.ts'
import { SourceState } from './sources-page.tsx'
import { WriteKeys } from './write-keys.tsx'

const tabs = ['overview', 'setup', 'events', 'messages'] as const
type Tab = (typeof tabs)[number]

/** One source: how much comes in, its keys and limits, how to send, what it sent, and its messages as they arrive. */
export function SourcePage() {
  const { id = '' } = useParams()
  const source = useRead(collectRoutes.readSource, { params: { id }, refetchSeconds: 10 })
  return <Loaded query={source}>{(one) => <SourceView source={one} />}</Loaded>
}

function SourceView({ source }: { source: Source }) {
  const text = useText('data')
  const [state, setState] = useUrlState('tab')
  const isCalled = snippetsOf(source.kind).length > 0
  const shown = tabs.filter((tab) => isCalled || tab !== 'setup')
  const active = shown.find((tab) => tab === state.tab) ?? 'overview'
  const content: Record<Tab, React.ReactNode> = {
    overview: <SourceOverview source={source} isCalled={isCalled} />,
    setup: <SourceSetup source={source} />,
    events: <SourceEvents source={source} />,
    messages: <SourceMessages sourceId={source.id} />,
  }
  return (
    <>
      <PageHeader
        title={source.name}
        parent={{ label: text('sources.title'), to: '/data/sources' }}
        aside={<SourceState source={source} />}
        lead={text(`sources.kinds.${source.kind}`)}
        actions={isCalled && <SourceActions source={source} />}
      />
      <Tabs
        activeKey={active}
        onChange={(tab) => setState({ tab: tab === 'overview' ? undefined : tab })}
        items={shown.map((tab) => ({ key: tab, label: text(`sources.tabs.${tab}`), children: content[tab] }))}
        destroyOnHidden
      />
    </>
  )
}

function SourceOverview({ source, isCalled }: { source: Source; isCalled: boolean }) {
  const text = useText('data')
  return (
    <div className="source-panels">
      <Panel title={text('sources.hoursTitle')}>
        <SourceHours source={source} size="large" />
        <SourceTotals hours={source.hours} />
      </Panel>
      {isCalled && <WriteKeys source={source} />}
      {isCalled && <SourceLimitsForm key={JSON.stringify(source.limits)} source={source} />}
      <Panel>
        <Facts
          rows={[
            [text('sources.eventsAccepted'), <Count key="events" value={source.eventsAccepted} />],
            [text('sources.lastEventAt'), <Ago key="last" at={source.lastEventAt} />],
            [text('sources.createdAt'), <DateTime key="created" at={source.createdAt} />],
          ]}
        />
      </Panel>
    </div>
  )
}

function SourceActions({ source }: { source: Source }) {
  const text = useText('data')
  const common = useText('common')
  const [isRenaming, setIsRenaming] = useState(false)
  const update = useAct(collectRoutes.updateSource, { done: common('saved') })
  const setDisabled = (disabled: boolean): Promise<unknown> => update.mutateAsync({ params: { id: source.id }, body: { disabled } })
  return (
    <PermissionGate permission="data.manage">
      <Button onClick={() => setIsRenaming(true)}>{text('sources.rename')}</Button>
      {source.disabledAt === null ? (
        <ConfirmAction
          danger
          title={text('sources.disableTitle', { name: source.name })}
          consequence={text('sources.disableConsequence')}
          verb={text('sources.disable')}
          onConfirm={() => setDisabled(true)}
        >
          {text('sources.disable')}
        </ConfirmAction>
      ) : (
        <Button type="primary" loading={update.isPending} onClick={() => void setDisabled(false).catch(() => undefined)}>
          {text('sources.enable')}
        </Button>
      )}
      {isRenaming && <RenameSource source={source} onClose={() => setIsRenaming(false)} />}
    </PermissionGate>
  )
}
