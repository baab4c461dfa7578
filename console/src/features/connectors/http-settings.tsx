import { Form, Input, InputNumber, Select, Switch } from 'antd'
import type { Paging, PullAuth } from '../../../../contracts/connector-settings.ts'
import { useText } from '../../ui/text.ts'
import { ListField } from './list-field.tsx'
import { ScheduleFields } from './schedule-fields.tsx'
import { SecretField } from './secret-field.tsx'

const settings = ['draft', 'settings']
const blankAuth: Record<PullAuth['kind'], PullAuth> = {
  none: { kind: 'none' },
  bearer: { kind: 'bearer' },
  header: { kind: 'header', name: 'X-Api-Key' },
  basic: { kind: 'basic', user: '' },
  oauth: { kind: 'oauth', tokenUrl: 'https://', clientId: '', scope: '' },
}
const blankPaging: Record<Paging['kind'], Paging> = {
  none: { kind: 'none' },
  page: { kind: 'page', parameter: 'page', first: 1 },
  offset: { kind: 'offset', parameter: 'offset' },
  cursor: { kind: 'cursor', parameter: 'cursor', path: 'next_cursor' },
  nextLink: { kind: 'nextLink', path: null },
}

/** Which interface, how it pages, and when. */
export function HttpSettings({ hints }: { hints: Readonly<Record<string, string>> }) {
  const text = useText('connectors')
  const form = Form.useFormInstance()
  const method = Form.useWatch<string>([...settings, 'method'], form)
  return (
    <>
      <div className="connector-grid">
        <Form.Item name={[...settings, 'method']} label={text('http.method')}>
          <Select options={['GET', 'POST'].map((value) => ({ value, label: value }))} />
        </Form.Item>
        <Form.Item className="connector-wide" name={[...settings, 'url']} label={text('http.url')} rules={[{ required: true }]}>
          <Input className="connector-code" />
        </Form.Item>
        <AuthFields hints={hints} />
        <PagingFields />
        <Form.Item name={[...settings, 'itemsPath']} label={text('http.items')} extra={text('http.itemsHelp')}>
          <Input className="connector-code" />
        </Form.Item>
        <SinceFields />
        <ScheduleFields />
      </div>
      {method === 'POST' && (
        <Form.Item name={[...settings, 'body']} label={text('http.body')}>
          <Input.TextArea className="connector-code" autoSize={{ minRows: 2, maxRows: 10 }} spellCheck={false} />
        </Form.Item>
      )}
      <Form.Item label={text('http.headers')}>
        <ListField name={[...settings, 'headers']} add={text('http.addHeader')} blank={{ name: '', value: '' }}>
          {(place) => (
            <div className="connector-row-fields">
              <Form.Item name={[...place, 'name']} noStyle>
                <Input aria-label={text('http.headerName')} placeholder="X-Shop" />
              </Form.Item>
              <Form.Item name={[...place, 'value']} noStyle>
                <Input aria-label={text('http.headerValue')} />
              </Form.Item>
            </div>
          )}
        </ListField>
      </Form.Item>
    </>
  )
}

