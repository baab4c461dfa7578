import type { FailureClass } from '../../../../contracts/delivery.ts'
import type { SendOutcome } from '../provider.ts'

/** command_status of submit answers (SMPP 3.4 §5.1.3). Whatever the status, a refused submit was surely not taken. */
const throttledStatuses = new Set([0x14, 0x58])
const permanentStatuses = new Map<number, FailureClass>([
  [0x01, 'rejected'],
  [0x02, 'rejected'],
  [0x03, 'rejected'],
  [0x0a, 'unregistered'],
  [0x0b, 'invalidNumber'],
  [0x65, 'rejected'],
])
const vendorSpecific = { from: 0x400, to: 0x4ff }

export const bindStateStatus = 0x04
/** Bind refusals that a quick retry only makes worse: already bound, bind failed, wrong password, wrong system id. */
export const refusedBindStatuses: ReadonlySet<number> = new Set([0x05, 0x0d, 0x0e, 0x0f])

const codeText = (status: number): string => `SMPP:${status.toString(16).toUpperCase().padStart(4, '0')}`

/** What a non-zero status of a submit answer means for the message. */
export function outcomeOfStatus(status: number): SendOutcome {
  if (throttledStatuses.has(status)) return { kind: 'throttled' }
  const failureClass = permanentStatuses.get(status) ?? (status >= vendorSpecific.from && status <= vendorSpecific.to ? 'unknown' : undefined)
  return failureClass ? { kind: 'permanent', class: failureClass, code: codeText(status) } : { kind: 'transient', code: codeText(status) }
}
