import type { Import } from '../../../../../contracts/imports.ts'
import { useText } from '../../../ui/text.ts'
import { StateTag, type StateTone } from '../../../ui/values.tsx'

const tones: Record<Import['state'], StateTone['tone']> = {
  preparing: 'accent',
  uploaded: 'warn',
  running: 'accent',
  cancelling: 'warn',
  cancelled: 'neutral',
  finished: 'good',
  failed: 'bad',
}

export function ImportStateTag({ one: { state, undoState } }: { one: Pick<Import, 'state' | 'undoState'> }) {
  const text = useText('data')
  if (undoState === 'finished' || undoState === 'running') return <StateTag tone="neutral" text={text(`undo.states.${undoState}`)} />
  return <StateTag tone={tones[state]} text={text(`imports.states.${state}`)} />
}

/** Whether the numbers of an import still change. */
export const isMoving = ({ state, undoState }: Pick<Import, 'state' | 'undoState'>): boolean =>
  state === 'preparing' || state === 'running' || state === 'cancelling' || undoState === 'running'
