import { Alert, App, Button, Input, Modal, Radio } from 'antd'
import { useState } from 'react'
import { ProblemError } from '../../../../contracts/client.ts'
import { tagRoutes, type TagTargets } from '../../../../contracts/tags.ts'
import { useAct, useRead } from '../../ui/api.ts'
import { formatCount } from '../../ui/format.ts'
import { NamedSelect } from '../../ui/named-select.tsx'
import { useLocale, useLocaleText, useText } from '../../ui/text.ts'

/** Above the list: tags for the people chosen in it. */
export function TagChosen({ personIds, onDone }: { personIds: number[]; onDone: () => void }) {
  const text = useText('tags')
  const [isOpen, setOpen] = useState(false)
  return (
    <div className="population-bar">
      <span>{text('bulk.chosen', { count: personIds.length })}</span>
      <Button size="small" type="primary" onClick={() => setOpen(true)}>
        {text('bulk.open')}
      </Button>
      <Button size="small" type="text" onClick={onDone}>
        {text('bulk.none')}
      </Button>
      {isOpen && <BulkDialog targets={{ kind: 'people', personIds }} total={null} onClose={() => setOpen(false)} onDone={onDone} />}
    </div>
  )
}

/** Beside the title: tags for everyone of the list, in the background. */
export function TagEveryone({ query, total }: { query: Record<string, string | undefined>; total: number | null }) {
  const text = useText('tags')
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <Button onClick={() => setOpen(true)}>{text('bulk.openAll')}</Button>
      {isOpen && <BulkDialog targets={{ kind: 'query', query }} total={total} onClose={() => setOpen(false)} onDone={() => setOpen(false)} />}
    </>
  )
}

function BulkDialog({ targets, total, onClose, onDone }: { targets: TagTargets; total: number | null; onClose: () => void; onDone: () => void }) {
  const text = useText('tags')
  const common = useText('common')
  const pick = useLocaleText()
  const locale = useLocale()
  const { message } = App.useApp()
  const [kind, setKind] = useState<'add' | 'remove'>('add')
  const [tagId, setTagId] = useState<string>()
  const [value, setValue] = useState('')
  const tags = useRead(tagRoutes.listTags, { query: { state: kind === 'add' ? 'active' : 'all' } })
  const tag = tags.data?.items.find((one) => one.id === tagId)
  const start = useAct(tagRoutes.startTagAction, {
    showsErrorItself: true,
    onDone: (action) => {
      void message.success(action.state === 'finished' ? text('bulk.done', { count: action.peopleChanged }) : text('bulk.started'))
      onDone()
    },
  })
  const isReady = tag !== undefined && (tag.kind === 'flag' || kind === 'remove' || value.trim() !== '')
  const whom =
    targets.kind === 'people'
      ? text('bulk.chosen', { count: targets.personIds.length })
      : total === null
        ? text('bulk.all')
        : text('bulk.allCount', { count: formatCount(total, locale) })
  return (
    <Modal
      open
      title={text('bulk.title')}
      okText={text('bulk.verb')}
      cancelText={common('cancel')}
      okButtonProps={{ disabled: !isReady }}
      confirmLoading={start.isPending}
      onCancel={onClose}
      onOk={() => tag && start.mutate({ body: { tagId: tag.id, kind, value: tag.kind === 'flag' ? '' : value.trim(), targets } })}
    >
      {start.error instanceof ProblemError && <Alert type="error" showIcon className="form-error" title={pick(start.error.problem)} />}
      {tags.data?.items.length === 0 && <Alert type="info" showIcon className="form-error" title={text('bulk.noTags')} />}
      <div className="bulk-tag">
        <p>
          <span className="faint">{text('bulk.whom')} </span>
          <b>{whom}</b>
        </p>
        <Radio.Group
          aria-label={text('bulk.kind')}
          optionType="button"
          value={kind}
          onChange={(event) => setKind(event.target.value as 'add' | 'remove')}
          options={[
            { value: 'add', label: text('bulk.add') },
            { value: 'remove', label: text('bulk.remove') },
          ]}
        />
        <NamedSelect<string>
          label={text('bulk.tag')}
          placeholder={text('bulk.tag')}
          showSearch={{ optionFilterProp: 'label' }}
          loading={tags.isPending}
          value={tagId}
          onChange={(id) => {
            setTagId(id)
            setValue('')
          }}
          options={tags.data?.items.map((one) => ({ value: one.id, label: one.name }))}
        />
        {tag?.kind === 'value' && <ValueInput values={tag.values} value={value} onChange={setValue} anyAllowed={kind === 'remove'} />}
        {targets.kind !== 'people' && <p className="faint">{text('bulk.allHelp')}</p>}
      </div>
    </Modal>
  )
}

function ValueInput({ values, value, onChange, anyAllowed }: { values: string[]; value: string; onChange: (value: string) => void; anyAllowed: boolean }) {
  const text = useText('tags')
  const placeholder = text(anyAllowed ? 'bulk.anyValue' : 'bulk.value')
  if (values.length === 0)
    return <Input aria-label={text('bulk.value')} placeholder={placeholder} maxLength={100} value={value} onChange={(event) => onChange(event.target.value)} />
  return (
    <NamedSelect<string>
      label={text('bulk.value')}
      placeholder={placeholder}
      allowClear={anyAllowed}
      value={value || undefined}
      onChange={(next?: string) => onChange(next ?? '')}
      options={values.map((one) => ({ value: one, label: one }))}
    />
  )
}
