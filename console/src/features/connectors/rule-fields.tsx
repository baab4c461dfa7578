import { Collapse, Form, Input, Select, Switch } from 'antd'
import type { MappedEvent, MappedValue } from '../../../../contracts/connector-mapping.ts'
import { useText } from '../../ui/text.ts'
import { ListField } from './list-field.tsx'
import { useNamespaceOptions } from './use-namespace-options.ts'
import { ValueInput } from './value-input.tsx'

type Place = (string | number)[]

const emptyToNull = (value: string): string | null => value || null
const path = (text: string): MappedValue => ({ kind: 'path', text, transforms: [] })
const blankEvent: MappedEvent = {
  name: { kind: 'constant', text: 'Order Completed', transforms: [] },
  time: path('paid_at'),
  orderId: path('order_id'),
  amount: { value: path('amount'), unit: 'yuan' },
  properties: [],
  items: null,
}

/** One rule: which messages it wants, who they are about, and what happened. */
export function RuleFields({ place }: { place: Place }) {
  const text = useText('connectors')
  const form = Form.useFormInstance()
  const event = Form.useWatch<MappedEvent | null | undefined>([...place, 'event'], { form, preserve: true })
  return (
    <>
      <div className="connector-grid">
        <Form.Item name={[...place, 'name']} label={text('mapping.ruleName')} rules={[{ required: true, whitespace: true, max: 80 }]}>
          <Input />
        </Form.Item>
        <Form.Item label={text('mapping.hasEvent')}>
          <Switch
            aria-label={text('mapping.hasEvent')}
            checked={event !== null && event !== undefined}
            onChange={(on) => form.setFieldValue([...place, 'event'], on ? structuredClone(blankEvent) : null)}
          />
        </Form.Item>
      </div>
      <Form.Item label={text('mapping.when')} extra={text('mapping.whenHelp')}>
        <Conditions name={[...place, 'when']} />
      </Form.Item>
      <Identities place={place} />
      {event && <EventFields place={[...place, 'event']} />}
      <Form.Item label={text('mapping.attributes')}>
        <Pairs name={[...place, 'attributes']} add={text('mapping.addAttribute')} label={text('mapping.attribute')} />
      </Form.Item>
      <Collapse ghost items={[{ key: 'more', label: text('more'), forceRender: true, children: <MoreFields place={place} /> }]} />
    </>
  )
}

function Identities({ place }: { place: Place }) {
  const text = useText('connectors')
  const namespaces = useNamespaceOptions()
  return (
    <Form.Item label={text('mapping.identities')} extra={text('mapping.identitiesHelp')}>
      <ListField name={[...place, 'identities']} add={text('mapping.addIdentity')} blank={{ namespace: 'phone', value: path('') }}>
        {(row) => (
          <div className="connector-pair">
            <Form.Item name={[...row, 'namespace']}>
              <Select aria-label={text('mapping.namespace')} options={namespaces} popupMatchSelectWidth={false} />
            </Form.Item>
            <Form.Item name={[...row, 'value']}>
              <ValueInput label={text('mapping.identity')} placeholder="buyer.phone" />
            </Form.Item>
          </div>
        )}
      </ListField>
    </Form.Item>
  )
}

function EventFields({ place }: { place: Place }) {
  const text = useText('connectors')
  const form = Form.useFormInstance()
  const amount = Form.useWatch<object | null>([...place, 'amount'], { form, preserve: true })
  const items = Form.useWatch<object | null>([...place, 'items'], { form, preserve: true })
  return (
    <>
      <div className="connector-grid connector-grid-wide">
        <Form.Item name={[...place, 'name']} label={text('mapping.eventName')} extra={text('mapping.eventNameHelp')}>
          <ValueInput label={text('mapping.eventName')} />
        </Form.Item>
        <Form.Item name={[...place, 'time']} label={text('mapping.eventTime')} extra={text('mapping.eventTimeHelp')}>
          <ValueInput label={text('mapping.eventTime')} optional />
        </Form.Item>
        <Form.Item name={[...place, 'orderId']} label={text('mapping.orderId')}>
          <ValueInput label={text('mapping.orderId')} optional />
        </Form.Item>
        <Form.Item className="connector-amount-item" label={text('mapping.amount')}>
          <div className="connector-amount">
            <Switch
              aria-label={text('mapping.hasAmount')}
              checked={amount !== null && amount !== undefined}
              onChange={(on) => form.setFieldValue([...place, 'amount'], on ? { value: path('amount'), unit: 'yuan' } : null)}
            />
            {amount && (
              <>
                <Form.Item name={[...place, 'amount', 'value']} noStyle>
                  <ValueInput label={text('mapping.amount')} />
                </Form.Item>
                <Form.Item name={[...place, 'amount', 'unit']} noStyle>
                  <Select
                    aria-label={text('mapping.unit')}
                    popupMatchSelectWidth={false}
                    options={(['yuan', 'fen'] as const).map((value) => ({ value, label: text(`mapping.units.${value}`) }))}
                  />
                </Form.Item>
              </>
            )}
          </div>
        </Form.Item>
      </div>
      <Form.Item label={text('mapping.properties')}>
        <Pairs name={[...place, 'properties']} add={text('mapping.addProperty')} label={text('mapping.property')} />
      </Form.Item>
      <Form.Item label={text('mapping.items')} extra={text('mapping.itemsHelp')}>
        <Switch
          aria-label={text('mapping.items')}
          checked={items !== null && items !== undefined}
          onChange={(on) => form.setFieldValue([...place, 'items'], on ? { path: 'items', fields: [{ key: 'product_id', value: path('product_id') }] } : null)}
        />
        {items && (
          <div className="connector-items">
            <Form.Item name={[...place, 'items', 'path']} label={text('mapping.itemsPath')}>
              <Input className="connector-code" />
            </Form.Item>
            <Pairs name={[...place, 'items', 'fields']} add={text('mapping.addItemField')} label={text('mapping.property')} />
          </div>
        )}
      </Form.Item>
    </>
  )
}

