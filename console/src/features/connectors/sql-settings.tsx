import { Collapse, Form, Input, InputNumber, Select, Switch } from 'antd'
import { useText } from '../../ui/text.ts'
import { ScheduleFields } from './schedule-fields.tsx'
import { SecretField } from './secret-field.tsx'

const settings = ['draft', 'settings']

/** Which database, which rows, and when. */
export function SqlSettings({ hints }: { hints: Readonly<Record<string, string>> }) {
  const text = useText('connectors')
  const form = Form.useFormInstance()
  const cursor = Form.useWatch<object | null>([...settings, 'cursor'], { form, preserve: true })
  const tls = Form.useWatch<string>([...settings, 'tls'], form)
  return (
    <>
      <div className="connector-grid">
        <Form.Item name={[...settings, 'engine']} label={text('sql.engine')}>
          <Select
            options={[
              { value: 'postgres', label: 'PostgreSQL' },
              { value: 'mysql', label: 'MySQL / MariaDB' },
            ]}
          />
        </Form.Item>
        <Form.Item name={[...settings, 'host']} label={text('sql.host')} extra={text('sql.hostHelp')} rules={[{ required: true }]}>
          <Input />
        </Form.Item>
        <Form.Item name={[...settings, 'port']} label={text('sql.port')}>
          <InputNumber min={1} max={65_535} precision={0} />
        </Form.Item>
        <Form.Item name={[...settings, 'database']} label={text('sql.database')} rules={[{ required: true }]}>
          <Input />
        </Form.Item>
        <Form.Item name={[...settings, 'user']} label={text('sql.user')} rules={[{ required: true }]}>
          <Input autoComplete="off" />
        </Form.Item>
        <SecretField name="password" label={text('sql.password')} hints={hints} />
        <Form.Item name={[...settings, 'tls']} label={text('sql.tls')}>
          <Select options={(['verify', 'encrypt', 'off'] as const).map((value) => ({ value, label: text(`sql.tlsKinds.${value}`) }))} />
        </Form.Item>
      </div>
      <Form.Item name={[...settings, 'statement']} label={text('sql.statement')} extra={text('sql.statementHelp')} rules={[{ required: true }]}>
        <Input.TextArea className="connector-code" autoSize={{ minRows: 4, maxRows: 16 }} spellCheck={false} />
      </Form.Item>
      <div className="connector-grid">
        <Form.Item label={text('sql.incremental')} extra={text('sql.incrementalHelp')}>
          <Switch
            aria-label={text('sql.incremental')}
            checked={cursor !== null && cursor !== undefined}
            onChange={(on) =>
              form.setFieldValue([...settings, 'cursor'], on ? { column: 'updated_at', type: 'time', start: '2026-01-01 00:00:00', overlapSeconds: 60 } : null)
            }
          />
        </Form.Item>
        {cursor && (
          <>
            <Form.Item name={[...settings, 'cursor', 'column']} label={text('sql.column')}>
              <Input />
            </Form.Item>
            <Form.Item name={[...settings, 'cursor', 'type']} label={text('sql.columnType')}>
              <Select options={(['time', 'number'] as const).map((value) => ({ value, label: text(`sql.columnTypes.${value}`) }))} />
            </Form.Item>
            <Form.Item name={[...settings, 'cursor', 'start']} label={text('sql.start')}>
              <Input />
            </Form.Item>
            <Form.Item name={[...settings, 'cursor', 'overlapSeconds']} label={text('sql.overlap')} extra={text('sql.overlapHelp')}>
              <InputNumber min={0} max={604_800} precision={0} />
            </Form.Item>
          </>
        )}
        <ScheduleFields />
      </div>
      <Collapse
        ghost
        items={[
          {
            key: 'more',
            label: text('more'),
            forceRender: true,
            children: (
              <>
                <Form.Item name={[...settings, 'timeoutSeconds']} label={text('sql.timeout')}>
                  <InputNumber min={5} max={3_600} precision={0} />
                </Form.Item>
                <Form.Item name={[...settings, 'certificate']} label={text('sql.certificate')} extra={text('sql.certificateHelp')} hidden={tls === 'off'}>
                  <Input.TextArea className="connector-code" autoSize={{ minRows: 2, maxRows: 8 }} spellCheck={false} />
                </Form.Item>
              </>
            ),
          },
        ]}
      />
    </>
  )
}
