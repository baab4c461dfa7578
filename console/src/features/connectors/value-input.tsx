import { SettingOutlined } from '@ant-design/icons'
import { Button, Input, Popover, Select, Space } from 'antd'
import type { Ref } from 'react'
import { transformKinds, type MappedValue, type Transform } from '../../../../contracts/connector-mapping.ts'
import { useText } from '../../ui/text.ts'

interface ValueInputProps {
  value?: MappedValue | null
  onChange?: (value: MappedValue | null) => void
  id?: string
  ref?: Ref<HTMLDivElement>
  /** Read out for the field, and shown while it is empty. */
  label: string
  placeholder?: string
  /** An empty field is no value at all. */
  optional?: boolean
  disabled?: boolean
}

const blank: MappedValue = { kind: 'path', text: '', transforms: [] }

/** Where a value comes from and what is done to it: a path, a template or always the same. */
export function ValueInput({ value, onChange, id, ref, label, placeholder, optional = false, disabled }: ValueInputProps) {
  const text = useText('connectors')
  const now = value ?? blank
  const change = (part: Partial<MappedValue>): void => {
    const next = { ...now, ...part }
    onChange?.(optional && next.text === '' && next.transforms.length === 0 ? null : next)
  }
  const steps = now.transforms.length + (now.fallback === undefined ? 0 : 1)
  return (
    <div ref={ref} className="value-input">
      <Space.Compact block>
        <Select
          aria-label={text('value.kind', { label })}
          className="value-input-kind"
          popupMatchSelectWidth={false}
          disabled={disabled}
          value={now.kind}
          onChange={(kind: MappedValue['kind']) => change({ kind })}
          options={(['path', 'template', 'constant'] as const).map((kind) => ({ value: kind, label: text(`value.kinds.${kind}`) }))}
        />
        <Input
          id={id}
          aria-label={label}
          className="connector-code"
          disabled={disabled}
          value={now.text}
          placeholder={placeholder}
          onChange={(event) => change({ text: event.target.value })}
        />
        <Popover trigger="click" placement="bottomRight" title={text('value.more')} content={<ValueSteps value={now} onChange={change} />}>
          <Button aria-label={text('value.moreOf', { label })} disabled={disabled}>
            <SettingOutlined />
            {steps > 0 && <span className="value-input-steps">{steps}</span>}
          </Button>
        </Popover>
      </Space.Compact>
    </div>
  )
}

function ValueSteps({ value, onChange }: { value: MappedValue; onChange: (part: Partial<MappedValue>) => void }) {
  const text = useText('connectors')
  const map = value.transforms.find(({ kind }) => kind === 'map')
  const takeKinds = (kinds: Transform['kind'][]): void => {
    onChange({ transforms: kinds.map((kind) => value.transforms.find((step) => step.kind === kind) ?? (kind === 'map' ? { kind, table: {} } : { kind })) })
  }
  const takeTable = (typed: string): void => {
    const table = Object.fromEntries(
      typed.split('\n').flatMap((line) => (line.includes('=') ? [[line.slice(0, line.indexOf('=')).trim(), line.slice(line.indexOf('=') + 1).trim()]] : [])),
    )
    onChange({ transforms: value.transforms.map((step) => (step.kind === 'map' ? { ...step, table } : step)) })
  }
  return (
    <div className="value-steps">
      <label>
        <span>{text('value.transforms')}</span>
        <Select
          mode="multiple"
          value={value.transforms.map(({ kind }) => kind)}
          onChange={takeKinds}
          options={transformKinds.map((kind) => ({ value: kind, label: text(`value.transform.${kind}`) }))}
        />
      </label>
      {map && (
        <label>
          <span>{text('value.table')}</span>
          <Input.TextArea
            className="connector-code"
            autoSize={{ minRows: 3, maxRows: 10 }}
            defaultValue={Object.entries(map.table ?? {})
              .map(([from, to]) => `${from}=${to}`)
              .join('\n')}
            onBlur={(event) => takeTable(event.target.value)}
          />
        </label>
      )}
      <label>
        <span>{text('value.fallback')}</span>
        <Input value={value.fallback ?? ''} onChange={(event) => onChange({ fallback: event.target.value === '' ? undefined : event.target.value })} />
      </label>
    </div>
  )
}
