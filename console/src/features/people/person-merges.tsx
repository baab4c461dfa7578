import { Button } from 'antd'
import { mergeReasonLabels, oneIdRoutes, type PersonMerge } from '../../../../contracts/one-id.ts'
import { useAct, usePages } from '../../ui/api.ts'
import { ConfirmAction } from '../../ui/confirm-action.tsx'
import { Panel } from '../../ui/panel.tsx'
import { PermissionGate } from '../../ui/permission-gate.tsx'
import { useLocaleText, useText } from '../../ui/text.ts'
import { DateTime, StateTag } from '../../ui/values.tsx'

/** Who became this person, when and why; each can be taken back. Not shown for those who were always one. */
export function PersonMerges({ personId }: { personId: number }) {
  const text = useText('people')
  const pages = usePages(oneIdRoutes.listPersonMerges, { params: { personId }, query: { limit: 10 } })
  if (pages.rows.length === 0) return null
  return (
    <Panel title={text('merges.title')}>
      <ol className="ledger">
        {pages.rows.map((merge) => (
          <MergeEntry key={merge.mergeId} merge={merge} />
        ))}
      </ol>
      {pages.hasMore && (
        <Button block type="text" loading={pages.isLoadingMore} onClick={pages.loadMore}>
          {text('person.more')}
        </Button>
      )}
    </Panel>
  )
}

function MergeEntry({ merge }: { merge: PersonMerge }) {
  const text = useText('people')
  const pick = useLocaleText()
  const undo = useAct(oneIdRoutes.undoMerge, { done: text('merges.undone') })
  const who = merge.mergedName ?? text('person.id', { personId: merge.mergedId })
  return (
    <li>
      <span>
        <DateTime at={merge.mergedAt} /> {text('merges.took', { name: who })}
      </span>
      <small className="faint">
        {[pick(mergeReasonLabels[merge.reason]), merge.namespace, merge.decidedBy].filter(Boolean).join(' · ')}
        {merge.undoneAt !== null && (
          <>
            {' '}
            <StateTag tone="neutral" text={text('merges.isUndone')} />
          </>
        )}
      </small>
      {merge.undoneAt === null && (
        <PermissionGate permission="people.merge">
          <ConfirmAction
            type="link"
            size="small"
            title={text('merges.undoTitle', { name: who })}
            consequence={text('merges.undoConsequence')}
            verb={text('merges.undo')}
            onConfirm={() => undo.mutateAsync({ params: { mergeId: merge.mergeId } })}
          >
            {text('merges.undo')}
          </ConfirmAction>
        </PermissionGate>
      )}
    </li>
  )
}
