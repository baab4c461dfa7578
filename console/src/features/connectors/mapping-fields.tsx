import { Button, Collapse, Form, Input, Select, Switch } from 'antd'
import type { MappingRule } from '../../../../contracts/connector-mapping.ts'
import { Panel } from '../../ui/panel.tsx'
import { useText } from '../../ui/text.ts'
import { ListField, placesOf } from './list-field.tsx'
import { RuleFields } from './rule-fields.tsx'

const mapping = ['draft', 'mapping']
const emptyToNull = (value: string): string | null => value || null

const blankRule: MappingRule = {
  name: '',
  when: [],
  each: null,
  identities: [{ namespace: 'user_id', value: { kind: 'path', text: 'user_id', transforms: [] } }],
  attributes: [],
  attributesAt: null,
  registeredAt: null,
  event: null,
  key: null,
  keyScope: 'connector',
  version: null,
}

/** How a body is taken apart, and the rules that make people, attributes and events of its messages. */
export function MappingFields() {
  const text = useText('connectors')
  const form = Form.useFormInstance()
  const rules = Form.useWatch<MappingRule[] | undefined>([...mapping, 'rules'], { form, preserve: true }) ?? []
  const change = (next: MappingRule[]): void => form.setFieldValue([...mapping, 'rules'], next)
  const rulesNow = (): MappingRule[] => form.getFieldValue([...mapping, 'rules']) as MappingRule[]
  return (
    <Panel title={text('mapping.title')}>
      <p className="faint connector-hint">{text('mapping.help')}</p>
      <Collapse ghost items={[{ key: 'body', label: text('mapping.body'), forceRender: true, children: <BodyFields /> }]} />
      {placesOf(rules).map((index) => (
        <section key={index} className="connector-rule">
          <div className="connector-rule-head">
            <h3>{rules[index]?.name || text('mapping.rule', { rule: index + 1 })}</h3>
            <Button type="text" size="small" danger onClick={() => change(rulesNow().filter((_, at) => at !== index))}>
              {text('mapping.removeRule')}
            </Button>
          </div>
          <RuleFields place={[...mapping, 'rules', index]} />
        </section>
      ))}
      <Button type="dashed" onClick={() => change([...rulesNow(), structuredClone(blankRule)])}>
        {text('mapping.addRule')}
      </Button>
    </Panel>
  )
}

function BodyFields() {
  const text = useText('connectors')
  return (
    <>
      <div className="connector-grid">
        <Form.Item name={[...mapping, 'bodyFormat']} label={text('mapping.bodyFormat')}>
          <Select options={(['auto', 'json', 'form', 'jsonLines'] as const).map((value) => ({ value, label: text(`mapping.bodyFormats.${value}`) }))} />
        </Form.Item>
        <Form.Item name={[...mapping, 'each']} label={text('mapping.each')} extra={text('mapping.eachHelp')} normalize={emptyToNull}>
          <Input className="connector-code" />
        </Form.Item>
        <Form.Item name={[...mapping, 'stopAtFirst']} label={text('mapping.stopAtFirst')} valuePropName="checked">
          <Switch />
        </Form.Item>
      </div>
      <Form.Item label={text('mapping.decode')} extra={text('mapping.decodeHelp')}>
        <Decodings name={[...mapping, 'decode']} />
      </Form.Item>
      <Form.Item label={text('mapping.decodeMessage')}>
        <Decodings name={[...mapping, 'decodeMessage']} />
      </Form.Item>
    </>
  )
}

function Decodings({ name }: { name: (string | number)[] }) {
  const text = useText('connectors')
  return (
    <ListField name={name} add={text('mapping.addDecode')} blank={{ path: 'msg', kind: 'json' }}>
      {(place) => (
        <div className="connector-row-fields">
          <Form.Item name={[...place, 'path']} noStyle>
            <Input aria-label={text('value.kinds.path')} className="connector-code" />
          </Form.Item>
          <Form.Item name={[...place, 'kind']} noStyle>
            <Select
              aria-label={text('mapping.decodeKind')}
              options={(['json', 'urlEncodedJson', 'base64Json', 'form'] as const).map((value) => ({ value, label: text(`mapping.decodings.${value}`) }))}
            />
          </Form.Item>
        </div>
      )}
    </ListField>
  )
}
