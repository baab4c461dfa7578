import { Collapse, Form, Input, InputNumber, Select, Switch } from 'antd'
import type { WebhookAuth } from '../../../../contracts/connector-mapping.ts'
import type { ConnectorPreset } from '../../../../contracts/connector-settings.ts'
import { useLocaleText, useText } from '../../ui/text.ts'
import { SecretField } from './secret-field.tsx'

const kinds = ['secretUrl', 'token', 'hmac', 'digest'] as const
const places = ['header', 'query', 'form'] as const
const auth = ['draft', 'settings', 'auth']

/** What the text that is signed may name. */
const signingParts = '{{id}} {{secret}} {{body}} {{timestamp}} {{sorted}} {{header:X-Name}}'

/** A method of proof with nothing filled in. */
const blank: Record<WebhookAuth['kind'], WebhookAuth> = {
  secretUrl: { kind: 'secretUrl' },
  token: { kind: 'token', place: 'header', name: 'Authorization', prefix: 'Bearer ' },
  hmac: { kind: 'hmac', algorithm: 'sha256', place: 'header', name: 'X-Signature', encoding: 'hex', prefix: '', templates: ['{{body}}'], timestamp: null },
  digest: {
    kind: 'digest',
    algorithm: 'md5',
    place: 'header',
    name: 'X-Sign',
    encoding: 'hex',
    prefix: '',
    id: '',
    templates: ['{{id}}{{body}}{{secret}}'],
    timestamp: null,
  },
}

/** Who may post, and what they get for an answer. */
export function WebhookFields({ hints, labels }: { hints: Readonly<Record<string, string>>; labels: ConnectorPreset['secrets'] }) {
  const text = useText('connectors')
  const pick = useLocaleText()
  const form = Form.useFormInstance()
  const kind = Form.useWatch<WebhookAuth['kind']>([...auth, 'kind'], form) ?? 'secretUrl'
  const labelOf = (key: string): string => {
    const label = labels.find((one) => one.key === key)?.label
    return label ? pick(label) : text(key === 'token' ? 'auth.token' : 'auth.secret')
  }
  return (
    <>
      <div className="connector-grid">
        <Form.Item name={[...auth, 'kind']} label={text('auth.kind')} extra={text(`auth.help.${kind}`)}>
          <Select
            options={kinds.map((value) => ({ value, label: text(`auth.kinds.${value}`) }))}
            onChange={(value: WebhookAuth['kind']) => form.setFieldValue(auth, blank[value])}
          />
        </Form.Item>
        {kind === 'token' && <SecretField name="token" label={labelOf('token')} hints={hints} />}
        {(kind === 'hmac' || kind === 'digest') && <SecretField name="secret" label={labelOf('secret')} hints={hints} />}
        {kind === 'digest' && (
          <Form.Item name={[...auth, 'id']} label={text('auth.id')} extra={text('auth.idHelp', { part: '{{id}}' })}>
            <Input />
          </Form.Item>
        )}
      </div>
      {kind !== 'secretUrl' && <ProofFields kind={kind} />}
      <Form.Item name={['draft', 'settings', 'addresses']} label={text('auth.addresses')} extra={text('auth.addressesHelp')}>
        <Select mode="tags" open={false} tokenSeparators={[',', ' ', '\n']} placeholder="203.0.113.0/24" />
      </Form.Item>
      <Collapse ghost items={[{ key: 'more', label: text('more'), forceRender: true, children: <AnswerFields /> }]} />
    </>
  )
}

function ProofFields({ kind }: { kind: 'token' | 'hmac' | 'digest' }) {
  const text = useText('connectors')
  const form = Form.useFormInstance()
  const timestamp = Form.useWatch<object | null>([...auth, 'timestamp'], { form, preserve: true })
  const isSigned = kind !== 'token'
  return (
    <div className="connector-grid">
      <Form.Item name={[...auth, 'place']} label={text('auth.place')}>
        <Select options={places.filter((place) => isSigned || place !== 'form').map((value) => ({ value, label: text(`auth.places.${value}`) }))} />
      </Form.Item>
      <Form.Item name={[...auth, 'name']} label={text('auth.name')}>
        <Input />
      </Form.Item>
      <Form.Item name={[...auth, 'prefix']} label={text('auth.prefix')}>
        <Input />
      </Form.Item>
      {isSigned && (
        <>
          <Form.Item name={[...auth, 'algorithm']} label={text('auth.algorithm')}>
            <Select
              options={(kind === 'hmac' ? ['sha1', 'sha256', 'sha512', 'md5'] : ['md5', 'sha1', 'sha256']).map((value) => ({
                value,
                label: value.toUpperCase(),
              }))}
            />
          </Form.Item>
          <Form.Item name={[...auth, 'encoding']} label={text('auth.encoding')}>
            <Select options={['hex', 'base64'].map((value) => ({ value, label: value }))} />
          </Form.Item>
          <Form.Item name={[...auth, 'templates', 0]} label={text('auth.template')} extra={text('auth.templateHelp', { parts: signingParts })}>
            <Input className="connector-code" />
          </Form.Item>
          <Form.Item label={text('auth.timed')} extra={text('auth.timedHelp')}>
            <Switch
              aria-label={text('auth.timed')}
              checked={timestamp !== null && timestamp !== undefined}
              onChange={(on) =>
                form.setFieldValue([...auth, 'timestamp'], on ? { place: 'header', name: 'X-Timestamp', format: 'seconds', toleranceSeconds: 300 } : null)
              }
            />
          </Form.Item>
          {timestamp && (
            <>
              <Form.Item name={[...auth, 'timestamp', 'name']} label={text('auth.timestampName')}>
                <Input />
              </Form.Item>
              <Form.Item name={[...auth, 'timestamp', 'format']} label={text('auth.timestampFormat')}>
                <Select
                  options={(['seconds', 'milliseconds', 'datetime'] as const).map((value) => ({ value, label: text(`auth.timestampFormats.${value}`) }))}
                />
              </Form.Item>
              <Form.Item name={[...auth, 'timestamp', 'toleranceSeconds']} label={text('auth.tolerance')}>
                <InputNumber min={1} max={86_400} precision={0} />
              </Form.Item>
            </>
          )}
        </>
      )}
    </div>
  )
}

function AnswerFields() {
  const text = useText('connectors')
  return (
    <div className="connector-grid">
      <Form.Item name={['draft', 'settings', 'acknowledgement', 'body']} label={text('answer.body')} extra={text('answer.bodyHelp')}>
        <Input className="connector-code" />
      </Form.Item>
      <Form.Item
        name={['draft', 'settings', 'deliveryId']}
        label={text('answer.deliveryId')}
        extra={text('answer.deliveryIdHelp')}
        normalize={(value: string) => value || null}
      >
        <Input className="connector-code" />
      </Form.Item>
      <Form.Item name={['draft', 'settings', 'perMinuteMax']} label={text('answer.perMinute')}>
        <InputNumber min={1} max={100_000} precision={0} />
      </Form.Item>
      <Form.Item name={['draft', 'settings', 'keepDays']} label={text('answer.keepDays')} extra={text('answer.keepDaysHelp')}>
        <InputNumber min={1} max={90} precision={0} />
      </Form.Item>
    </div>
  )
}
