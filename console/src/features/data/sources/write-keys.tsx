import { Button, Form, Input, Modal, Radio } from 'antd'
import { useState } from 'react'
import { collectRoutes, type Source, type WriteKey } from '../../../../../contracts/collect.ts'
import { useAct } from '../../../ui/api.ts'
import { ConfirmAction } from '../../../ui/confirm-action.tsx'
import { FormError } from '../../../ui/form-error.tsx'
import { formatRelative } from '../../../ui/format.ts'
import { useNow } from '../../../ui/now.ts'
import { Panel } from '../../../ui/panel.tsx'
import { PermissionGate } from '../../../ui/permission-gate.tsx'
import { ScrollTable } from '../../../ui/scroll-table.tsx'
import { useMay } from '../../../ui/session-context.ts'
import { useLocale, useText } from '../../../ui/text.ts'
import { Ago, DateTime, StateTag, type StateTone } from '../../../ui/values.tsx'
import { WriteKeyShown, type ShownKey } from './write-key-shown.tsx'

const overlaps = ['0', '24', '168', '720'] as const

/** The write keys of a source: made, replaced with an overlap, revoked. */
export function WriteKeys({ source }: { source: Source }) {
  const text = useText('data')
  const may = useMay()
  const stateOf = useKeyState()
  const [shown, setShown] = useState<ShownKey>()
  const [isAdding, setIsAdding] = useState(false)
  const [rotating, setRotating] = useState<WriteKey>()
  const revoke = useAct(collectRoutes.revokeWriteKey)
  const show = (made: ShownKey): void => {
    setIsAdding(false)
    setRotating(undefined)
    setShown(made)
  }
  return (
    <Panel
      title={text('sources.keys')}
      extra={
        <PermissionGate permission="data.manage">
          <Button size="small" onClick={() => setIsAdding(true)}>
            {text('sources.addKey')}
          </Button>
        </PermissionGate>
      }
    >
      <p className="faint">{text('sources.keysHelp')}</p>
      <ScrollTable<WriteKey>
        label={text('sources.keys')}
        dataSource={source.writeKeys}
        rowKey={(key) => key.id}
        columns={[
          { key: 'hint', title: text('sources.keyHint'), render: (_, key) => <code>…{key.hint}</code> },
          { key: 'name', title: text('sources.keyName'), render: (_, key) => (key.name === '' ? <span className="faint">–</span> : key.name) },
          { key: 'state', title: text('sources.state'), render: (_, key) => <StateTag {...stateOf(key)} /> },
          {
            key: 'used',
            title: text('sources.keyUsed'),
            render: (_, key) => (key.lastUsedAt === null ? <span className="faint">{text('sources.keyNever')}</span> : <Ago at={key.lastUsedAt} />),
          },
          { key: 'created', title: text('sources.createdAt'), render: (_, key) => <DateTime at={key.createdAt} /> },
          {
            key: 'actions',
            title: '',
            align: 'right',
            render: (_, key) =>
              may('data.manage') && stateOf(key).isGood ? (
                <>
                  {key.expiresAt === null && (
                    <Button type="link" size="small" onClick={() => setRotating(key)}>
                      {text('sources.rotate')}
                    </Button>
                  )}
                  <ConfirmAction
                    type="link"
                    size="small"
                    danger
                    title={text('sources.revokeTitle', { hint: key.hint })}
                    consequence={text('sources.revokeConsequence')}
                    verb={text('sources.revoke')}
                    onConfirm={() => revoke.mutateAsync({ params: { id: key.id } })}
                  >
                    {text('sources.revoke')}
                  </ConfirmAction>
                </>
              ) : null,
          },
        ]}
      />
      {isAdding && <AddKey source={source} onClose={() => setIsAdding(false)} onMade={show} />}
      {rotating && <RotateKey writeKey={rotating} onClose={() => setRotating(undefined)} onMade={show} />}
      {shown && <WriteKeyShown {...shown} onClose={() => setShown(undefined)} />}
    </Panel>
  )
}

function useKeyState(): (key: WriteKey) => StateTone & { isGood: boolean } {
  const text = useText('data')
  const now = useNow()
  const locale = useLocale()
  return ({ revokedAt, expiresAt }) => {
    if (revokedAt !== null) return { tone: 'neutral', text: text('sources.keyRevoked'), isGood: false }
    if (expiresAt === null) return { tone: 'good', text: text('sources.keyGood'), isGood: true }
    if (Date.parse(expiresAt) <= now.getTime()) return { tone: 'neutral', text: text('sources.keyExpired'), isGood: false }
    return { tone: 'warn', text: text('sources.keyExpires', { time: formatRelative(expiresAt, now, locale) }), isGood: true }
  }
}

function AddKey({ source, onClose, onMade }: { source: Source; onClose: () => void; onMade: (made: ShownKey) => void }) {
  const text = useText('data')
  const common = useText('common')
  const [form] = Form.useForm<{ name?: string }>()
  const create = useAct(collectRoutes.createWriteKey, { showsErrorItself: true, onDone: onMade })
  return (
    <Modal open title={text('sources.addKey')} okText={common('create')} onCancel={onClose} onOk={form.submit} confirmLoading={create.isPending}>
      <FormError error={create.error} form={form} />
      <Form form={form} layout="vertical" onFinish={({ name = '' }) => create.mutate({ params: { id: source.id }, body: { name } })}>
        <Form.Item name="name" label={text('sources.keyName')} extra={text('sources.keyNameHelp')} rules={[{ max: 60 }]}>
          <Input autoFocus />
        </Form.Item>
      </Form>
    </Modal>
  )
}

function RotateKey({ writeKey, onClose, onMade }: { writeKey: WriteKey; onClose: () => void; onMade: (made: ShownKey) => void }) {
  const text = useText('data')
  const [overlap, setOverlap] = useState<(typeof overlaps)[number]>('24')
  const rotate = useAct(collectRoutes.rotateWriteKey, { onDone: onMade })
  return (
    <Modal
      open
      title={text('sources.rotateTitle', { hint: writeKey.hint })}
      okText={text('sources.rotate')}
      onCancel={onClose}
      onOk={() => rotate.mutate({ params: { id: writeKey.id }, body: { overlapHours: Number(overlap) } })}
      confirmLoading={rotate.isPending}
    >
      <p>{text('sources.rotateHelp')}</p>
      <Radio.Group
        vertical
        value={overlap}
        onChange={(event) => setOverlap(event.target.value as (typeof overlaps)[number])}
        options={overlaps.map((value) => ({ value, label: text(`sources.overlap.${value}`) }))}
      />
    </Modal>
  )
}
