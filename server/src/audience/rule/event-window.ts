import type { EventWindow } from '../../../../contracts/rule.ts'
import { assertNever } from '../../platform/errors.ts'

const unitMs = { hour: 3_600_000, day: 86_400_000 }

/** The window as instants `[from, to)`; null is open. A day is 24 hours. */
export function windowBounds(window: EventWindow, now: Date): { from: Date | null; to: Date | null } {
  switch (window.kind) {
    case 'ever':
      return { from: null, to: null }
    case 'last':
      return { from: new Date(now.getTime() - window.amount * unitMs[window.unit]), to: now }
    case 'between':
      return { from: new Date(window.from), to: new Date(window.to) }
    case 'before':
    case 'calendar':
    case 'sinceCampaign':
      throw new Error('Refused by the check')
    default:
      return assertNever(window)
  }
}
