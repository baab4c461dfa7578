import { Form, Input, Modal, Radio } from 'antd'
import { CallableKind, collectRoutes } from '../../../../../contracts/collect.ts'
import type { BodyOf } from '../../../../../contracts/client.ts'
import { useAct } from '../../../ui/api.ts'
import { FormError } from '../../../ui/form-error.tsx'
import { useText } from '../../../ui/text.ts'
import type { ShownKey } from './write-key-shown.tsx'

/** Names a new source; its write key shows afterwards, once. */
export function CreateSource({ onClose, onCreated }: { onClose: () => void; onCreated: (made: ShownKey & { id: string }) => void }) {
  const text = useText('data')
  const common = useText('common')
  const [form] = Form.useForm<BodyOf<typeof collectRoutes.createSource>>()
  const create = useAct(collectRoutes.createSource, { showsErrorItself: true, onDone: onCreated })
  return (
    <Modal open title={text('sources.create')} okText={common('create')} onCancel={onClose} onOk={form.submit} confirmLoading={create.isPending}>
      <FormError error={create.error} form={form} />
      <Form form={form} layout="vertical" initialValues={{ kind: 'http' }} onFinish={(values) => create.mutate({ body: values })}>
        <Form.Item name="name" label={text('sources.name')} extra={text('sources.nameHelp')} rules={[{ required: true, whitespace: true, max: 80 }]}>
          <Input autoFocus />
        </Form.Item>
        <Form.Item name="kind" label={text('sources.kind')}>
          <Radio.Group
            vertical
            options={CallableKind.options.map((kind) => ({
              value: kind,
              label: (
                <>
                  {text(`sources.kinds.${kind}`)} <span className="faint">{text(`sources.kindHelp.${kind}`)}</span>
                </>
              ),
            }))}
          />
        </Form.Item>
      </Form>
    </Modal>
  )
}
