import type { MessageFate } from '../../../../../contracts/collect.ts'
import type { StateTone } from '../../../ui/values.tsx'

/** The tone of what became of a message. */
export const fateTones: Record<MessageFate, StateTone['tone']> = {
  taken: 'accent',
  accepted: 'good',
  duplicate: 'neutral',
  flagged: 'warn',
  blocked: 'neutral',
  quarantined: 'warn',
  refused: 'bad',
  failed: 'bad',
}
