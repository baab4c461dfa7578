import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Form, Input } from 'antd'
import { useEffect } from 'react'
import { useNavigate, useSearchParams } from 'react-router'
import { accessRoutes } from '../../../../contracts/access.ts'
import { client, useAct } from '../../ui/api.ts'
import { FormError } from '../../ui/form-error.tsx'
import { loadLanguage, useText } from '../../ui/text.ts'
import { LoneFrame } from './lone-frame.tsx'

interface Credentials {
  email: string
  password: string
}

export function SignInPage() {
  const text = useText('access')
  const [form] = Form.useForm<Credentials>()
  const [search] = useSearchParams()
  const navigate = useNavigate()
  const cache = useQueryClient()
  const setup = useQuery({ queryKey: ['setup'], queryFn: () => client.call(accessRoutes.readSetup), staleTime: 0 })
  const signIn = useAct(accessRoutes.signIn, {
    showsErrorItself: true,
    onDone: async (me) => {
      cache.clear()
      cache.setQueryData(['session'], me)
      await loadLanguage(me.locale)
      await navigate(inside(search.get('next')), { replace: true })
    },
  })
  useEffect(() => {
    document.title = `${text('signIn.title')} · ${text('product')}`
    if (setup.data?.needed === true) void navigate('/setup', { replace: true })
  }, [setup.data, navigate, text])
  return (
    <LoneFrame title={text('signIn.title')} lead={text('signIn.lead')}>
      <FormError error={signIn.error} form={form} />
      <Form form={form} layout="vertical" size="large" requiredMark={false} onFinish={(values) => signIn.mutate({ body: values })}>
        <Form.Item name="email" label={text('email')} rules={[{ required: true, type: 'email' }]}>
          <Input autoFocus autoComplete="username" inputMode="email" />
        </Form.Item>
        <Form.Item name="password" label={text('password')} rules={[{ required: true }]}>
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        <Button type="primary" htmlType="submit" block loading={signIn.isPending}>
          {text('signIn.verb')}
        </Button>
      </Form>
      <p className="lone-hint">{setup.data?.demo ? text('signIn.demo', { email: setup.data.demo.email }) : text('signIn.forgotten')}</p>
    </LoneFrame>
  )
}

/** Only paths of this console: `?next=https://…` or `//host` goes home. */
function inside(next: string | null): string {
  return next !== null && /^\/[^/\\]/.test(next) ? next : '/'
}
