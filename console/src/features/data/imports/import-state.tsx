import type { Import } from '../../../../../contracts/imports.ts'
import { useText } from '../../../ui/text.ts'
import { StateTag, type StateTone } from '../../../ui/values.tsx'

const tones: Record<Import['state'], StateTone['tone']> = {
  uploaded: 'warn',
  running: 'accent',
  cancelling: 'warn',
  cancelled: 'neutral',
  finished: 'good',
  failed: 'bad',
}

export function ImportStateTag({ state }: { state: Import['state'] }) {
  const text = useText('data')
  return <StateTag tone={tones[state]} text={text(`imports.states.${state}`)} />
}

/** Whether the numbers of an import still change. */
export const isMoving = (state: Import['state']): boolean => state === 'running' || state === 'cancelling'
