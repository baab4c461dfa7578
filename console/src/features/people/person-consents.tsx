import { Button, Form, Input, Modal } from 'antd'
import { useState } from 'react'
import { peopleRoutes, type Person } from '../../../../contracts/people.ts'
import { useAct } from '../../ui/api.ts'
import { FormError } from '../../ui/form-error.tsx'
import { Panel } from '../../ui/panel.tsx'
import { PermissionGate } from '../../ui/permission-gate.tsx'
import { useText } from '../../ui/text.ts'
import { DateTime, StateTag } from '../../ui/values.tsx'

type ConsentState = Person['consents'][number]['state']

/** The ledger of consent, and what stops messages to this person. */
export function PersonConsents({ person }: { person: Person }) {
  const text = useText('people')
  const [recording, setRecording] = useState<ConsentState>()
  return (
    <Panel title={text('person.consents')}>
      {person.suppressions.map((suppression) => (
        <div key={suppression.reason} className="consent-row">
          <StateTag tone="bad" text={text('person.suppressed')} />
          <span>
            {text('person.suppressedSince')} <DateTime at={suppression.at} dateOnly />
          </span>
        </div>
      ))}
      {person.consents.length === 0 && <p className="faint">{text('person.noConsents')}</p>}
      {person.consents.map((consent) => (
        <div key={consent.at + consent.state} className="consent-row">
          <span>
            {text('person.marketing')} <StateTag tone={consent.state === 'granted' ? 'good' : 'warn'} text={text(`person.${consent.state}`)} />
          </span>
          <DateTime at={consent.at} dateOnly />
          <small>{consent.proof}</small>
        </div>
      ))}
      <PermissionGate permission="people.write">
        <div className="consent-actions">
          <Button size="small" onClick={() => setRecording('granted')}>
            {text('person.grant')}
          </Button>
          <Button size="small" danger onClick={() => setRecording('withdrawn')}>
            {text('person.withdraw')}
          </Button>
        </div>
      </PermissionGate>
      {recording && <RecordConsent personId={person.personId} state={recording} onClose={() => setRecording(undefined)} />}
    </Panel>
  )
}

function RecordConsent({ personId, state, onClose }: { personId: number; state: ConsentState; onClose: () => void }) {
  const text = useText('people')
  const common = useText('common')
  const [form] = Form.useForm<{ proof: string }>()
  const save = useAct(peopleRoutes.setConsent, { showsErrorItself: true, done: text('person.saved'), onDone: onClose })
  const title = text(state === 'granted' ? 'person.grant' : 'person.withdraw')
  return (
    <Modal
      open
      title={title}
      okText={title}
      cancelText={common('cancel')}
      okButtonProps={{ danger: state === 'withdrawn' }}
      onCancel={onClose}
      onOk={form.submit}
      confirmLoading={save.isPending}
    >
      <FormError error={save.error} form={form} />
      <Form form={form} layout="vertical" onFinish={({ proof }) => save.mutate({ params: { personId }, body: { channel: 'sms', state, proof } })}>
        <Form.Item name="proof" label={text('person.proof')} extra={text('person.proofHelp')} rules={[{ required: true, whitespace: true, max: 500 }]}>
          <Input.TextArea rows={3} autoFocus />
        </Form.Item>
      </Form>
    </Modal>
  )
}
