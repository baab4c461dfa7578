import { App } from 'antd'
import { ProblemError } from '../../../../../contracts/client.ts'
import { useLocaleText, useText } from '../../../ui/text.ts'

/** Does something that is refused while segments or campaigns go by it; then names them and asks once more. Other failures are shown by whoever asked. */
export function useConfirmUsed(): (act: (confirmUsed: boolean) => Promise<unknown>, name: string) => Promise<void> {
  const text = useText('data')
  const common = useText('common')
  const pick = useLocaleText()
  const { modal } = App.useApp()
  return async (act, name) => {
    try {
      await act(false)
    } catch (error) {
      if (!(error instanceof ProblemError) || error.problem.name !== 'precondition') return
      modal.confirm({
        title: text('events.blockTitle', { name }),
        content: pick(error.problem),
        okText: text('events.blockAnyway'),
        cancelText: common('cancel'),
        okButtonProps: { danger: true },
        autoFocusButton: 'cancel',
        onOk: () => act(true).catch(() => undefined),
      })
    }
  }
}
