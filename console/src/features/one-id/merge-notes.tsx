import { Alert } from 'antd'
import type { MergePreview } from '../../../../contracts/merge-previews.ts'
import { useLocaleText, useText } from '../../ui/text.ts'
import { DateTime } from '../../ui/values.tsx'

/** What speaks against a merge: limits it would break, a decision that keeps the two apart. */
export function MergeNotes({ preview }: { preview: MergePreview }) {
  const text = useText('one-id')
  const pick = useLocaleText()
  return (
    <>
      {preview.limits.length > 0 && (
        <Alert
          type="warning"
          showIcon
          className="merge-note"
          title={text('notes.limits', {
            limits: preview.limits.map(({ label, max, count }) => text('notes.limit', { name: pick(label), max, count })).join(' · '),
          })}
        />
      )}
      {preview.keptApart && (
        <Alert
          type="warning"
          showIcon
          className="merge-note"
          title={
            <>
              {text('notes.keptApart')} · {preview.keptApart.decidedBy} <DateTime at={preview.keptApart.decidedAt} />
            </>
          }
        />
      )}
    </>
  )
}
