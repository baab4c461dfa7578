import { Form, Input, Modal, Select } from 'antd'
import { accessRoutes } from '../../../../../contracts/access.ts'
import { roleLabels, roleNames, type Role } from '../../../../../contracts/permissions.ts'
import { useAct } from '../../../ui/api.ts'
import { FormError } from '../../../ui/form-error.tsx'
import { useLocaleText, useText } from '../../../ui/text.ts'

interface MemberForm {
  email: string
  name: string
  role: Role
  initialPassword?: string
}

/** A colleague by e-mail; someone new gets a first password to pass on. */
export function AddMember({ onClose }: { onClose: () => void }) {
  const text = useText('settings')
  const pick = useLocaleText()
  const [form] = Form.useForm<MemberForm>()
  const add = useAct(accessRoutes.addMember, { showsErrorItself: true, done: text('members.added'), onDone: onClose })
  return (
    <Modal open title={text('members.add')} okText={text('members.add')} onCancel={onClose} onOk={form.submit} confirmLoading={add.isPending}>
      <FormError error={add.error} form={form} />
      <Form
        form={form}
        layout="vertical"
        initialValues={{ role: 'operator' }}
        onFinish={(values) => add.mutate({ body: { ...values, initialPassword: values.initialPassword || undefined } })}
      >
        <Form.Item name="email" label={text('members.email')} rules={[{ required: true, type: 'email' }]}>
          <Input autoFocus autoComplete="off" inputMode="email" />
        </Form.Item>
        <Form.Item name="name" label={text('members.name')} rules={[{ required: true, whitespace: true, max: 80 }]}>
          <Input autoComplete="off" />
        </Form.Item>
        <Form.Item name="role" label={text('members.role')} rules={[{ required: true }]}>
          <Select options={roleNames.map((role) => ({ value: role, label: `${pick(roleLabels[role])} · ${text(`members.roles.${role}`)}` }))} />
        </Form.Item>
        <Form.Item name="initialPassword" label={text('members.initialPassword')} extra={text('members.initialPasswordHelp')} rules={[{ min: 10, max: 200 }]}>
          <Input.Password autoComplete="new-password" />
        </Form.Item>
      </Form>
    </Modal>
  )
}
