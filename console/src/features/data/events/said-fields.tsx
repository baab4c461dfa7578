import { Form, Input, Radio } from 'antd'
import type { ReactNode } from 'react'
import { SchemaState } from '../../../../../contracts/event-schemas.ts'
import { useText } from '../../../ui/text.ts'

/** What is said of an event or a property: its name in both languages and a description. */
export function SaidFields({ autoFocus = false }: { autoFocus?: boolean }) {
  const text = useText('data')
  return (
    <>
      <Form.Item name={['label', 'zh']} label={text('events.labelZh')} rules={[{ max: 60 }]}>
        <Input autoFocus={autoFocus} />
      </Form.Item>
      <Form.Item name={['label', 'en']} label={text('events.labelEn')} rules={[{ max: 60 }]}>
        <Input />
      </Form.Item>
      <Form.Item name="description" label={text('events.description')} rules={[{ max: 500 }]}>
        <Input.TextArea rows={2} />
      </Form.Item>
    </>
  )
}

/** Visible, hidden or blocked, each with what it means. */
export function StateField({ wordsOf }: { wordsOf: (state: SchemaState) => { name: ReactNode; help: ReactNode } }) {
  const text = useText('data')
  const options = SchemaState.options.map((value) => {
    const { name, help } = wordsOf(value)
    return {
      value,
      label: (
        <>
          {name} <span className="faint">{help}</span>
        </>
      ),
    }
  })
  return (
    <Form.Item name="state" label={text('events.state')} required>
      <Radio.Group vertical options={options} />
    </Form.Item>
  )
}
