import type { Segment } from '../../../../../contracts/audience.ts'

/** Orders beside that of the list itself, the newest first. */
export const segmentOrders = ['count', 'name', 'updated', 'cost'] as const

const numbers: Record<string, (segment: Segment) => number> = {
  count: ({ count }) => count ?? -1,
  updated: ({ updatedAt }) => Date.parse(updatedAt),
  cost: ({ freshness }) => freshness.tookMs ?? -1,
}

/** The largest, last changed or dearest first, or by name; as they come for anything else. */
export function sortSegments(segments: readonly Segment[], order: string | undefined): Segment[] {
  if (order === 'name') return segments.toSorted((a, b) => a.name.localeCompare(b.name, 'zh'))
  const number = numbers[order ?? '']
  return number ? segments.toSorted((a, b) => number(b) - number(a)) : [...segments]
}
