import { oneIdRoutes, type PersonMerge } from '../../../contracts/one-id.ts'
import { useAct } from './api.ts'
import { ConfirmAction } from './confirm-action.tsx'
import { PermissionGate } from './permission-gate.tsx'
import { useText } from './text.ts'
import { StateTag } from './values.tsx'

/** Takes a merge back after saying what that means; of one that was taken back, that it was and by whom. */
export function UndoMerge({ merge }: { merge: PersonMerge }) {
  const text = useText('one-id')
  const undo = useAct(oneIdRoutes.undoMerge, { done: text('merges.undone') })
  if (merge.undoneAt !== null) return <StateTag tone="neutral" text={[text('merges.isUndone'), merge.undoneBy].filter(Boolean).join(' · ')} />
  return (
    <PermissionGate permission="people.merge">
      <ConfirmAction
        type="link"
        size="small"
        title={text('merges.undoTitle', { name: merge.mergedName ?? text('compare.id', { personId: merge.mergedId }) })}
        consequence={text('merges.undoConsequence')}
        verb={text('merges.undo')}
        onConfirm={() => undo.mutateAsync({ params: { mergeId: merge.mergeId } })}
      >
        {text('merges.undo')}
      </ConfirmAction>
    </PermissionGate>
  )
}
