import { App, Button, Upload } from 'antd'
import { connectorRoutes, type ConnectorDetail, type Run } from '../../../../contracts/connectors.ts'
import { problemOf, routeUrl } from '../../../../contracts/client.ts'
import { queryClient, useAct, usePages } from '../../ui/api.ts'
import { DataTable, type Column } from '../../ui/data-table.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Facts, Panel } from '../../ui/panel.tsx'
import { readPreferences } from '../../ui/preferences.ts'
import { useMay, useSession } from '../../ui/session-context.ts'
import { useLocaleText, useText } from '../../ui/text.ts'
import { Ago, Count, DateTime, StateTag, type StateTone } from '../../ui/values.tsx'

const tones: Record<Run['state'], StateTone['tone']> = { running: 'accent', cancelling: 'warn', finished: 'good', failed: 'bad', cancelled: 'neutral' }

/** Runs of a pull, or uploads of a log, with what they brought. */
export function Runs({ connector }: { connector: ConnectorDetail }) {
  const text = useText('connectors')
  const pages = usePages(connectorRoutes.listRuns, { params: { id: connector.id }, refetchSeconds: connector.isRunning ? 2 : 10 })
  const isPull = connector.kind !== 'accessLog'
  return (
    <>
      {isPull && (
        <Panel extra={<RunActions connector={connector} />} title={text('runs.now')}>
          <Facts
            rows={[
              [text('nextRun'), <Ago key="next" at={connector.nextRunAt} />],
              [text('runs.cursor'), <code key="cursor">{connector.cursor ?? '–'}</code>],
            ]}
          />
        </Panel>
      )}
      <DataTable
        name="connectorRuns"
        label={text('tabs.runs')}
        columns={useColumns()}
        pages={pages}
        rowKey={(row) => row.id}
        noun={(count) => text('runs.noun', { count })}
        toolbar={isPull ? undefined : <UploadLog connector={connector} />}
        empty={<EmptyState title={text(isPull ? 'runs.empty' : 'runs.emptyLog')} why={text(isPull ? 'runs.emptyWhy' : 'runs.emptyLogWhy')} />}
      />
    </>
  )
}

function useColumns(): Column<Run>[] {
  const text = useText('connectors')
  const pick = useLocaleText()
  return [
    { key: 'started', title: text('runs.started'), fixed: true, render: (row) => <DateTime at={row.startedAt} /> },
    { key: 'trigger', title: text('runs.trigger'), render: (row) => text(`runs.triggers.${row.trigger}`) },
    { key: 'state', title: text('state'), render: (row) => <StateTag tone={tones[row.state]} text={text(`runs.states.${row.state}`)} /> },
    { key: 'rows', title: text('runs.rows'), align: 'right', render: (row) => <Count value={row.rowsRead} /> },
    { key: 'items', title: text('deliveries.items'), align: 'right', render: (row) => <Count value={row.items} /> },
    { key: 'skipped', title: text('runs.skipped'), align: 'right', render: (row) => <Count value={row.skipped} /> },
    { key: 'problems', title: text('runs.problems'), align: 'right', render: (row) => <Count value={row.problemCount} /> },
    {
      key: 'error',
      title: text('lastError'),
      render: (row) => {
        const words = row.error ?? row.problems[0]
        return words ? pick(words) : '–'
      },
    },
  ]
}

function RunActions({ connector }: { connector: ConnectorDetail }) {
  const text = useText('connectors')
  const common = useText('common')
  const may = useMay()
  const params = { id: connector.id }
  const start = useAct(connectorRoutes.startRun)
  const cancel = useAct(connectorRoutes.cancelRun)
  const restart = useAct(connectorRoutes.updateConnector, { done: common('saved') })
  if (!may('data.manage')) return null
  return (
    <div className="connector-extra">
      {connector.cursor !== null && !connector.isRunning && (
        <Button size="small" type="text" loading={restart.isPending} onClick={() => restart.mutate({ params, body: { cursor: null } })}>
          {text('runs.fromStart')}
        </Button>
      )}
      {connector.isRunning ? (
        <Button size="small" loading={cancel.isPending} onClick={() => cancel.mutate({ params })}>
          {text('runs.cancel')}
        </Button>
      ) : (
        <Button size="small" type="primary" disabled={connector.state === 'disabled'} loading={start.isPending} onClick={() => start.mutate({ params })}>
          {text('runs.start')}
        </Button>
      )}
    </div>
  )
}

function UploadLog({ connector }: { connector: ConnectorDetail }) {
  const text = useText('connectors')
  const pick = useLocaleText()
  const { message } = App.useApp()
  const { workspace } = useSession()
  const may = useMay()
  if (!may('data.import')) return null
  const send = async (file: File): Promise<void> => {
    const form = new FormData()
    form.append('file', file)
    const url = routeUrl(connectorRoutes.uploadLog, { workspaceId: workspace.workspaceId, id: connector.id })
    const answer = await fetch(url, { method: 'POST', body: form, headers: { 'accept-language': readPreferences().locale === 'zh' ? 'zh-CN' : 'en' } })
    if (!answer.ok) {
      const { problem } = await problemOf(answer)
      void message.error(pick(problem))
    }
    await queryClient.invalidateQueries()
  }
  return (
    <Upload
      showUploadList={false}
      beforeUpload={(file) => {
        void send(file)
        return false
      }}
    >
      <Button>{text('runs.upload')}</Button>
    </Upload>
  )
}
