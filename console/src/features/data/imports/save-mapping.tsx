import { Button, Form, Input, Modal } from 'antd'
import { useState } from 'react'
import { importRoutes, type Import } from '../../../../../contracts/imports.ts'
import { useAct } from '../../../ui/api.ts'
import { FormError } from '../../../ui/form-error.tsx'
import { useText } from '../../../ui/text.ts'

/** Keeps a mapping under a name: the next file with the same columns is mapped by itself. */
export function SaveMapping({ one }: { one: Import }) {
  const text = useText('data')
  const common = useText('common')
  const [isOpen, setOpen] = useState(false)
  const [form] = Form.useForm<{ name: string }>()
  const save = useAct(importRoutes.saveImportMapping, { showsErrorItself: true, done: text('imports.mappingSaved'), onDone: () => setOpen(false) })
  if (one.target === null || one.mapping === null) return null
  const { target, mapping, options } = one
  return (
    <>
      <Button onClick={() => setOpen(true)}>{text('imports.saveMapping')}</Button>
      {isOpen && (
        <Modal
          open
          title={text('imports.saveMapping')}
          okText={common('save')}
          cancelText={common('cancel')}
          onCancel={() => setOpen(false)}
          onOk={form.submit}
          confirmLoading={save.isPending}
        >
          <FormError error={save.error} form={form} />
          <Form
            form={form}
            layout="vertical"
            initialValues={{ name: one.savedMapping?.name ?? one.fileName.replace(/\.\w+$/, '') }}
            onFinish={({ name }) => save.mutate({ body: { importId: one.id, name, target, mapping, options } })}
          >
            <Form.Item
              name="name"
              label={text('imports.mappingName')}
              extra={text('imports.mappingNameHelp')}
              rules={[{ required: true, whitespace: true, max: 80 }]}
            >
              <Input autoFocus maxLength={80} />
            </Form.Item>
          </Form>
        </Modal>
      )}
    </>
  )
}
