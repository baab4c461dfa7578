import { Form, Input, Modal } from 'antd'
import { collectRoutes } from '../../../../../contracts/collect.ts'
import { useAct } from '../../../ui/api.ts'
import { FormError } from '../../../ui/form-error.tsx'
import { useText } from '../../../ui/text.ts'

/** Names a new source; its write key shows afterwards, once. */
export function CreateSource({ onClose, onCreated }: { onClose: () => void; onCreated: (made: { name: string; writeKey: string }) => void }) {
  const text = useText('data')
  const common = useText('common')
  const [form] = Form.useForm<{ name: string }>()
  const create = useAct(collectRoutes.createSource, { showsErrorItself: true, onDone: onCreated })
  return (
    <Modal open title={text('sources.create')} okText={common('create')} onCancel={onClose} onOk={form.submit} confirmLoading={create.isPending}>
      <FormError error={create.error} form={form} />
      <Form form={form} layout="vertical" onFinish={(values) => create.mutate({ body: values })}>
        <Form.Item name="name" label={text('sources.name')} extra={text('sources.nameHelp')} rules={[{ required: true, whitespace: true, max: 80 }]}>
          <Input autoFocus />
        </Form.Item>
      </Form>
    </Modal>
  )
}
