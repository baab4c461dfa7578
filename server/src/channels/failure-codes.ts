import type { FailureClass } from '../../../contracts/delivery.ts'

/**
 * What carriers' status codes in reports mean. Lists differ by province and gateway; a code that is not here is `unknown`.
 * Only `invalidNumber` (twice) and `blacklisted` ever suppress an address, so those two are kept narrow.
 */
const codes: Record<Exclude<FailureClass, 'unknown'>, readonly string[]> = {
  invalidNumber: ['MK:0000', 'MK:0001', 'CB:0001', 'CB:0053'],
  unreachable: ['EXPIRED', 'UNDELIV', 'MK:0005', 'MK:0010', 'MK:0013', 'MK:0023'],
  blacklisted: ['DB:0144', 'MBBLACK', 'DBBLACK', 'BLACK'],
  blockedContent: ['MK:0012', 'MK:0015', 'MK:0036', 'ID:0044'],
  throttled: ['IB:0008', 'DB:0142'],
  unregistered: ['SIGNERR', 'NOSIGN'],
  rejected: ['REJECTD', 'DELETED'],
}

const classByCode = new Map(Object.entries(codes).flatMap(([failureClass, list]) => list.map((code) => [code, failureClass as FailureClass] as const)))

/** The class of a carrier's code, `unknown` when the table does not hold it. */
export function classifyCarrierCode(code: string): FailureClass {
  return classByCode.get(code.trim().toUpperCase()) ?? 'unknown'
}
