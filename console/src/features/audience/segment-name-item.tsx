import { Form, Input } from 'antd'
import { useText } from '../../ui/text.ts'

/** The name of a segment in a short form, where the hand begins. */
export function SegmentNameItem() {
  const text = useText('audience')
  return (
    <Form.Item name="name" label={text('editor.name')} rules={[{ required: true, whitespace: true, max: 80, message: text('editor.nameless') }]}>
      <Input autoFocus maxLength={80} />
    </Form.Item>
  )
}
