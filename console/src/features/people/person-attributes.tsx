import { Button, Form, Input, InputNumber, Modal, Select } from 'antd'
import { useState } from 'react'
import { peopleRoutes, type Person } from '../../../../contracts/people.ts'
import { useAct, useRead } from '../../ui/api.ts'
import { FormError } from '../../ui/form-error.tsx'
import { Facts, Panel } from '../../ui/panel.tsx'
import { PermissionGate } from '../../ui/permission-gate.tsx'
import { useLocaleText, useText } from '../../ui/text.ts'

type Attribute = Person['attributes'][number]

/** What is known about the person, and a form to correct it. */
export function PersonAttributes({ person }: { person: Person }) {
  const text = useText('people')
  const pick = useLocaleText()
  const [isEditing, setEditing] = useState(false)
  return (
    <Panel
      title={text('person.attributes')}
      extra={
        <PermissionGate permission="people.write">
          <Button type="link" size="small" onClick={() => setEditing(true)}>
            {text('person.edit')}
          </Button>
        </PermissionGate>
      }
    >
      {person.attributes.length === 0 ? (
        <p className="faint">{text('person.noAttributes')}</p>
      ) : (
        <Facts rows={person.attributes.map((attribute) => [pick(attribute.label), shown(attribute)] as const)} />
      )}
      {isEditing && <EditAttributes person={person} onClose={() => setEditing(false)} />}
    </Panel>
  )
}

const shown = ({ value }: Attribute): string => (typeof value === 'boolean' ? (value ? '✓' : '✗') : String(value))

function EditAttributes({ person, onClose }: { person: Person; onClose: () => void }) {
  const text = useText('people')
  const common = useText('common')
  const pick = useLocaleText()
  const [form] = Form.useForm<Record<string, string | number | boolean | null | undefined>>()
  const known = useRead(peopleRoutes.listAttributes)
  const save = useAct(peopleRoutes.updatePerson, { showsErrorItself: true, done: text('person.saved'), onDone: onClose })
  const initial = Object.fromEntries(person.attributes.map(({ key, value }) => [key, value]))
  const submit = () => {
    const values = form.getFieldsValue()
    const changed = Object.entries(values).filter(([key, value]) => (value ?? '') !== (initial[key] ?? ''))
    save.mutate({
      params: { personId: person.personId },
      body: { attributes: Object.fromEntries(changed.map(([key, value]) => [key, value === '' || value === undefined ? null : value])) },
    })
  }
  return (
    <Modal
      open
      title={text('person.editTitle')}
      okText={common('save')}
      cancelText={common('cancel')}
      onCancel={onClose}
      onOk={form.submit}
      confirmLoading={save.isPending}
    >
      <p className="faint">{text('person.editHelp')}</p>
      <FormError error={save.error} form={form} />
      <Form form={form} layout="vertical" initialValues={initial} onFinish={submit}>
        {known.data?.items.map(({ key, label, type }) => (
          <Form.Item key={key} name={key} label={pick(label)}>
            {type === 'number' ? (
              <InputNumber style={{ width: '100%' }} />
            ) : type === 'boolean' ? (
              <Select allowClear options={[true, false].map((value) => ({ value, label: value ? '✓' : '✗' }))} />
            ) : (
              <Input maxLength={500} placeholder={type === 'date' ? 'YYYY-MM-DD' : undefined} />
            )}
          </Form.Item>
        ))}
      </Form>
    </Modal>
  )
}
