import { Button, Drawer, Form, Input, InputNumber, Radio } from 'antd'
import { useState } from 'react'
import { channelRoutes, type Account, type Provider } from '../../../../../contracts/channels.ts'
import { useAct } from '../../../ui/api.ts'
import { ConfirmAction } from '../../../ui/confirm-action.tsx'
import { FormError } from '../../../ui/form-error.tsx'
import { useLocaleText, useText } from '../../../ui/text.ts'
import { configOf, formConfigOf, type FormConfig } from './account-config.ts'
import { CheckResult } from './check-result.tsx'
import { ConfigFieldInput } from './config-field-input.tsx'

interface AccountForm {
  name: string
  config?: FormConfig
  ratePerSecond: number
  partCostFen?: number | null
}

interface AccountDrawerProps {
  providers: Provider[]
  /** Absent: a new account. */
  account: Account | undefined
  onClose: () => void
}

/** Settings of an account, the form made from the provider's own list of fields. */
export function AccountDrawer({ providers, account, onClose }: AccountDrawerProps) {
  const text = useText('settings')
  const common = useText('common')
  const pick = useLocaleText()
  const [form] = Form.useForm<AccountForm>()
  const [providerId, setProviderId] = useState(account?.provider ?? providers[0]?.id)
  const provider = providers.find((one) => one.id === providerId)
  const check = useAct(channelRoutes.checkAccount, { readOnly: true })
  const create = useAct(channelRoutes.createAccount, { showsErrorItself: true, done: common('saved'), onDone: onClose })
  const update = useAct(channelRoutes.updateAccount, { showsErrorItself: true, done: common('saved') })
  const remove = useAct(channelRoutes.deleteAccount, { done: text('accounts.deleted'), onDone: onClose })
  if (!provider) return null

  const save = async (values: AccountForm): Promise<void> => {
    const body = {
      name: values.name,
      ratePerSecond: values.ratePerSecond,
      partCostFen: values.partCostFen ?? null,
      config: configOf(provider.fields, values.config ?? {}),
    }
    if (!account) return create.mutate({ body: { ...body, provider: provider.id } })
    await update.mutateAsync({ params: { id: account.id }, body })
    check.mutate({ params: { id: account.id } })
  }
  return (
    <Drawer
      open
      size={560}
      title={account ? account.name : text('accounts.create')}
      onClose={onClose}
      footer={
        <div className="account-foot">
          {account && (
            <ConfirmAction
              danger
              type="text"
              title={text('accounts.deleteTitle', { name: account.name })}
              consequence={text('accounts.deleteConsequence')}
              verb={text('accounts.delete')}
              onConfirm={() => remove.mutateAsync({ params: { id: account.id } })}
            >
              {text('accounts.delete')}
            </ConfirmAction>
          )}
          {check.data && <CheckResult result={check.data} />}
          <Button type="primary" loading={create.isPending || update.isPending || check.isPending} onClick={form.submit}>
            {account ? text('accounts.saveAndCheck') : common('save')}
          </Button>
        </div>
      }
    >
      <FormError error={create.error ?? update.error} form={form} />
      {!account && (
        <Radio.Group
          className="provider-choices"
          value={providerId}
          onChange={(event) => setProviderId(event.target.value as string)}
          aria-label={text('accounts.provider')}
        >
          {providers.map((one) => (
            <Radio key={one.id} value={one.id}>
              <b>{pick(one.label)}</b>
              <span className="faint">{pick(one.description)}</span>
            </Radio>
          ))}
        </Radio.Group>
      )}
      <Form
        key={provider.id}
        form={form}
        layout="vertical"
        preserve={false}
        initialValues={
          account
            ? { ...account, config: formConfigOf(provider.fields, account.config) }
            : { name: pick(provider.label), ratePerSecond: provider.limits.ratePerSecondDefault, config: formConfigOf(provider.fields, {}) }
        }
        onFinish={(values) => void save(values).catch(() => undefined)}
      >
        <Form.Item name="name" label={text('accounts.name')} rules={[{ required: true, whitespace: true, max: 80 }]}>
          <Input />
        </Form.Item>
        {provider.fields.map((field) => (
          <ConfigFieldInput key={field.key} field={field} isSet={account?.config[field.key] !== undefined && account.config[field.key] !== null} />
        ))}
        <div className="form-row">
          <Form.Item name="ratePerSecond" label={text('accounts.rate')} rules={[{ required: true }]}>
            <InputNumber min={1} max={100_000} precision={0} suffix={text('accounts.perSecond')} style={{ width: '100%' }} />
          </Form.Item>
          <Form.Item name="partCostFen" label={text('accounts.partCost')} extra={text('accounts.partCostHelp')}>
            <InputNumber min={0} max={1000} step={0.1} suffix={text('workspace.fen')} style={{ width: '100%' }} />
          </Form.Item>
        </div>
      </Form>
    </Drawer>
  )
}
