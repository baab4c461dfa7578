import { Alert, Button, Tabs } from 'antd'
import { useParams } from 'react-router'
import { connectorRoutes, type ConnectorDetail } from '../../../../contracts/connectors.ts'
import { useAct, useRead } from '../../ui/api.ts'
import { ConfirmAction } from '../../ui/confirm-action.tsx'
import { useGo } from '../../ui/link.tsx'
import { Loaded } from '../../ui/loading.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { PermissionGate } from '../../ui/permission-gate.tsx'
import { useLocaleText, useText } from '../../ui/text.ts'
import { useUrlState } from '../../ui/url-state.ts'
import { Ago } from '../../ui/values.tsx'
import { ConnectorEditor } from './connector-editor.tsx'
import { ConnectorState } from './connector-state.tsx'
import { Deliveries } from './deliveries.tsx'
import { Runs } from './runs.tsx'
import './connectors.css'

/** One connector: its settings and mapping with a place to try them, and what came. */
export function ConnectorPage() {
  const { id = '' } = useParams()
  const connector = useRead(connectorRoutes.readConnector, { params: { id }, refetchSeconds: 10 })
  return <Loaded query={connector}>{(one) => <ConnectorView connector={one} />}</Loaded>
}

function ConnectorView({ connector }: { connector: ConnectorDetail }) {
  const text = useText('connectors')
  const pick = useLocaleText()
  const [state, setState] = useUrlState('tab')
  const record = connector.kind === 'webhook' ? <Deliveries connector={connector} /> : <Runs connector={connector} />
  const tabs = [
    { key: 'settings', label: text('tabs.settings'), children: <ConnectorEditor key={connector.id} connector={connector} /> },
    { key: 'record', label: text(connector.kind === 'webhook' ? 'tabs.deliveries' : 'tabs.runs'), children: record },
  ]
  return (
    <>
      <PageHeader
        title={connector.name}
        parent={{ label: text('title'), to: '/data/connectors' }}
        aside={<ConnectorState connector={connector} />}
        lead={text(`kindHelp.${connector.kind}`)}
        actions={<ConnectorActions connector={connector} />}
      />
      {connector.state === 'failing' && connector.lastError && (
        <Alert type="error" showIcon className="connector-alert" title={pick(connector.lastError)} description={<Ago at={connector.lastErrorAt} />} />
      )}
      <Tabs
        activeKey={state.tab === 'record' ? 'record' : 'settings'}
        onChange={(tab) => setState({ tab: tab === 'settings' ? undefined : tab })}
        items={tabs}
      />
    </>
  )
}

function ConnectorActions({ connector }: { connector: ConnectorDetail }) {
  const text = useText('connectors')
  const common = useText('common')
  const go = useGo()
  const { id, name } = connector
  const update = useAct(connectorRoutes.updateConnector, { done: common('saved') })
  const remove = useAct(connectorRoutes.deleteConnector, { done: text('deleted'), onDone: () => go('/data/connectors', { replace: true }) })
  const setDisabled = (disabled: boolean): Promise<unknown> => update.mutateAsync({ params: { id }, body: { disabled } })
  return (
    <PermissionGate permission="data.manage">
      <ConfirmAction
        danger
        type="text"
        title={text('deleteTitle', { name })}
        consequence={text('deleteConsequence')}
        verb={text('delete')}
        onConfirm={() => remove.mutateAsync({ params: { id } })}
      >
        {text('delete')}
      </ConfirmAction>
      {connector.state === 'disabled' ? (
        <Button onClick={() => void setDisabled(false)}>{text('enable')}</Button>
      ) : (
        <ConfirmAction
          title={text('disableTitle', { name })}
          consequence={text('disableConsequence')}
          verb={text('disable')}
          onConfirm={() => setDisabled(true)}
        >
          {text('disable')}
        </ConfirmAction>
      )}
    </PermissionGate>
  )
}
