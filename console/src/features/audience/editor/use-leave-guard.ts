import { App } from 'antd'
import { useEffect, useRef } from 'react'
import { useBlocker } from 'react-router'
import { useText } from '../../../ui/text.ts'

/** Asks before unsaved changes are left behind; `allow()` lets the next navigation pass. */
export function useLeaveGuard(isDirty: boolean): { allow: () => void } {
  const text = useText('audience')
  const { modal } = App.useApp()
  const allowed = useRef(false)
  const blocker = useBlocker(({ currentLocation, nextLocation }) => isDirty && !allowed.current && currentLocation.pathname !== nextLocation.pathname)
  useEffect(() => {
    if (blocker.state !== 'blocked') return
    modal.confirm({
      title: text('leave.title'),
      content: text('leave.consequence'),
      okText: text('leave.verb'),
      cancelText: text('leave.stay'),
      okButtonProps: { danger: true },
      autoFocusButton: 'cancel',
      onOk: () => blocker.proceed(),
      onCancel: () => blocker.reset(),
    })
  }, [blocker, modal, text])
  useEffect(() => {
    if (!isDirty) return undefined
    const warn = (event: BeforeUnloadEvent): void => event.preventDefault()
    addEventListener('beforeunload', warn)
    return () => removeEventListener('beforeunload', warn)
  }, [isDirty])
  return { allow: () => (allowed.current = true) }
}
