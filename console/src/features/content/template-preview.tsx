import { Alert, Form, InputNumber } from 'antd'
import { useEffect, useState } from 'react'
import { contentRoutes, type RenderedSms } from '../../../../contracts/content.ts'
import { useAct } from '../../ui/api.ts'
import { FormError } from '../../ui/form-error.tsx'
import { Panel } from '../../ui/panel.tsx'
import { useLocaleText, useText } from '../../ui/text.ts'
import type { TemplateValues } from './template-fields.tsx'

const restMs = 300

/** The text as a person gets it, a moment after the last key. */
export function TemplatePreview({ values }: { values: TemplateValues }) {
  const text = useText('content')
  const [form] = Form.useForm()
  const [personId, setPersonId] = useState<number | null>(null)
  const preview = useAct(contentRoutes.previewTemplate, { showsErrorItself: true, readOnly: true })
  const { mutate } = preview
  const { category, signature, body, optOutText } = values
  useEffect(() => {
    if (!signature?.trim() || !body?.trim()) return undefined
    const timer = setTimeout(() => mutate({ body: { category, signature, body, optOutText, ...(personId === null ? {} : { personId }) } }), restMs)
    return () => clearTimeout(timer)
  }, [category, signature, body, optOutText, personId, mutate])
  return (
    <Panel title={text('editor.preview')} className="template-preview">
      <label className="preview-as">
        <span className="faint">{text('editor.previewAs')}</span>
        <InputNumber min={1} precision={0} value={personId} onChange={setPersonId} placeholder={text('editor.previewAsHelp')} style={{ width: 150 }} />
      </label>
      {preview.error ? (
        <FormError error={preview.error} form={form} />
      ) : preview.data ? (
        <Rendered sms={preview.data} />
      ) : (
        <p className="faint">{text('editor.unitsHelp')}</p>
      )}
    </Panel>
  )
}

function Rendered({ sms }: { sms: RenderedSms }) {
  const text = useText('content')
  const pick = useLocaleText()
  return (
    <div aria-live="polite">
      <div className="sms-bubble">{sms.text}</div>
      <p className="preview-units">
        <b>{text('editor.units', { units: sms.units, parts: sms.parts })}</b>
        <span className="faint">{text('editor.unitsHelp')}</span>
      </p>
      {sms.missing.length > 0 && <Alert type="warning" showIcon title={text('editor.missing', { names: sms.missing.join('、') })} />}
      {sms.problems.map((problem) => (
        <Alert key={problem.at + problem.en} type="error" showIcon title={pick(problem)} className="preview-problem" />
      ))}
    </div>
  )
}