function MoreFields({ place }: { place: Place }) {
  const text = useText('connectors')
  const form = Form.useFormInstance()
  const version = Form.useWatch<object | null>([...place, 'version'], { form, preserve: true })
  return (
    <div className="connector-grid connector-grid-wide">
      <Form.Item name={[...place, 'each']} label={text('mapping.ruleEach')} extra={text('mapping.ruleEachHelp')} normalize={emptyToNull}>
        <Input className="connector-code" />
      </Form.Item>
      <Form.Item
        name={[...place, 'key']}
        label={text('mapping.key')}
        extra={text('mapping.keyHelp', { example: 'refund:{{refund_id}}' })}
        normalize={emptyToNull}
      >
        <Input className="connector-code" />
      </Form.Item>
      <Form.Item name={[...place, 'keyScope']} label={text('mapping.keyScope')} extra={text('mapping.keyScopeHelp')}>
        <Select options={(['connector', 'workspace'] as const).map((value) => ({ value, label: text(`mapping.keyScopes.${value}`) }))} />
      </Form.Item>
      <Form.Item name={[...place, 'attributesAt']} label={text('mapping.attributesAt')} extra={text('mapping.attributesAtHelp')}>
        <ValueInput label={text('mapping.attributesAt')} optional />
      </Form.Item>
      <Form.Item name={[...place, 'registeredAt']} label={text('mapping.registeredAt')}>
        <ValueInput label={text('mapping.registeredAt')} optional />
      </Form.Item>
      <Form.Item label={text('mapping.version')} extra={text('mapping.versionHelp')}>
        <Switch
          aria-label={text('mapping.version')}
          checked={version !== null && version !== undefined}
          onChange={(on) => form.setFieldValue([...place, 'version'], on ? { key: '{{id}}', value: path('version') } : null)}
        />
        {version && (
          <div className="connector-items">
            <Form.Item name={[...place, 'version', 'key']} label={text('mapping.versionKey')}>
              <Input className="connector-code" />
            </Form.Item>
            <Form.Item name={[...place, 'version', 'value']} label={text('mapping.versionValue')}>
              <ValueInput label={text('mapping.versionValue')} />
            </Form.Item>
          </div>
        )}
      </Form.Item>
    </div>
  )
}

function Conditions({ name }: { name: Place }) {
  const text = useText('connectors')
  const form = Form.useFormInstance()
  return (
    <ListField name={name} add={text('mapping.addCondition')} blank={{ path: 'type', kind: 'in', values: [] }}>
      {(row) => (
        <div className="connector-condition">
          <Form.Item name={[...row, 'path']}>
            <Input aria-label={text('value.kinds.path')} className="connector-code" placeholder="type" />
          </Form.Item>
          <Form.Item name={[...row, 'kind']}>
            <Select
              aria-label={text('mapping.condition')}
              popupMatchSelectWidth={false}
              options={(['in', 'notIn', 'exists', 'missing'] as const).map((value) => ({ value, label: text(`mapping.conditions.${value}`) }))}
            />
          </Form.Item>
          <Form.Item noStyle shouldUpdate>
            {() =>
              ['in', 'notIn'].includes(String(form.getFieldValue([...row, 'kind']))) && (
                <Form.Item name={[...row, 'values']}>
                  <Select aria-label={text('mapping.conditionValues')} mode="tags" open={false} tokenSeparators={[',']} />
                </Form.Item>
              )
            }
          </Form.Item>
        </div>
      )}
    </ListField>
  )
}

function Pairs({ name, add, label }: { name: Place; add: string; label: string }) {
  return (
    <ListField name={name} add={add} blank={{ key: '', value: path('') }}>
      {(row) => (
        <div className="connector-pair">
          <Form.Item name={[...row, 'key']}>
            <Input aria-label={label} placeholder={label} />
          </Form.Item>
          <Form.Item name={[...row, 'value']}>
            <ValueInput label={label} />
          </Form.Item>
        </div>
      )}
    </ListField>
  )
}
