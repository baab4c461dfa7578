import { Button, Dropdown, App } from 'antd'
import { MoreOutlined } from '@ant-design/icons'
import { useState } from 'react'
import { collectRoutes, type Source } from '../../../../../contracts/collect.ts'
import { useAct, usePages } from '../../../ui/api.ts'
import { DataTable, type Column } from '../../../ui/data-table.tsx'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { PageHeader } from '../../../ui/page-header.tsx'
import { PermissionGate } from '../../../ui/permission-gate.tsx'
import { useMay } from '../../../ui/session-context.ts'
import { useText } from '../../../ui/text.ts'
import { useUrlState } from '../../../ui/url-state.ts'
import { Ago, Count, DateTime, StateTag } from '../../../ui/values.tsx'
import { CreateSource } from './create-source.tsx'
import { WriteKeyShown } from './write-key-shown.tsx'
import { RenameSource } from './rename-source.tsx'

export function SourcesPage() {
  const text = useText('data')
  const [state, setState] = useUrlState('create')
  const [shownKey, setShownKey] = useState<{ name: string; writeKey: string }>()
  const [renaming, setRenaming] = useState<Source>()
  const pages = usePages(collectRoutes.listSources)
  const columns = useColumns(setShownKey, setRenaming)
  const create = (
    <PermissionGate permission="data.manage">
      <Button type="primary" onClick={() => setState({ create: '1' })}>
        {text('sources.create')}
      </Button>
    </PermissionGate>
  )
  return (
    <>
      <PageHeader title={text('sources.title')} lead={text('sources.lead')} actions={create} />
      <DataTable
        name="sources"
        label={text('sources.title')}
        columns={columns}
        pages={pages}
        rowKey={(row) => row.id}
        noun={text('sources.noun')}
        empty={<EmptyState title={text('sources.empty')} why={text('sources.emptyWhy')} action={create} />}
      />
      {state.create !== undefined && (
        <CreateSource
          onClose={() => setState({ create: undefined })}
          onCreated={(made) => {
            setState({ create: undefined })
            setShownKey(made)
          }}
        />
      )}
      {shownKey && <WriteKeyShown {...shownKey} onClose={() => setShownKey(undefined)} />}
      {renaming && <RenameSource source={renaming} onClose={() => setRenaming(undefined)} />}
    </>
  )
}

function useColumns(onKey: (shown: { name: string; writeKey: string }) => void, onRename: (source: Source) => void): Column<Source>[] {
  const text = useText('data')
  const may = useMay()
  const columns: Column<Source>[] = [
    { key: 'name', title: text('sources.name'), fixed: true, render: (row) => <b>{row.name}</b> },
    { key: 'kind', title: text('sources.kind'), render: (row) => text(`sources.kinds.${row.kind}`) },
    {
      key: 'state',
      title: text('sources.state'),
      render: (row) => (
        <StateTag tone={row.disabledAt === null ? 'good' : 'neutral'} text={row.disabledAt === null ? text('sources.enabled') : text('sources.disabled')} />
      ),
    },
    {
      key: 'key',
      title: text('sources.writeKey'),
      render: (row) => (row.writeKeys.length === 0 ? <span className="faint">–</span> : <code>{row.writeKeys[0]?.hint}</code>),
    },
    { key: 'events', title: text('sources.eventsAccepted'), align: 'right', render: (row) => <Count value={row.eventsAccepted} /> },
    { key: 'last', title: text('sources.lastEventAt'), render: (row) => <Ago at={row.lastEventAt} /> },
    { key: 'created', title: text('sources.createdAt'), render: (row) => <DateTime at={row.createdAt} />, hiddenAtFirst: true },
  ]
  if (may('data.manage'))
    columns.push({
      key: 'actions',
      title: '',
      fixed: true,
      width: 48,
      render: (row) => (row.kind === 'http' ? <SourceActions source={row} onKey={onKey} onRename={onRename} /> : null),
    })
  return columns
}

function SourceActions({
  source,
  onKey,
  onRename,
}: {
  source: Source
  onKey: (shown: { name: string; writeKey: string }) => void
  onRename: (source: Source) => void
}) {
  const text = useText('data')
  const common = useText('common')
  const { modal } = App.useApp()
  const update = useAct(collectRoutes.updateSource, { done: common('saved') })
  const rotate = useAct(collectRoutes.rotateWriteKey, { onDone: (made) => onKey(made) })
  const enabled = source.disabledAt === null
  const ask = (title: string, content: string, verb: string, onOk: () => Promise<unknown>): void => {
    modal.confirm({ title, content, okText: verb, okButtonProps: { danger: true }, autoFocusButton: 'cancel', onOk: () => onOk().catch(() => undefined) })
  }
  const setDisabled = (disabled: boolean): Promise<unknown> => update.mutateAsync({ params: { id: source.id }, body: { disabled } })
  return (
    <Dropdown
      trigger={['click']}
      placement="bottomRight"
      menu={{
        items: [
          { key: 'rename', label: text('sources.rename'), onClick: () => onRename(source) },
          {
            key: 'rotate',
            label: text('sources.rotate'),
            onClick: () =>
              ask(text('sources.rotateTitle', { name: source.name }), text('sources.rotateConsequence'), text('sources.rotate'), () =>
                rotate.mutateAsync({ params: { id: source.writeKeys[0]!.id }, body: { overlapHours: 0 } }),
              ),
          },
          enabled
            ? {
                key: 'disable',
                danger: true,
                label: text('sources.disable'),
                onClick: () =>
                  ask(text('sources.disableTitle', { name: source.name }), text('sources.disableConsequence'), text('sources.disable'), () =>
                    setDisabled(true),
                  ),
              }
            : { key: 'enable', label: text('sources.enable'), onClick: () => void setDisabled(false) },
        ],
      }}
    >
      <Button type="text" size="small" icon={<MoreOutlined />} aria-label={text('sources.actionsOf', { name: source.name })} />
    </Dropdown>
  )
}
