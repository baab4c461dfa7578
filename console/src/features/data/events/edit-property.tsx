import { Checkbox, Form, Input, Modal, Select } from 'antd'
import type { BodyOf } from '../../../../../contracts/client.ts'
import { collectRoutes } from '../../../../../contracts/collect.ts'
import { PropertyType, type EventProperty } from '../../../../../contracts/event-schemas.ts'
import { useAct } from '../../../ui/api.ts'
import { FormError } from '../../../ui/form-error.tsx'
import { useText } from '../../../ui/text.ts'
import { SaidFields, StateField } from './said-fields.tsx'
import { useConfirmUsed } from './use-confirm-used.tsx'

type Values = Omit<BodyOf<typeof collectRoutes.updateEventProperty>, 'event' | 'type'> & { type: PropertyType | '' }

/** What is said and expected of a property; without one, a property that is to come. */
export function EditProperty({ event, property, onClose }: { event: string; property: EventProperty | undefined; onClose: () => void }) {
  const text = useText('data')
  const common = useText('common')
  const [form] = Form.useForm<Values>()
  const update = useAct(collectRoutes.updateEventProperty, { showsErrorItself: true, done: common('saved'), onDone: onClose })
  const block = useConfirmUsed()
  const save = ({ key, type, ...change }: Values): void => {
    const body = { event, key: property?.key ?? key, type: type === '' ? null : type, ...change }
    void block((confirmUsed) => update.mutateAsync({ body: { ...body, confirmUsed } }), body.key)
  }
  const initialValues: Partial<Values> = property
    ? { ...property, type: property.isTypeSet ? property.type : '' }
    : { label: { zh: '', en: '' }, description: '', unit: '', type: 'text', isRequired: true, isPii: false, state: 'visible' }
  return (
    <Modal
      open
      title={property ? text('events.editProperty', { key: property.key }) : text('events.addProperty')}
      okText={common('save')}
      onCancel={onClose}
      onOk={form.submit}
      confirmLoading={update.isPending}
    >
      <FormError error={update.error} form={form} />
      <Form form={form} layout="vertical" initialValues={initialValues} onFinish={save}>
        {!property && (
          <Form.Item name="key" label={text('events.propertyKey')} rules={[{ required: true, whitespace: true, max: 64 }]}>
            <Input autoFocus />
          </Form.Item>
        )}
        <SaidFields />
        <Form.Item name="type" label={text('events.expectedType')}>
          <Select
            options={[
              ...(property ? [{ value: '' as const, label: text('events.anyType') }] : []),
              ...PropertyType.options.map((value) => ({ value, label: text(`events.types.${value}`) })),
            ]}
          />
        </Form.Item>
        <Form.Item name="unit" label={text('events.unit')} rules={[{ max: 20 }]}>
          <Input />
        </Form.Item>
        <Form.Item name="isRequired" valuePropName="checked" noStyle>
          <Checkbox>{text('events.isRequired')}</Checkbox>
        </Form.Item>
        <Form.Item name="isPii" valuePropName="checked" extra={text('events.isPiiHelp')}>
          <Checkbox>{text('events.isPii')}</Checkbox>
        </Form.Item>
        <StateField wordsOf={(state) => ({ name: text(`events.propertyStates.${state}`), help: text(`events.propertyStateHelp.${state}`) })} />
      </Form>
    </Modal>
  )
}
