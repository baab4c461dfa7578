import { Form, Modal } from 'antd'
import type { ReactNode } from 'react'
import { FormError } from './form-error.tsx'
import { useText } from './text.ts'

interface FormModalProps<Values extends object> {
  title: string
  /** The verb on the button that does it. */
  verb: string
  lead?: ReactNode
  initial: { [Field in keyof Values]?: Values[Field] | undefined }
  /** What the server answered to the last try. */
  error: Error | null
  isPending: boolean
  onSubmit: (values: Values) => void
  onClose: () => void
  /** `Form.Item`s. */
  children: ReactNode
}

/** A short form in a window of its own; what the server refuses is said at the field, and the window stays. */
export function FormModal<Values extends object>({ title, verb, lead, initial, error, isPending, onSubmit, onClose, children }: FormModalProps<Values>) {
  const common = useText('common')
  const [form] = Form.useForm<Values>()
  return (
    <Modal open title={title} okText={verb} cancelText={common('cancel')} confirmLoading={isPending} onCancel={onClose} onOk={() => form.submit()}>
      {lead !== undefined && <p className="faint">{lead}</p>}
      <FormError error={error} form={form} />
      <Form form={form} layout="vertical" initialValues={initial} onFinish={onSubmit}>
        {children}
      </Form>
    </Modal>
  )
}
