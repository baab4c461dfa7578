import { Button, Form, InputNumber, Modal, Select } from 'antd'
import { useState } from 'react'
import { layerRoutes, type LayerDefinition, type LayerModel } from '../../../../../contracts/layers.ts'
import { collectRoutes } from '../../../../../contracts/collect.ts'
import { useAct, useRead } from '../../../ui/api.ts'
import { FormError } from '../../../ui/form-error.tsx'
import { formatCount } from '../../../ui/format.ts'
import { PermissionGate } from '../../../ui/permission-gate.tsx'
import { useLocale, useText } from '../../../ui/text.ts'
import { renderOption } from '../rule/option-label.tsx'

type Rfm = Extract<LayerDefinition, { kind: 'rfm' }>

/** Which orders count, and how far back. */
export function LayerSettings({ model }: { model: LayerModel & { definition: Rfm } }) {
  const text = useText('audience')
  const [isOpen, setOpen] = useState(false)
  return (
    <PermissionGate permission="audience.write">
      <Button onClick={() => setOpen(true)}>{text('layers.settings')}</Button>
      {isOpen && <SettingsForm model={model} onClose={() => setOpen(false)} />}
    </PermissionGate>
  )
}

function SettingsForm({ model, onClose }: { model: LayerModel & { definition: Rfm }; onClose: () => void }) {
  const text = useText('audience')
  const common = useText('common')
  const locale = useLocale()
  const [form] = Form.useForm<Pick<Rfm, 'event' | 'days'>>()
  const events = useRead(collectRoutes.listEventSchemas)
  const update = useAct(layerRoutes.updateLayerModel, { showsErrorItself: true, done: text('layers.changed'), onDone: onClose })
  const seen = (events.data?.items ?? []).map(({ event, count }) => ({ value: event, label: event, note: formatCount(count, locale, true) }))
  const options = seen.some(({ value }) => value === model.definition.event)
    ? seen
    : [{ value: model.definition.event, label: model.definition.event, note: '' }, ...seen]
  return (
    <Modal
      open
      title={text('layers.settings')}
      okText={text('layers.saveAndCompute')}
      cancelText={common('cancel')}
      confirmLoading={update.isPending}
      onCancel={onClose}
      onOk={() => form.submit()}
    >
      <FormError error={update.error} form={form} />
      <Form
        form={form}
        layout="vertical"
        initialValues={model.definition}
        onFinish={(settings) => update.mutate({ params: { id: model.id }, body: { definition: { ...model.definition, ...settings } } })}
      >
        <Form.Item name="event" label={text('layers.event')} extra={text('layers.eventHelp')}>
          <Select showSearch={{ optionFilterProp: 'label' }} options={options} optionRender={renderOption} />
        </Form.Item>
        <Form.Item name="days" label={text('layers.days')} extra={text('layers.daysHelp')} rules={[{ required: true }]}>
          <InputNumber min={1} max={3650} precision={0} />
        </Form.Item>
      </Form>
    </Modal>
  )
}
