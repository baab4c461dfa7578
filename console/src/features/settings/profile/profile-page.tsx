import { useQueryClient } from '@tanstack/react-query'
import { Button, Form, Input, Radio } from 'antd'
import { accessRoutes } from '../../../../../contracts/access.ts'
import type { Locale } from '../../../../../contracts/common.ts'
import { useAct } from '../../../ui/api.ts'
import { FormError } from '../../../ui/form-error.tsx'
import { PageHeader } from '../../../ui/page-header.tsx'
import { Panel } from '../../../ui/panel.tsx'
import { changePreferences, usePreferences, type Appearance } from '../../../ui/preferences.ts'
import { useSession } from '../../../ui/session-context.ts'
import { loadLanguage, useText } from '../../../ui/text.ts'

/** Oneself: name, language, look, password. */
export function ProfilePage() {
  const text = useText('settings')
  return (
    <>
      <PageHeader title={text('profile.title')} />
      <NameAndLanguage />
      <Look />
      <PasswordChange />
    </>
  )
}

function NameAndLanguage() {
  const text = useText('settings')
  const common = useText('common')
  const { me } = useSession()
  const cache = useQueryClient()
  const [form] = Form.useForm<{ name: string; locale: Locale }>()
  const update = useAct(accessRoutes.updateMe, {
    showsErrorItself: true,
    done: common('saved'),
    onDone: async (changed) => {
      cache.setQueryData(['session'], changed)
      await loadLanguage(changed.locale)
    },
  })
  return (
    <Panel title={text('profile.about')}>
      <Form
        form={form}
        layout="vertical"
        className="form-narrow"
        requiredMark={false}
        initialValues={me}
        onFinish={(values) => update.mutate({ body: values })}
      >
        <FormError error={update.error} form={form} />
        <Form.Item label={text('profile.email')}>{me.email}</Form.Item>
        <Form.Item name="name" label={text('profile.name')} rules={[{ required: true, whitespace: true, max: 80 }]}>
          <Input />
        </Form.Item>
        <Form.Item name="locale" label={text('profile.language')}>
          <Radio.Group
            options={[
              { value: 'zh', label: text('profile.chinese') },
              { value: 'en', label: text('profile.english') },
            ]}
          />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={update.isPending}>
          {common('save')}
        </Button>
      </Form>
    </Panel>
  )
}

function Look() {
  const text = useText('settings')
  const { appearance } = usePreferences()
  const choices: Appearance[] = ['system', 'light', 'dark']
  return (
    <Panel title={text('profile.look')} extra={<span className="faint">{text('profile.lookHelp')}</span>}>
      <Radio.Group
        value={appearance}
        aria-label={text('profile.look')}
        onChange={(event) => changePreferences({ appearance: event.target.value as Appearance })}
        options={choices.map((value) => ({ value, label: text(`profile.looks.${value}`) }))}
      />
    </Panel>
  )
}

function PasswordChange() {
  const text = useText('settings')
  const [form] = Form.useForm<{ currentPassword: string; newPassword: string }>()
  const update = useAct(accessRoutes.updateMe, { showsErrorItself: true, done: text('profile.passwordChanged'), onDone: () => form.resetFields() })
  return (
    <Panel title={text('profile.password')}>
      <Form form={form} layout="vertical" className="form-narrow" requiredMark={false} onFinish={(values) => update.mutate({ body: values })}>
        <FormError error={update.error} form={form} />
        <Form.Item name="currentPassword" label={text('profile.currentPassword')} rules={[{ required: true }]}>
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        <Form.Item name="newPassword" label={text('profile.newPassword')} extra={text('profile.passwordHelp')} rules={[{ required: true, min: 10, max: 200 }]}>
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        <Button htmlType="submit" loading={update.isPending}>
          {text('profile.changePassword')}
        </Button>
      </Form>
    </Panel>
  )
}
