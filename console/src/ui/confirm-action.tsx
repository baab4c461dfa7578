import { App, Button, type ButtonProps } from 'antd'
import type { ReactNode } from 'react'
import { useText } from './text.ts'

interface ConfirmActionProps extends Omit<ButtonProps, 'onClick' | 'title'> {
  /** The question, e.g. 停用数据源「小程序」？ */
  title: string
  /** What happens then, and whether it can be undone. */
  consequence: ReactNode
  /** The verb on the button that does it. */
  verb: string
  onConfirm: () => Promise<unknown>
}

/** A button that asks first, and says what will happen. */
export function ConfirmAction({ title, consequence, verb, onConfirm, danger, children, ...button }: ConfirmActionProps) {
  const { modal } = App.useApp()
  const text = useText('common')
  const ask = (): void => {
    modal.confirm({
      title,
      content: consequence,
      okText: verb,
      cancelText: text('cancel'),
      okButtonProps: { danger },
      autoFocusButton: 'cancel',
      // NOTE: a failure has been said by `useAct`; the question closes either way.
      onOk: () => onConfirm().catch(() => undefined),
    })
  }
  return (
    <Button danger={danger} {...button} onClick={ask}>
      {children}
    </Button>
  )
}
