import { App } from 'antd'
import { audienceRoutes, type Segment } from '../../../../../contracts/audience.ts'
import { ProblemError } from '../../../../../contracts/client.ts'
import { useAct } from '../../../ui/api.ts'
import { useLocaleText, useText } from '../../../ui/text.ts'

/** Deletes a segment; when something uses it, says what, and keeps saying it until it is read. */
export function useDeleteSegment(onDone?: () => void): (id: string) => Promise<unknown> {
  const text = useText('audience')
  const pick = useLocaleText()
  const { modal } = App.useApp()
  const remove = useAct(audienceRoutes.deleteSegment, { showsErrorItself: true, done: text('delete.done'), onDone })
  return (id) =>
    remove.mutateAsync({ params: { id } }).catch((error: unknown) => {
      const reason = error instanceof ProblemError ? pick(error.problem) : String(error)
      modal.error({ title: text('delete.refused'), content: reason, okText: text('delete.understood') })
    })
}

/** The same from a menu: asks first. */
export function useAskToDelete(onDone: () => void): (segment: Segment) => void {
  const text = useText('audience')
  const common = useText('common')
  const { modal } = App.useApp()
  const remove = useDeleteSegment(onDone)
  return ({ id, name }) =>
    void modal.confirm({
      title: text('delete.title', { name }),
      content: text('delete.consequence'),
      okText: text('delete.verb'),
      cancelText: common('cancel'),
      okButtonProps: { danger: true },
      autoFocusButton: 'cancel',
      onOk: () => remove(id),
    })
}
