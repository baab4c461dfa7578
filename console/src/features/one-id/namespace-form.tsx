import { Alert, Form, Input, InputNumber, Modal, Select, Switch } from 'antd'
import { namespaceRoutes, namespaceStrengths, type NamespaceRule, type NamespaceStrength } from '../../../../contracts/namespaces.ts'
import { useAct } from '../../ui/api.ts'
import { ConfirmAction } from '../../ui/confirm-action.tsx'
import { FormError } from '../../ui/form-error.tsx'
import { useLocaleText, useText } from '../../ui/text.ts'

interface Values {
  key: string
  label: { zh: string; en: string }
  strength: NamespaceStrength
  perPersonMax: number | null
  pattern: string | undefined
  normaliser: 'text' | 'lowercase'
  secret: boolean
  sample?: string
}

interface NamespaceFormProps {
  /** None for a new one. */
  rule: NamespaceRule | undefined
  known: readonly NamespaceRule[]
  onClose: () => void
}

/** A kind of identity: what it is called, how strong it is, how many one person may have, what its values look like. */
export function NamespaceForm({ rule, known, onClose }: NamespaceFormProps) {
  const text = useText('one-id')
  const common = useText('common')
  const pick = useLocaleText()
  const [form] = Form.useForm<Values>()
  const options = { showsErrorItself: true, done: text('namespaces.saved'), onDone: onClose }
  const create = useAct(namespaceRoutes.createNamespace, options)
  const update = useAct(namespaceRoutes.updateNamespace, options)
  const initial: Partial<Values> = rule
    ? { ...rule, pattern: rule.pattern ?? undefined, normaliser: rule.normaliser === 'lowercase' ? 'lowercase' : 'text' }
    : { strength: 'strong', perPersonMax: 1, normaliser: 'text', secret: false }
  const submit = ({ key, label, strength, perPersonMax, pattern, normaliser, secret }: Values): void => {
    const common = {
      label: { zh: label.zh, en: label.en || label.zh },
      strength,
      perPersonMax: perPersonMax ?? null,
      pattern: pattern?.trim() ? pattern.trim() : null,
    }
    const last = Math.max(0, ...known.map(({ priority }) => priority))
    if (rule) update.mutate({ params: { key: rule.key }, body: common })
    else create.mutate({ body: { ...common, key, normaliser, secret, priority: Math.min(1000, last + 10) } })
  }
  return (
    <Modal
      open
      title={rule ? pick(rule.label) : text('namespaces.add')}
      okText={common('save')}
      cancelText={common('cancel')}
      onCancel={onClose}
      onOk={form.submit}
      confirmLoading={create.isPending || update.isPending}
      footer={(_, { OkBtn, CancelBtn }) => (
        <div className="drawer-foot">
          {rule && <DisableButton rule={rule} onDone={onClose} />}
          <CancelBtn />
          <OkBtn />
        </div>
      )}
    >
      <FormError error={create.error ?? update.error} form={form} />
      <Form<Values> form={form} layout="vertical" initialValues={initial} onFinish={submit}>
        {!rule && (
          <Form.Item
            name="key"
            label={text('namespaces.key')}
            extra={text('namespaces.keyHelp')}
            rules={[{ required: true, pattern: /^[a-z][a-z0-9_]{1,31}$/, message: text('namespaces.keyHelp') }]}
          >
            <Input autoFocus maxLength={32} placeholder="loyalty_card" />
          </Form.Item>
        )}
        <div className="form-row">
          <Form.Item name={['label', 'zh']} label={text('namespaces.nameZh')} rules={[{ required: true, whitespace: true, max: 40 }]}>
            <Input maxLength={40} />
          </Form.Item>
          <Form.Item name={['label', 'en']} label={text('namespaces.nameEn')}>
            <Input maxLength={60} />
          </Form.Item>
        </div>
        <Form.Item name="strength" label={text('namespaces.strength')} extra={text('namespaces.strengthHelp')}>
          <Select options={namespaceStrengths.map((value) => ({ value, label: text(`namespaces.strengths.${value}`) }))} />
        </Form.Item>
        <Form.Item name="perPersonMax" label={text('namespaces.perPerson')} extra={text('namespaces.perPersonHelp')}>
          <InputNumber min={1} max={1000} placeholder={text('namespaces.many')} />
        </Form.Item>
        <Form.Item name="pattern" label={text('namespaces.pattern')} extra={text('namespaces.patternHelp')}>
          <Input maxLength={200} className="mono" placeholder="[A-Z]{2}\d{8}" />
        </Form.Item>
        <TryPattern />
        {!rule && (
          <div className="form-row">
            <Form.Item name="normaliser" label={text('namespaces.normaliser')}>
              <Select options={(['text', 'lowercase'] as const).map((value) => ({ value, label: text(`namespaces.normalisers.${value}`) }))} />
            </Form.Item>
            <Form.Item name="secret" label={text('namespaces.secretLabel')} valuePropName="checked" extra={text('namespaces.secretHelp')}>
              <Switch />
            </Form.Item>
          </div>
        )}
      </Form>
    </Modal>
  )
}

/** A value tried against the pattern before anything is saved. */
function TryPattern() {
  const text = useText('one-id')
  const form = Form.useFormInstance<Values>()
  const pattern = Form.useWatch('pattern', form)
  const sample = Form.useWatch('sample', form)
  return (
    <>
      <Form.Item name="sample" label={text('namespaces.try')}>
        <Input maxLength={200} placeholder={text('namespaces.tryHelp')} />
      </Form.Item>
      {pattern !== undefined && pattern !== '' && sample !== undefined && sample !== '' && <Verdict verdict={matches(pattern, sample)} />}
    </>
  )
}

function Verdict({ verdict }: { verdict: 'fits' | 'differs' | 'broken' }) {
  const text = useText('one-id')
  const type = verdict === 'fits' ? 'success' : verdict === 'differs' ? 'warning' : 'error'
  return <Alert className="form-error" type={type} showIcon title={text(`namespaces.verdicts.${verdict}`)} />
}

function matches(pattern: string, sample: string): 'fits' | 'differs' | 'broken' {
  try {
    return new RegExp(`^(?:${pattern})$`, 'u').test(sample.trim()) ? 'fits' : 'differs'
  } catch {
    return 'broken'
  }
}

function DisableButton({ rule, onDone }: { rule: NamespaceRule; onDone: () => void }) {
  const text = useText('one-id')
  const update = useAct(namespaceRoutes.updateNamespace, { done: text('namespaces.saved'), onDone })
  const change = (disabled: boolean) => update.mutateAsync({ params: { key: rule.key }, body: { disabled } })
  const isOff = rule.disabledAt !== null
  return (
    <ConfirmAction
      danger={!isOff}
      title={text(isOff ? 'namespaces.enableTitle' : 'namespaces.disableTitle')}
      consequence={text(isOff ? 'namespaces.enableConsequence' : 'namespaces.disableConsequence')}
      verb={text(isOff ? 'namespaces.enable' : 'namespaces.disable')}
      onConfirm={() => change(!isOff)}
    >
      {text(isOff ? 'namespaces.enable' : 'namespaces.disable')}
    </ConfirmAction>
  )
}
