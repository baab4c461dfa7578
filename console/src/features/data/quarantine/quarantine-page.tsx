import { Button, Dropdown } from 'antd'
import { MoreOutlined } from '@ant-design/icons'
import { routeUrl } from '../../../../../contracts/client.ts'
import { collectRoutes } from '../../../../../contracts/collect.ts'
import type { QuarantineGroup } from '../../../../../contracts/quarantine.ts'
import { usePages, useRead } from '../../../ui/api.ts'
import { ConfirmAction } from '../../../ui/confirm-action.tsx'
import { DataTable, type Column } from '../../../ui/data-table.tsx'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { PageHeader } from '../../../ui/page-header.tsx'
import { PermissionGate } from '../../../ui/permission-gate.tsx'
import { useMay, useSession } from '../../../ui/session-context.ts'
import { useLocaleText, useText } from '../../../ui/text.ts'
import { useUrlState } from '../../../ui/url-state.ts'
import { Ago, Count, EventName, StateTag } from '../../../ui/values.tsx'
import { QuarantineDrawer } from './quarantine-drawer.tsx'
import { useQuarantineActs } from './use-quarantine-acts.ts'

/** What does not fit and what could not be processed, by reason: sent in again once the cause is gone, or discarded. */
export function QuarantinePage() {
  const text = useText('data')
  const [state, setState] = useUrlState('group')
  const pages = usePages(collectRoutes.listQuarantineGroups, { refetchSeconds: 15 })
  const kept = useRead(collectRoutes.listQuarantineGroups)
  const { retry, isRetrying } = useQuarantineActs()
  const open = pages.rows.find(({ group }) => group === state.group)
  const keptNote = kept.data && text('quarantine.keptNote', { days: kept.data.keptDays })
  return (
    <>
      <PageHeader
        title={text('quarantine.title')}
        lead={text('quarantine.lead') + (keptNote ?? '')}
        actions={
          pages.rows.length > 0 && (
            <PermissionGate permission="data.manage">
              <ConfirmAction
                type="primary"
                loading={isRetrying}
                title={text('quarantine.retryTitle')}
                consequence={text('quarantine.retryConsequence')}
                verb={text('quarantine.retry')}
                onConfirm={() => retry({ all: true })}
              >
                {text('quarantine.retryAll')}
              </ConfirmAction>
            </PermissionGate>
          )
        }
      />
      <DataTable
        name="quarantine"
        label={text('quarantine.title')}
        columns={useColumns((group) => setState({ group }))}
        pages={pages}
        rowKey={(row) => row.group}
        rowTo={(row) => `/data/quarantine?group=${row.group}`}
        noun={(count) => text('quarantine.noun', { count })}
        empty={<EmptyState title={text('quarantine.empty')} why={text('quarantine.emptyWhy')} />}
      />
      {open && <QuarantineDrawer group={open} onClose={() => setState({ group: undefined })} />}
    </>
  )
}

const reasonTones = { invalid: 'warn', schema: 'warn', tooManyNames: 'warn', store: 'bad' } as const

function useColumns(open: (group: string) => void): Column<QuarantineGroup>[] {
  const text = useText('data')
  const pick = useLocaleText()
  const may = useMay()
  const columns: Column<QuarantineGroup>[] = [
    {
      key: 'problem',
      title: text('quarantine.problem'),
      fixed: true,
      render: (row) => (
        <Button type="link" className="quarantine-problem" onClick={() => open(row.group)}>
          {pick(row.problem)}
        </Button>
      ),
    },
    {
      key: 'reason',
      title: text('quarantine.reason'),
      render: (row) => <StateTag tone={reasonTones[row.reason]} text={text(`quarantine.reasons.${row.reason}`)} />,
    },
    {
      key: 'event',
      title: text('quarantine.event'),
      render: (row) => (row.event === null ? <span className="faint">–</span> : <EventName name={row.event} />),
    },
    { key: 'sources', title: text('quarantine.sources'), render: (row) => row.sources.map(({ name }) => name).join(' · ') || <span className="faint">–</span> },
    { key: 'count', title: text('quarantine.count'), align: 'right', fixed: true, render: (row) => <Count value={row.count} /> },
    { key: 'last', title: text('quarantine.lastAt'), render: (row) => <Ago at={row.lastAt} /> },
    { key: 'first', title: text('quarantine.firstAt'), render: (row) => <Ago at={row.firstAt} />, hiddenAtFirst: true },
  ]
  if (may('data.manage') || may('people.reveal'))
    columns.push({ key: 'actions', title: '', fixed: true, width: 48, render: (row) => <GroupActions group={row} /> })
  return columns
}

function GroupActions({ group }: { group: QuarantineGroup }) {
  const text = useText('data')
  const pick = useLocaleText()
  const may = useMay()
  const { workspace } = useSession()
  const { retry, askDiscard } = useQuarantineActs()
  const url = `${routeUrl(collectRoutes.downloadQuarantine, { workspaceId: workspace.workspaceId })}?group=${group.group}`
  return (
    <Dropdown
      trigger={['click']}
      placement="bottomRight"
      menu={{
        items: [
          ...(may('data.manage')
            ? [{ key: 'retry', label: text('quarantine.retry'), onClick: () => void retry({ group: group.group }).catch(() => undefined) }]
            : []),
          ...(may('people.reveal')
            ? [
                {
                  key: 'download',
                  label: (
                    <a href={url} download>
                      {text('quarantine.download')}
                    </a>
                  ),
                },
              ]
            : []),
          ...(may('data.manage')
            ? [{ key: 'discard', danger: true, label: text('quarantine.discard'), onClick: () => askDiscard({ group: group.group }, group.count) }]
            : []),
        ],
      }}
    >
      <Button type="text" size="small" icon={<MoreOutlined />} aria-label={text('quarantine.actionsOf', { problem: pick(group.problem) })} />
    </Dropdown>
  )
}
