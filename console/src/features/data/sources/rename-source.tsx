import { Form, Input, Modal } from 'antd'
import { collectRoutes, type Source } from '../../../../../contracts/collect.ts'
import { useAct } from '../../../ui/api.ts'
import { FormError } from '../../../ui/form-error.tsx'
import { useText } from '../../../ui/text.ts'

export function RenameSource({ source, onClose }: { source: Source; onClose: () => void }) {
  const text = useText('data')
  const common = useText('common')
  const [form] = Form.useForm<{ name: string }>()
  const update = useAct(collectRoutes.updateSource, { showsErrorItself: true, done: common('saved'), onDone: onClose })
  return (
    <Modal open title={text('sources.rename')} okText={common('save')} onCancel={onClose} onOk={form.submit} confirmLoading={update.isPending}>
      <FormError error={update.error} form={form} />
      <Form
        form={form}
        layout="vertical"
        initialValues={{ name: source.name }}
        onFinish={(values) => update.mutate({ params: { id: source.id }, body: values })}
      >
        <Form.Item name="name" label={text('sources.name')} rules={[{ required: true, whitespace: true, max: 80 }]}>
          <Input autoFocus />
        </Form.Item>
      </Form>
    </Modal>
  )
}
