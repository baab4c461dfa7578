import { Form, Input, Radio, Select } from 'antd'
import { useRef } from 'react'
import type { TextAreaRef } from 'antd/es/input/TextArea'
import { peopleRoutes } from '../../../../contracts/people.ts'
import { useRead } from '../../ui/api.ts'
import { useLocaleText, useText } from '../../ui/text.ts'

export interface TemplateValues {
  name: string
  category: 'marketing' | 'notice'
  signature: string
  body: string
  optOutText: string
}

export function TemplateFields() {
  const text = useText('content')
  const required = [{ required: true, whitespace: true }]
  const isMarketing = Form.useWatch<TemplateValues['category']>('category') === 'marketing'
  return (
    <>
      <Form.Item name="name" label={text('templates.name')} rules={required}>
        <Input maxLength={80} />
      </Form.Item>
      <Form.Item name="category" label={text('templates.category')}>
        <Radio.Group options={(['marketing', 'notice'] as const).map((value) => ({ value, label: text(`templates.categories.${value}`) }))} />
      </Form.Item>
      <Form.Item name="signature" label={text('templates.signature')} extra={text('editor.signatureHelp')} rules={required}>
        <Input maxLength={16} prefix="【" suffix="】" style={{ maxWidth: 260 }} />
      </Form.Item>
      <BodyField />
      {isMarketing && (
        <Form.Item name="optOutText" label={text('templates.optOutText')} extra={text('editor.optOutHelp')} rules={required}>
          <Input maxLength={30} style={{ maxWidth: 260 }} />
        </Form.Item>
      )}
    </>
  )
}

/** The body, with attributes put in where the cursor stands. */
function BodyField() {
  const text = useText('content')
  const pick = useLocaleText()
  const form = Form.useFormInstance<TemplateValues>()
  const area = useRef<TextAreaRef>(null)
  const attributes = useRead(peopleRoutes.listAttributes)
  const insert = (key: string) => {
    const field = area.current?.resizableTextArea?.textArea
    const body = form.getFieldValue('body') ?? ''
    const at = field?.selectionStart ?? body.length
    form.setFieldValue('body', `${body.slice(0, at)}{{ ${key} | default: "${text('editor.fallback')}" }}${body.slice(field?.selectionEnd ?? at)}`)
    field?.focus()
  }
  return (
    <>
      <Form.Item name="body" label={text('templates.body')} extra={text('editor.bodyHelp')} rules={[{ required: true, whitespace: true }]}>
        <Input.TextArea ref={area} autoSize={{ minRows: 4, maxRows: 12 }} maxLength={1000} />
      </Form.Item>
      <Select
        className="insert-attribute"
        size="small"
        value={null}
        placeholder={text('editor.insert')}
        aria-label={text('editor.insert')}
        showSearch
        optionFilterProp="label"
        onChange={(key: string | null) => key !== null && insert(key)}
        options={attributes.data?.items.map(({ key, label }) => ({ value: key, label: pick(label) }))}
      />
    </>
  )
}