function AuthFields({ hints }: { hints: Readonly<Record<string, string>> }) {
  const text = useText('connectors')
  const form = Form.useFormInstance()
  const kind = Form.useWatch<PullAuth['kind']>([...settings, 'auth', 'kind'], form) ?? 'none'
  return (
    <>
      <Form.Item name={[...settings, 'auth', 'kind']} label={text('http.auth')}>
        <Select
          options={(['none', 'bearer', 'header', 'basic', 'oauth'] as const).map((value) => ({ value, label: text(`http.auths.${value}`) }))}
          onChange={(value: PullAuth['kind']) => form.setFieldValue([...settings, 'auth'], blankAuth[value])}
        />
      </Form.Item>
      {kind === 'header' && (
        <Form.Item name={[...settings, 'auth', 'name']} label={text('http.headerName')}>
          <Input />
        </Form.Item>
      )}
      {(kind === 'bearer' || kind === 'header') && <SecretField name="token" label={text('auth.token')} hints={hints} />}
      {kind === 'basic' && (
        <>
          <Form.Item name={[...settings, 'auth', 'user']} label={text('sql.user')}>
            <Input autoComplete="off" />
          </Form.Item>
          <SecretField name="password" label={text('sql.password')} hints={hints} />
        </>
      )}
      {kind === 'oauth' && (
        <>
          <Form.Item name={[...settings, 'auth', 'tokenUrl']} label={text('http.tokenUrl')}>
            <Input className="connector-code" />
          </Form.Item>
          <Form.Item name={[...settings, 'auth', 'clientId']} label="Client ID">
            <Input autoComplete="off" />
          </Form.Item>
          <SecretField name="clientSecret" label="Client secret" hints={hints} />
          <Form.Item name={[...settings, 'auth', 'scope']} label="Scope">
            <Input />
          </Form.Item>
        </>
      )}
    </>
  )
}

function PagingFields() {
  const text = useText('connectors')
  const form = Form.useFormInstance()
  const kind = Form.useWatch<Paging['kind']>([...settings, 'paging', 'kind'], form) ?? 'none'
  return (
    <>
      <Form.Item name={[...settings, 'paging', 'kind']} label={text('http.paging')}>
        <Select
          options={(['none', 'page', 'offset', 'cursor', 'nextLink'] as const).map((value) => ({ value, label: text(`http.pagings.${value}`) }))}
          onChange={(value: Paging['kind']) => form.setFieldValue([...settings, 'paging'], blankPaging[value])}
        />
      </Form.Item>
      {(kind === 'page' || kind === 'offset' || kind === 'cursor') && (
        <Form.Item name={[...settings, 'paging', 'parameter']} label={text('http.parameter')}>
          <Input className="connector-code" />
        </Form.Item>
      )}
      {(kind === 'cursor' || kind === 'nextLink') && (
        <Form.Item
          name={[...settings, 'paging', 'path']}
          label={text('http.nextPath')}
          extra={kind === 'nextLink' ? text('http.nextPathHelp') : undefined}
          normalize={(value: string) => value || null}
        >
          <Input className="connector-code" />
        </Form.Item>
      )}
    </>
  )
}

function SinceFields() {
  const text = useText('connectors')
  const form = Form.useFormInstance()
  const since = Form.useWatch<object | null>([...settings, 'since'], { form, preserve: true })
  return (
    <>
      <Form.Item label={text('sql.incremental')}>
        <Switch
          aria-label={text('sql.incremental')}
          checked={since !== null && since !== undefined}
          onChange={(on) =>
            form.setFieldValue(
              [...settings, 'since'],
              on ? { parameter: 'updated_from', path: 'updated_at', format: 'iso', start: '', overlapSeconds: 300 } : null,
            )
          }
        />
      </Form.Item>
      {since && (
        <>
          <Form.Item name={[...settings, 'since', 'parameter']} label={text('http.sinceParameter')}>
            <Input className="connector-code" />
          </Form.Item>
          <Form.Item name={[...settings, 'since', 'path']} label={text('http.sincePath')}>
            <Input className="connector-code" />
          </Form.Item>
          <Form.Item name={[...settings, 'since', 'format']} label={text('http.sinceFormat')}>
            <Select
              options={(['iso', 'seconds', 'milliseconds', 'datetime', 'number'] as const).map((value) => ({
                value,
                label: text(`http.sinceFormats.${value}`),
              }))}
            />
          </Form.Item>
          <Form.Item name={[...settings, 'since', 'start']} label={text('sql.start')}>
            <Input />
          </Form.Item>
          <Form.Item name={[...settings, 'since', 'overlapSeconds']} label={text('sql.overlap')}>
            <InputNumber min={0} max={604_800} precision={0} />
          </Form.Item>
        </>
      )}
    </>
  )
}
