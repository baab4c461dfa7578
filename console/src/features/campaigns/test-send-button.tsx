import { Button, Form, Input, List, Modal } from 'antd'
import { useState } from 'react'
import { campaignRoutes } from '../../../../contracts/campaigns.ts'
import { useAct } from '../../ui/api.ts'
import { FormError } from '../../ui/form-error.tsx'
import { useMay } from '../../ui/session-context.ts'
import { useText } from '../../ui/text.ts'
import { StateTag } from '../../ui/values.tsx'

/** Sends the message to a few phones, for the eye. */
export function TestSendButton({ campaignId, disabled }: { campaignId: string; disabled: boolean }) {
  const text = useText('campaigns')
  const [open, setOpen] = useState(false)
  if (!useMay()('campaigns.launch')) return null
  return (
    <>
      <Button disabled={disabled} onClick={() => setOpen(true)}>
        {text('test.button')}
      </Button>
      {open && <TestSendForm campaignId={campaignId} onClose={() => setOpen(false)} />}
    </>
  )
}

function TestSendForm({ campaignId, onClose }: { campaignId: string; onClose: () => void }) {
  const text = useText('campaigns')
  const common = useText('common')
  const [form] = Form.useForm<{ phones: string }>()
  const send = useAct(campaignRoutes.testSend, { showsErrorItself: true })
  const submit = ({ phones }: { phones: string }) => {
    const list = phones.split(/[\s,,;;]+/).filter((phone) => phone !== '')
    send.mutate({ params: { id: campaignId }, body: { phones: list } })
  }
  return (
    <Modal
      open
      title={text('test.title')}
      okText={text('test.send')}
      cancelText={common('cancel')}
      onCancel={onClose}
      onOk={form.submit}
      confirmLoading={send.isPending}
    >
      <FormError error={send.error} form={form} />
      <Form form={form} layout="vertical" onFinish={submit}>
        <Form.Item name="phones" label={text('test.phones')} extra={text('test.help')} rules={[{ required: true, whitespace: true }]}>
          <Input.TextArea rows={4} autoFocus inputMode="tel" />
        </Form.Item>
      </Form>
      {send.data && (
        <List
          size="small"
          dataSource={send.data.results}
          renderItem={({ phone, accepted, error }) => (
            <List.Item>
              <span className="number">{phone}</span>
              <StateTag tone={accepted ? 'good' : 'bad'} text={accepted ? text('test.accepted') : (error ?? text('test.refused'))} />
            </List.Item>
          )}
        />
      )}
    </Modal>
  )
}
