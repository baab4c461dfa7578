import type { Lookalike } from '../../../../../contracts/lookalike.ts'
import { useText } from '../../../ui/text.ts'
import { StateTag, type StateTone } from '../../../ui/values.tsx'

const tones: Record<Lookalike['state'], StateTone['tone']> = { waiting: 'neutral', running: 'accent', finished: 'good', failed: 'bad', cancelled: 'neutral' }

export function LookalikeStateTag({ model }: { model: Lookalike }) {
  const text = useText('lookalike')
  const percent = model.state === 'running' ? ` ${Math.round(model.progress * 100)}%` : ''
  return <StateTag tone={tones[model.state]} text={`${text(`states.${model.state}`)}${percent}`} />
}

/** Whether it may still change by itself. */
export const isOpen = ({ state }: Lookalike): boolean => state === 'waiting' || state === 'running'
