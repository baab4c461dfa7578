import type { MergePreview } from '../../../../contracts/merge-previews.ts'
import { useText } from '../../ui/text.ts'
import { CompareSides } from './compare-sides.tsx'
import { MergeNotes } from './merge-notes.tsx'

interface PreviewOrGoneProps {
  preview: MergePreview | null
  /** Names of the two columns. */
  heads?: { kept: string; merged: string }
}

/** Both sides of a decision with what speaks against a merge; that there are no two sides any more when they became one meanwhile. */
export function PreviewOrGone({ preview, heads }: PreviewOrGoneProps) {
  const text = useText('one-id')
  if (!preview) return <p className="faint">{text('conflicts.gone')}</p>
  return (
    <>
      <MergeNotes preview={preview} />
      <CompareSides preview={preview} heads={heads} />
    </>
  )
}
