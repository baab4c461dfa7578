import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Form, Input } from 'antd'
import { useEffect } from 'react'
import { useNavigate } from 'react-router'
import { accessRoutes } from '../../../../contracts/access.ts'
import { client, useAct } from '../../ui/api.ts'
import { FormError } from '../../ui/form-error.tsx'
import { useLocale, useText } from '../../ui/text.ts'
import { LoneFrame } from './lone-frame.tsx'

interface SetupForm {
  name: string
  email: string
  password: string
  workspaceName: string
}

/** First run: the owner and the first workspace. */
export function SetupPage() {
  const text = useText('access')
  const locale = useLocale()
  const [form] = Form.useForm<SetupForm>()
  const navigate = useNavigate()
  const cache = useQueryClient()
  const setup = useQuery({ queryKey: ['setup'], queryFn: () => client.call(accessRoutes.readSetup), staleTime: 0 })
  const complete = useAct(accessRoutes.completeSetup, {
    showsErrorItself: true,
    onDone: async (me) => {
      cache.clear()
      cache.setQueryData(['session'], me)
      await navigate('/', { replace: true })
    },
  })
  useEffect(() => {
    document.title = `${text('setup.title')} · ${text('product')}`
    if (setup.data?.needed === false && !complete.isSuccess) void navigate('/sign-in', { replace: true })
  }, [setup.data, complete.isSuccess, navigate, text])
  return (
    <LoneFrame title={text('setup.title')} lead={text('setup.lead')}>
      <FormError error={complete.error} form={form} />
      <Form form={form} layout="vertical" size="large" requiredMark={false} onFinish={(values) => complete.mutate({ body: { ...values, locale } })}>
        <Form.Item name="workspaceName" label={text('setup.workspaceName')} extra={text('setup.workspaceHelp')} rules={[{ required: true, max: 80 }]}>
          <Input autoFocus />
        </Form.Item>
        <Form.Item name="name" label={text('setup.name')} rules={[{ required: true, max: 80 }]}>
          <Input autoComplete="name" />
        </Form.Item>
        <Form.Item name="email" label={text('email')} rules={[{ required: true, type: 'email' }]}>
          <Input autoComplete="username" inputMode="email" />
        </Form.Item>
        <Form.Item
          name="password"
          label={text('password')}
          extra={text('setup.passwordHelp')}
          rules={[{ required: true }, { min: 10, message: text('setup.passwordHelp') }]}
        >
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        <Button type="primary" htmlType="submit" block loading={complete.isPending}>
          {text('setup.verb')}
        </Button>
      </Form>
    </LoneFrame>
  )
}
