import { App } from 'antd'
import { audienceRoutes } from '../../../../../contracts/audience.ts'
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
