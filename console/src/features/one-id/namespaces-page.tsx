import { ArrowDownOutlined, ArrowUpOutlined, HolderOutlined } from '@ant-design/icons'
import { Button, Skeleton } from 'antd'
import { useState } from 'react'
import { namespaceRoutes, type NamespaceRule } from '../../../../contracts/namespaces.ts'
import { useAct, useRead } from '../../ui/api.ts'
import { ErrorView } from '../../ui/error-view.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { Panel } from '../../ui/panel.tsx'
import { PermissionGate } from '../../ui/permission-gate.tsx'
import { useMay } from '../../ui/session-context.ts'
import { useLocaleText, useText } from '../../ui/text.ts'
import { StateTag, type StateTone } from '../../ui/values.tsx'
import { LinkingRule } from './linking-rule.tsx'
import { NamespaceForm } from './namespace-form.tsx'
import { movePriority } from './move-priority.ts'
import { useRowDrag } from './use-row-drag.ts'
import './one-id.css'

const tones: Record<NamespaceRule['strength'], StateTone['tone']> = { strong: 'good', medium: 'accent', weak: 'neutral' }

/** Kinds of identities and what each may do, strongest first; how they link people, in plain words. */
export function NamespacesPage() {
  const text = useText('one-id')
  const [editing, setEditing] = useState<NamespaceRule | 'new'>()
  const namespaces = useRead(namespaceRoutes.listNamespaces)
  return (
    <>
      <PageHeader
        title={text('namespaces.title')}
        lead={text('namespaces.lead')}
        actions={
          <PermissionGate permission="data.manage">
            <Button type="primary" onClick={() => setEditing('new')}>
              {text('namespaces.add')}
            </Button>
          </PermissionGate>
        }
      />
      <LinkingRule />
      <Panel title={text('namespaces.order')} extra={<span className="faint">{text('namespaces.orderHelp')}</span>}>
        {namespaces.error && <ErrorView error={namespaces.error} retry={() => void namespaces.refetch()} />}
        {namespaces.isPending && <Skeleton active />}
        {namespaces.data && <NamespaceRows items={namespaces.data.items} onEdit={setEditing} />}
      </Panel>
      {editing !== undefined && (
        <NamespaceForm rule={editing === 'new' ? undefined : editing} known={namespaces.data?.items ?? []} onClose={() => setEditing(undefined)} />
      )}
    </>
  )
}

function NamespaceRows({ items, onEdit }: { items: NamespaceRule[]; onEdit: (rule: NamespaceRule) => void }) {
  const text = useText('one-id')
  const may = useMay()
  const update = useAct(namespaceRoutes.updateNamespace)
  const canManage = may('data.manage')
  const move = (key: string, target: string): void => {
    for (const { key: changed, priority } of movePriority(items, key, target)) update.mutate({ params: { key: changed }, body: { priority } })
  }
  /** Strength comes first: a row moves only among its like. */
  const neighbour = (index: number, step: number): NamespaceRule | undefined =>
    items[index + step]?.strength === items[index]?.strength ? items[index + step] : undefined
  const drag = useRowDrag(move)
  return (
    <ol className="namespaces" aria-label={text('namespaces.title')}>
      {items.map((rule, index) => (
        <li
          key={rule.key}
          className={`namespace ${rule.disabledAt === null ? '' : 'namespace-off'} ${drag.over === rule.key ? 'namespace-over' : ''}`}
          {...(canManage ? drag.props(rule.key) : {})}
        >
          <span className="namespace-move">
            {canManage && (
              <>
                <HolderOutlined aria-hidden="true" className="faint" />
                <Button
                  type="text"
                  size="small"
                  icon={<ArrowUpOutlined />}
                  aria-label={text('namespaces.up', { name: rule.key })}
                  disabled={!neighbour(index, -1)}
                  onClick={() => move(rule.key, neighbour(index, -1)?.key ?? rule.key)}
                />
                <Button
                  type="text"
                  size="small"
                  icon={<ArrowDownOutlined />}
                  aria-label={text('namespaces.down', { name: rule.key })}
                  disabled={!neighbour(index, 1)}
                  onClick={() => move(rule.key, neighbour(index, 1)?.key ?? rule.key)}
                />
              </>
            )}
          </span>
          <NamespaceFacts rule={rule} />
          {canManage && (
            <Button size="small" onClick={() => onEdit(rule)}>
              {text('namespaces.edit')}
            </Button>
          )}
        </li>
      ))}
    </ol>
  )
}

function NamespaceFacts({ rule }: { rule: NamespaceRule }) {
  const text = useText('one-id')
  const pick = useLocaleText()
  return (
    <>
      <span className="namespace-name">
        <b>{pick(rule.label)}</b> <code className="faint">{rule.key}</code>
        {rule.disabledAt !== null && <StateTag tone="warn" text={text('namespaces.disabled')} />}
      </span>
      <span className="namespace-facts">
        <StateTag tone={tones[rule.strength]} text={text(`namespaces.strengths.${rule.strength}`)} />
        <span>{rule.perPersonMax === null ? text('namespaces.many') : text('namespaces.max', { count: rule.perPersonMax })}</span>
        {rule.secret && <span className="faint">{text('namespaces.secret')}</span>}
        {rule.pattern !== null && <code>{rule.pattern}</code>}
      </span>
    </>
  )
}
