import { Button, Form } from 'antd'
import { useParams } from 'react-router'
import { contentRoutes, type Template } from '../../../../contracts/content.ts'
import { useAct, useRead } from '../../ui/api.ts'
import { ConfirmAction } from '../../ui/confirm-action.tsx'
import { FormError } from '../../ui/form-error.tsx'
import { useGo } from '../../ui/link.tsx'
import { Loaded } from '../../ui/loading.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { Panel } from '../../ui/panel.tsx'
import { PermissionGate } from '../../ui/permission-gate.tsx'
import { useMay } from '../../ui/session-context.ts'
import { useText } from '../../ui/text.ts'
import { TemplateFields, type TemplateValues } from './template-fields.tsx'
import { TemplatePreview } from './template-preview.tsx'
import './content.css'

export function NewTemplatePage() {
  return <TemplateEditor />
}

export function TemplatePage() {
  const { id = '' } = useParams()
  const template = useRead(contentRoutes.readTemplate, { params: { id } })
  return <Loaded query={template}>{(data) => <TemplateEditor key={data.id} template={data} />}</Loaded>
}

const blank: TemplateValues = { name: '', category: 'marketing', signature: '', body: '', optOutText: '拒收请回复R' }

/** Words on the left, on the right what a person gets. */
function TemplateEditor({ template }: { template?: Template }) {
  const text = useText('content')
  const go = useGo()
  const mayWrite = useMay()('content.write')
  const [form] = Form.useForm<TemplateValues>()
  const values = Form.useWatch([], form) ?? template ?? blank
  const create = useAct(contentRoutes.createTemplate, {
    showsErrorItself: true,
    done: text('editor.saved'),
    onDone: (made) => go(`/templates/${made.id}`, { replace: true }),
  })
  const update = useAct(contentRoutes.updateTemplate, { showsErrorItself: true, done: text('editor.saved') })
  const submit = (body: TemplateValues) => (template ? update.mutate({ params: { id: template.id }, body }) : create.mutate({ body }))
  return (
    <>
      <PageHeader
        title={template?.name ?? text('editor.new')}
        parent={{ label: text('templates.title'), to: '/templates' }}
        lead={text('editor.lead')}
        actions={
          <PermissionGate permission="content.write">
            {template && <DeleteTemplate template={template} />}
            <Button type="primary" loading={create.isPending || update.isPending} onClick={form.submit}>
              {text('editor.save')}
            </Button>
          </PermissionGate>
        }
      />
      <FormError error={create.error ?? update.error} form={form} />
      <div className="template-editor">
        <Panel>
          <Form<TemplateValues> form={form} layout="vertical" initialValues={template ?? blank} onFinish={submit} disabled={!mayWrite}>
            <TemplateFields />
          </Form>
        </Panel>
        <TemplatePreview values={values} />
      </div>
    </>
  )
}

function DeleteTemplate({ template }: { template: Template }) {
  const text = useText('content')
  const go = useGo()
  const remove = useAct(contentRoutes.deleteTemplate, { done: text('editor.deleted'), onDone: () => go('/templates', { replace: true }) })
  return (
    <ConfirmAction
      danger
      type="text"
      title={text('editor.deleteTitle', { name: template.name })}
      consequence={text('editor.deleteConsequence')}
      verb={text('editor.delete')}
      onConfirm={() => remove.mutateAsync({ params: { id: template.id } })}
    >
      {text('editor.delete')}
    </ConfirmAction>
  )
}
