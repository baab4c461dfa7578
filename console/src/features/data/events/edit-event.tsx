import { App, Form, Modal, Radio } from 'antd'
import type { BodyOf } from '../../../../../contracts/client.ts'
import { collectRoutes } from '../../../../../contracts/collect.ts'
import { ViolationRule, type EventDetail } from '../../../../../contracts/event-schemas.ts'
import { useAct } from '../../../ui/api.ts'
import { FormError } from '../../../ui/form-error.tsx'
import { useText } from '../../../ui/text.ts'
import { SaidFields, StateField } from './said-fields.tsx'
import { useConfirmUsed } from './use-confirm-used.tsx'

type Change = Omit<BodyOf<typeof collectRoutes.updateEventSchema>, 'event'>

/** Name, description and state of an event, and what happens when it is not as expected. Blocking asks first. */
export function EditEvent({ event, onClose }: { event: EventDetail; onClose: () => void }) {
  const text = useText('data')
  const common = useText('common')
  const { modal } = App.useApp()
  const [form] = Form.useForm<Change>()
  const update = useAct(collectRoutes.updateEventSchema, { showsErrorItself: true, done: common('saved'), onDone: onClose })
  const block = useConfirmUsed()
  const save = (change: Change): void => {
    const body = { event: event.event, ...change }
    if (change.state !== 'blocked' || event.state === 'blocked') return update.mutate({ body })
    modal.confirm({
      title: text('events.blockTitle', { name: event.event }),
      content: text('events.blockConsequence'),
      okText: text('events.block'),
      cancelText: common('cancel'),
      okButtonProps: { danger: true },
      autoFocusButton: 'cancel',
      onOk: () => block((confirmUsed) => update.mutateAsync({ body: { ...body, confirmUsed } }), event.event),
    })
    return undefined
  }
  return (
    <Modal open title={event.event} okText={common('save')} onCancel={onClose} onOk={form.submit} confirmLoading={update.isPending}>
      <FormError error={update.error} form={form} />
      <Form
        form={form}
        layout="vertical"
        initialValues={{ label: event.label, description: event.description, state: event.state, onViolation: event.onViolation }}
        onFinish={save}
      >
        <SaidFields autoFocus />
        <StateField wordsOf={(state) => ({ name: text(`events.states.${state}`), help: text(`events.stateHelp.${state}`) })} />
        <Form.Item name="onViolation" label={text('events.onViolation')} required>
          <Radio.Group options={ViolationRule.options.map((value) => ({ value, label: text(`events.onViolations.${value}`) }))} />
        </Form.Item>
      </Form>
    </Modal>
  )
}
