import { useQueryClient } from '@tanstack/react-query'
import { Form, Input, Modal } from 'antd'
import { useNavigate } from 'react-router'
import { workspaceRoutes } from '../../../../contracts/workspaces.ts'
import { useAct } from '../../ui/api.ts'
import { FormError } from '../../ui/form-error.tsx'
import { useText } from '../../ui/text.ts'
import { sessionQuery } from '../session-query.ts'

/** A further workspace: its data stand apart from all others. */
export function NewWorkspace({ onClose }: { onClose: () => void }) {
  const text = useText('common')
  const navigate = useNavigate()
  const cache = useQueryClient()
  const [form] = Form.useForm<{ name: string }>()
  const create = useAct(workspaceRoutes.createWorkspace, {
    showsErrorItself: true,
    onDone: async (made) => {
      await cache.fetchQuery({ ...sessionQuery, staleTime: 0 })
      onClose()
      await navigate(`/w/${made.workspaceId}`)
    },
  })
  return (
    <Modal open title={text('workspace.new')} okText={text('create')} onCancel={onClose} onOk={form.submit} confirmLoading={create.isPending}>
      <p className="faint">{text('workspace.apart')}</p>
      <FormError error={create.error} form={form} />
      <Form form={form} layout="vertical" onFinish={(values) => create.mutate({ body: values })}>
        <Form.Item name="name" label={text('workspace.name')} rules={[{ required: true, max: 80 }]}>
          <Input autoFocus />
        </Form.Item>
      </Form>
    </Modal>
  )
}
