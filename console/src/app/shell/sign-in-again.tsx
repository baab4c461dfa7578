import { useQueryClient } from '@tanstack/react-query'
import { Form, Input, Modal } from 'antd'
import { useEffect, useState } from 'react'
import { accessRoutes, type Me } from '../../../../contracts/access.ts'
import { ProblemError } from '../../../../contracts/client.ts'
import { useAct } from '../../ui/api.ts'
import { FormError } from '../../ui/form-error.tsx'
import { useText } from '../../ui/text.ts'
import { sessionQuery } from '../session-query.ts'

/** When the session has ended while somebody works: signs in over the page, so that what was typed there is not lost. */
export function SignInAgain({ me }: { me: Me }) {
  const text = useText('access')
  const [form] = Form.useForm<{ password: string }>()
  const cache = useQueryClient()
  const [ended, setEnded] = useSessionEnded()
  const signIn = useAct(accessRoutes.signIn, {
    showsErrorItself: true,
    readOnly: true,
    onDone: async (again) => {
      cache.setQueryData(sessionQuery.queryKey, again)
      setEnded(false)
      form.resetFields()
      await cache.invalidateQueries()
    },
  })
  return (
    <Modal
      open={ended}
      width={420}
      closable={false}
      mask={{ closable: false }}
      keyboard={false}
      title={text('again.title')}
      okText={text('signIn.verb')}
      cancelText={text('again.other')}
      onCancel={() => location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`)}
      onOk={form.submit}
      confirmLoading={signIn.isPending}
    >
      <p className="sign-in-again">{text('again.why')}</p>
      <FormError error={signIn.error} form={form} />
      <Form form={form} layout="vertical" onFinish={({ password }) => signIn.mutate({ body: { email: me.email, password } })}>
        <input type="email" autoComplete="username" value={me.email} readOnly hidden />
        <Form.Item name="password" label={text('again.passwordOf', { email: me.email })} rules={[{ required: true }]}>
          <Input.Password autoFocus autoComplete="current-password" />
        </Form.Item>
      </Form>
    </Modal>
  )
}

const isSignedOut = (error: unknown): boolean => error instanceof ProblemError && error.problem.name === 'not-signed-in'

/** Whether any call has since been answered that nobody is signed in. */
function useSessionEnded(): [boolean, (ended: boolean) => void] {
  const cache = useQueryClient()
  const [ended, setEnded] = useState(false)
  useEffect(() => {
    const leaves = [
      cache.getQueryCache().subscribe((event) => {
        if (event.type === 'updated' && event.action.type === 'error' && isSignedOut(event.action.error)) setEnded(true)
      }),
      cache.getMutationCache().subscribe((event) => {
        if (event.type === 'updated' && event.action.type === 'error' && isSignedOut(event.action.error)) setEnded(true)
      }),
    ]
    return () => {
      for (const leave of leaves) leave()
    }
  }, [cache])
  return [ended, setEnded]
}
