import { Checkbox, Form, Input, Modal, Radio, Select } from 'antd'
import type { BodyOf } from '../../../../../contracts/client.ts'
import { collectRoutes } from '../../../../../contracts/collect.ts'
import { PropertyType, SchemaState, type EventProperty } from '../../../../../contracts/event-schemas.ts'
import { useAct } from '../../../ui/api.ts'
import { FormError } from '../../../ui/form-error.tsx'
import { useText } from '../../../ui/text.ts'

type Values = Omit<BodyOf<typeof collectRoutes.updateEventProperty>, 'event' | 'type'> & { type: PropertyType | '' }

/** What is said and expected of a property; without one, a property that is to come. */
export function EditProperty({ event, property, onClose }: { event: string; property: EventProperty | undefined; onClose: () => void }) {
  const text = useText('data')
  const common = useText('common')
  const [form] = Form.useForm<Values>()
  const update = useAct(collectRoutes.updateEventProperty, { showsErrorItself: true, done: common('saved'), onDone: onClose })
  const save = ({ key, type, ...change }: Values): void =>
    update.mutate({ body: { event, key: property?.key ?? key, type: type === '' ? null : type, ...change } })
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
        <Form.Item name={['label', 'zh']} label={text('events.labelZh')} rules={[{ max: 60 }]}>
          <Input />
        </Form.Item>
        <Form.Item name={['label', 'en']} label={text('events.labelEn')} rules={[{ max: 60 }]}>
          <Input />
        </Form.Item>
        <Form.Item name="description" label={text('events.description')} rules={[{ max: 500 }]}>
          <Input.TextArea rows={2} />
        </Form.Item>
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
        <Form.Item name="state" label={text('events.state')}>
          <Radio.Group
            vertical
            options={SchemaState.options.map((value) => ({
              value,
              label: (
                <>
                  {text(`events.propertyStates.${value}`)} <span className="faint">{text(`events.propertyStateHelp.${value}`)}</span>
                </>
              ),
            }))}
          />
        </Form.Item>
      </Form>
    </Modal>
  )
}
