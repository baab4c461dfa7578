import { Form, Input, Modal } from 'antd'
import { audienceRoutes } from '../../../../../contracts/audience.ts'
import { useAct } from '../../../ui/api.ts'
import { FormError } from '../../../ui/form-error.tsx'
import { useGo } from '../../../ui/link.tsx'
import { useText } from '../../../ui/text.ts'
import type { SegmentValues } from './use-save-segment.ts'

/** The rule as it stands under another name; the segment itself stays as it was saved. */
export function SaveAsNew({ values, onClose, onLeave }: { values: SegmentValues; onClose: () => void; onLeave: () => void }) {
  const text = useText('audience')
  const common = useText('common')
  const go = useGo()
  const [form] = Form.useForm<{ name: string }>()
  const create = useAct(audienceRoutes.createSegment, {
    showsErrorItself: true,
    done: text('editor.done'),
    onDone: (made) => {
      onLeave()
      onClose()
      go(`/segments/${made.id}`)
    },
  })
  return (
    <Modal
      open
      title={text('editor.saveAs')}
      okText={common('save')}
      cancelText={common('cancel')}
      confirmLoading={create.isPending}
      onCancel={onClose}
      onOk={() => form.submit()}
    >
      <FormError error={create.error} form={form} />
      <Form
        form={form}
        layout="vertical"
        initialValues={{ name: text('editor.copyOf', { name: values.name }) }}
        onFinish={({ name }) => create.mutate({ body: { ...values, name } })}
      >
        <Form.Item name="name" label={text('editor.name')} rules={[{ required: true, whitespace: true, max: 80, message: text('editor.nameless') }]}>
          <Input autoFocus maxLength={80} />
        </Form.Item>
      </Form>
    </Modal>
  )
}
