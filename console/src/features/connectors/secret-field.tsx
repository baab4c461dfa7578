import { Form, Input } from 'antd'
import { useText } from '../../ui/text.ts'

/** A secret: what is saved shows as its last characters, and stays when nothing is typed. */
export function SecretField({
  name,
  label,
  hints,
}: {
  name: 'token' | 'secret' | 'password' | 'clientSecret'
  label: string
  hints: Readonly<Record<string, string>>
}) {
  const text = useText('connectors')
  const hint = hints[name]
  return (
    <Form.Item name={['secrets', name]} label={label} extra={hint === undefined ? text('secretUnset') : text('secretSet', { hint })}>
      <Input.Password autoComplete="new-password" placeholder={hint} />
    </Form.Item>
  )
}
