import { Form, Input, Modal } from 'antd'
import { segmentRoutes, type PeopleSet } from '../../../contracts/segments.ts'
import { useAct } from './api.ts'
import { FormError } from './form-error.tsx'
import { useGo } from './link.tsx'
import { useText } from './text.ts'

/** Any people as a static segment, which then opens. */
export function KeepAsSegment({ of, name, onClose }: { of: PeopleSet; name: string; onClose: () => void }) {
  const text = useText('segments')
  const common = useText('common')
  const go = useGo()
  const [form] = Form.useForm<{ name: string }>()
  const create = useAct(segmentRoutes.createStaticSegment, {
    showsErrorItself: true,
    done: text('keep.done'),
    onDone: (made) => {
      onClose()
      go(`/segments/${made.id}/people`)
    },
  })
  return (
    <Modal
      open
      title={text('keep.title')}
      okText={common('save')}
      cancelText={common('cancel')}
      confirmLoading={create.isPending}
      onCancel={onClose}
      onOk={() => form.submit()}
    >
      <p className="faint">{text('keep.lead')}</p>
      <FormError error={create.error} form={form} />
      <Form
        form={form}
        layout="vertical"
        initialValues={{ name: name.slice(0, 80) }}
        onFinish={(values) => create.mutate({ body: { name: values.name, description: '', of } })}
      >
        <Form.Item name="name" label={text('keep.name')} rules={[{ required: true, whitespace: true, max: 80, message: text('keep.nameless') }]}>
          <Input autoFocus maxLength={80} />
        </Form.Item>
      </Form>
    </Modal>
  )
}
