import { Modal } from 'antd'
import { useEffect, useRef, type ReactNode } from 'react'
import { useBlocker } from 'react-router'
import { useText } from '../../../ui/text.ts'

/** Asks before unsaved changes are left behind: `question` is to be shown; `allow()` lets the next navigation pass. */
export function useLeaveGuard(isDirty: boolean): { question: ReactNode; allow: () => void } {
  const text = useText('audience')
  const allowed = useRef(false)
  const blocker = useBlocker(({ currentLocation, nextLocation }) => isDirty && !allowed.current && currentLocation.pathname !== nextLocation.pathname)
  useEffect(() => {
    if (!isDirty) return undefined
    const warn = (event: BeforeUnloadEvent): void => event.preventDefault()
    addEventListener('beforeunload', warn)
    return () => removeEventListener('beforeunload', warn)
  }, [isDirty])
  const question = (
    <Modal
      open={blocker.state === 'blocked'}
      width={416}
      title={text('leave.title')}
      okText={text('leave.verb')}
      cancelText={text('leave.stay')}
      okButtonProps={{ danger: true }}
      cancelButtonProps={{ autoFocus: true }}
      onOk={() => blocker.proceed?.()}
      onCancel={() => blocker.reset?.()}
    >
      {text('leave.consequence')}
    </Modal>
  )
  return { question, allow: () => (allowed.current = true) }
}
