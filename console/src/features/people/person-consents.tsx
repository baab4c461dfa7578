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

const shownAtFirst = 4

/** What holds now, the ledger behind it, and what stops messages to this person. */
export function PersonConsents({ person }: { person: Person }) {
  const text = useText('people')
  const [recording, setRecording] = useState<ConsentState>()
  const [showsAll, setShowsAll] = useState(false)
  const [newest] = person.consents
  const shown = showsAll ? person.consents : person.consents.slice(0, shownAtFirst)
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
      {newest ? (
        <div className="consent-row consent-now">
          <span>{text('person.marketing')}</span>
          <StateTag tone={newest.state === 'granted' ? 'good' : 'warn'} text={text(`person.${newest.state}`)} />
        </div>
      ) : (
        <p className="faint">{text('person.noConsents')}</p>
      )}
      {shown.length > 0 && (
        <ol className="ledger" aria-label={text('consents.ledger')}>
          {shown.map((consent) => (
            <li key={consent.at + consent.state + consent.proof}>
              <span>
                <DateTime at={consent.at} /> <StateTag tone={consent.state === 'granted' ? 'good' : 'warn'} text={text(`person.${consent.state}`)} />
              </span>
              <small className="faint">
                {consent.proof}
                {consent.source !== '' && ` · ${sourceWords(consent.source, text)}`}
              </small>
            </li>
          ))}
        </ol>
      )}
      {person.consents.length > shownAtFirst && (
        <Button type="link" size="small" onClick={() => setShowsAll(!showsAll)}>
          {showsAll ? text('identities.fewer') : text('consents.all', { count: person.consents.length })}
        </Button>
      )}
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

const knownSources = ['console', 'import', 'reply', 'api'] as const

/** Who said so: the ways the product knows in words, others by their names. */
function sourceWords(source: string, text: ReturnType<typeof useText<'people'>>): string {
  const known = knownSources.find((one) => one === source)
  return known ? text(`consents.sources.${known}`) : source
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
