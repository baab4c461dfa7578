import { Button, Form, InputNumber, Modal, Select, Switch } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { oneIdRoutes, type SuggestionSettings } from '../../../../contracts/one-id.ts'
import { peopleRoutes } from '../../../../contracts/people.ts'
import { useAct, useRead } from '../../ui/api.ts'
import { formatCount } from '../../ui/format.ts'
import { FormError } from '../../ui/form-error.tsx'
import { Loaded } from '../../ui/loading.tsx'
import { PermissionGate } from '../../ui/permission-gate.tsx'
import { useLocale, useLocaleText, useText } from '../../ui/text.ts'
import { Ago, StateTag } from '../../ui/values.tsx'

/** When duplicates were last searched for and by what; search again, or search for something else. */
export function DuplicateSearch({ onEnded }: { onEnded: () => void }) {
  const text = useText('one-id')
  const locale = useLocale()
  const [isEditing, setEditing] = useState(false)
  const search = useRead(oneIdRoutes.readSuggestionSearch)
  const isRunning = search.data?.running === true
  // NOTE: the same read with the same key, only repeated while the search runs.
  useRead(oneIdRoutes.readSuggestionSearch, { enabled: isRunning, refetchSeconds: 2 })
  // A search may begin and end between two looks: what is compared is which search, not whether one was seen running.
  const state = search.data && [search.data.running, search.data.startedAt, search.data.finishedAt].join(' ')
  const seen = useRef(state)
  useEffect(() => {
    if (seen.current !== undefined && seen.current !== state && !isRunning) onEnded()
    seen.current = state
  }, [state, isRunning, onEnded])
  const start = useAct(oneIdRoutes.startSuggestionSearch)
  return (
    <Loaded query={search} skeletonRows={1}>
      {(data) => (
        <div className="panel duplicate-search">
          <span>
            {data.running ? (
              <StateTag tone="accent" text={text('search.running')} />
            ) : data.finishedAt ? (
              <>
                {text('search.last')} <Ago at={data.finishedAt} />
              </>
            ) : (
              text('search.never')
            )}
            {(data.running || data.finishedAt !== null) && (
              <span className="faint">
                {' · '}
                {text('search.compared', { people: formatCount(data.peopleCompared, locale) })} ·{' '}
                {text('search.found', { pairs: formatCount(data.pairsFound, locale) })}
              </span>
            )}
            {!data.enabled && <span className="faint"> · {text('search.off')}</span>}
            {data.error !== null && <StateTag tone="bad" text={text('search.failed')} />}
          </span>
          <PermissionGate permission="people.merge">
            <span className="duplicate-search-verbs">
              <Button size="small" onClick={() => setEditing(true)}>
                {text('search.settings')}
              </Button>
              <Button size="small" type="primary" loading={start.isPending || data.running} onClick={() => start.mutate({ body: { scope: 'all' } })}>
                {text('search.start')}
              </Button>
            </span>
          </PermissionGate>
          {isEditing && <SearchSettings settings={data} onClose={() => setEditing(false)} />}
        </div>
      )}
    </Loaded>
  )
}

function SearchSettings({ settings, onClose }: { settings: SuggestionSettings; onClose: () => void }) {
  const text = useText('one-id')
  const common = useText('common')
  const pick = useLocaleText()
  const [form] = Form.useForm<SuggestionSettings>()
  const attributes = useRead(peopleRoutes.listAttributes)
  const save = useAct(oneIdRoutes.updateSuggestionSearch, { showsErrorItself: true, done: text('search.saved'), onDone: onClose })
  const options = attributes.data?.items.map(({ key, label }) => ({ value: key, label: pick(label) }))
  return (
    <Modal
      open
      title={text('search.settings')}
      okText={common('save')}
      cancelText={common('cancel')}
      onCancel={onClose}
      onOk={form.submit}
      confirmLoading={save.isPending}
    >
      <p className="faint">{text('search.help')}</p>
      <FormError error={save.error} form={form} />
      <Form form={form} layout="vertical" initialValues={settings} onFinish={(values) => save.mutate({ body: values })}>
        {(['name', 'address', 'birthDate'] as const).map((field) => (
          <Form.Item key={field} name={field} label={text(`duplicates.fields.${field}`)}>
            <Select mode="multiple" allowClear options={options} showSearch={{ optionFilterProp: 'label' }} placeholder={text('search.notCompared')} />
          </Form.Item>
        ))}
        <Form.Item name="scoreMin" label={text('search.scoreMin')} extra={text('search.scoreMinHelp')}>
          <InputNumber min={0} max={100} step={0.5} />
        </Form.Item>
        <Form.Item name="enabled" label={text('search.nightly')} valuePropName="checked">
          <Switch />
        </Form.Item>
      </Form>
    </Modal>
  )
}
