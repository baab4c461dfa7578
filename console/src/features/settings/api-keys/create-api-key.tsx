import { Checkbox, Form, Input, Modal } from 'antd'
import { accessRoutes } from '../../../../../contracts/access.ts'
import { permissionNames, type Permission } from '../../../../../contracts/permissions.ts'
import { useAct } from '../../../ui/api.ts'
import { FormError } from '../../../ui/form-error.tsx'
import { useMay } from '../../../ui/session-context.ts'
import { useText } from '../../../ui/text.ts'
import { permissionKey } from '../members/role-matrix.tsx'

/** A key for a program, with just the rights it needs; never more than one's own. */
export function CreateApiKey({ onClose, onCreated }: { onClose: () => void; onCreated: (made: { name: string; secret: string }) => void }) {
  const text = useText('settings')
  const common = useText('common')
  const may = useMay()
  const [form] = Form.useForm<{ name: string; permissions: Permission[] }>()
  const create = useAct(accessRoutes.createApiKey, { showsErrorItself: true, onDone: onCreated })
  return (
    <Modal open width={620} title={text('apiKeys.create')} okText={common('create')} onCancel={onClose} onOk={form.submit} confirmLoading={create.isPending}>
      <FormError error={create.error} form={form} />
      <Form form={form} layout="vertical" onFinish={(values) => create.mutate({ body: values })}>
        <Form.Item name="name" label={text('apiKeys.name')} extra={text('apiKeys.nameHelp')} rules={[{ required: true, whitespace: true, max: 80 }]}>
          <Input autoFocus autoComplete="off" />
        </Form.Item>
        <Form.Item name="permissions" label={text('apiKeys.permissions')} rules={[{ required: true, type: 'array', min: 1 }]}>
          <Checkbox.Group
            className="permission-choices"
            options={permissionNames.filter(may).map((permission) => ({ value: permission, label: text(`permissions.${permissionKey(permission)}`) }))}
          />
        </Form.Item>
      </Form>
    </Modal>
  )
}
