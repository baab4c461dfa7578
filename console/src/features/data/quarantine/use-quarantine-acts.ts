import { App } from 'antd'
import { collectRoutes } from '../../../../../contracts/collect.ts'
import type { QuarantineChoice } from '../../../../../contracts/quarantine.ts'
import { useAct } from '../../../ui/api.ts'
import { useText } from '../../../ui/text.ts'

interface QuarantineActs {
  /** Says itself how many went and how many stay. */
  retry: (choice: QuarantineChoice) => Promise<unknown>
  isRetrying: boolean
  /** Asks first. */
  askDiscard: (choice: QuarantineChoice, count: number) => void
}

/** What can be done with what was set aside. */
export function useQuarantineActs(): QuarantineActs {
  const text = useText('data')
  const common = useText('common')
  const { message, modal } = App.useApp()
  const retry = useAct(collectRoutes.retryQuarantined, {
    onDone: ({ sent, kept }) =>
      void (kept === 0 ? message.success(text('quarantine.retried', { sent })) : message.warning(text('quarantine.retriedSome', { sent, kept }))),
  })
  const discard = useAct(collectRoutes.discardQuarantined, {
    onDone: ({ discarded }) => void message.success(text('quarantine.discarded', { count: discarded })),
  })
  return {
    retry: (choice) => retry.mutateAsync({ body: choice }),
    isRetrying: retry.isPending,
    askDiscard: (choice, count) => {
      modal.confirm({
        title: text('quarantine.discardTitle', { count }),
        content: text('quarantine.discardConsequence'),
        okText: text('quarantine.discard'),
        cancelText: common('cancel'),
        okButtonProps: { danger: true },
        autoFocusButton: 'cancel',
        onOk: () => discard.mutateAsync({ body: choice }).catch(() => undefined),
      })
    },
  }
}
