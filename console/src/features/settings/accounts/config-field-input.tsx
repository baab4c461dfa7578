import { Form, Input, InputNumber, Select, Switch } from 'antd'
import type { ConfigField } from '../../../../../contracts/channels.ts'
import { useLocaleText, useText } from '../../../ui/text.ts'

/** One input of a provider's settings, as its field says. A secret that is set needs no entry. */
export function ConfigFieldInput({ field, isSet }: { field: ConfigField; isSet: boolean }) {
  const text = useText('settings')
  const pick = useLocaleText()
  const required = field.required && !(field.kind === 'secret' && isSet) && field.kind !== 'boolean'
  return (
    <Form.Item
      name={['config', field.key]}
      label={pick(field.label)}
      extra={field.help && pick(field.help)}
      valuePropName={field.kind === 'boolean' ? 'checked' : 'value'}
      required={required}
      rules={[{ required }, ...(field.kind === 'url' ? [{ validator: isUrl, message: text('accounts.urlRule') }] : [])]}
    >
      <FieldControl field={field} secretIsSet={isSet} />
    </Form.Item>
  )
}

/** antd's own check refuses addresses without a dot, and so every address inside a network. */
const isUrl = (_: unknown, value?: string): Promise<void> =>
  value === undefined || value === '' || URL.canParse(value) ? Promise.resolve() : Promise.reject(new Error(value))

/** The control of a field. `Form.Item` hands value and handler to its child, so they pass through here. */
function FieldControl({ field, secretIsSet, ...control }: { field: ConfigField; secretIsSet: boolean }) {
  const text = useText('settings')
  const pick = useLocaleText()
  switch (field.kind) {
    case 'text':
      break
    case 'url':
      return <Input {...control} inputMode="url" placeholder="https://" />
    case 'secret':
      return <Input.Password {...control} autoComplete="new-password" placeholder={secretIsSet ? text('accounts.secretSet') : undefined} />
    case 'number':
      return <InputNumber {...control} style={{ width: '100%' }} />
    case 'boolean':
      return <Switch {...control} />
    case 'select':
      return <Select {...control} allowClear={!field.required} options={field.options?.map((option) => ({ value: option.value, label: pick(option.label) }))} />
  }
  return <Input {...control} />
}
