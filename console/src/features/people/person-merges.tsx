import { Button } from 'antd'
import { mergeReasonLabels, oneIdRoutes, type PersonMerge } from '../../../../contracts/one-id.ts'
import { usePages } from '../../ui/api.ts'
import { useNamespaceWords } from '../../ui/namespace-name.tsx'
import { Panel } from '../../ui/panel.tsx'
import { useLocaleText, useText } from '../../ui/text.ts'
import { UndoMerge } from '../../ui/undo-merge.tsx'
import { DateTime } from '../../ui/values.tsx'

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
  const namespaceWords = useNamespaceWords()
  return (
    <li>
      <span>
        <DateTime at={merge.mergedAt} /> {text('merges.took', { name: merge.mergedName ?? text('person.id', { personId: merge.mergedId }) })}
      </span>
      <small className="faint">
        {[pick(mergeReasonLabels[merge.reason]), merge.namespace === null ? null : namespaceWords(merge.namespace), merge.decidedBy]
          .filter(Boolean)
          .join(' · ')}
      </small>
      <UndoMerge merge={merge} />
    </li>
  )
}
