import { expect, it } from 'vitest'
import type { Segment } from '../../../../../contracts/audience.ts'
import { sortSegments } from './sort-segments.ts'

const segment = (name: string, count: number | null, tookMs: number | null, updatedAt: string) =>
  ({ name, count, updatedAt, freshness: { tookMs } }) as unknown as Segment
const all = [
  segment('老客', 5, null, '2026-11-02T00:00:00Z'),
  segment('加购', null, 30, '2026-11-03T00:00:00Z'),
  segment('新客', 9, 20, '2026-11-01T00:00:00Z'),
]

it.each([
  ['count', ['新客', '老客', '加购']],
  ['name', ['加购', '老客', '新客']],
  ['updated', ['加购', '老客', '新客']],
  ['cost', ['加购', '新客', '老客']],
  [undefined, ['老客', '加购', '新客']],
  ['what is not an order', ['老客', '加购', '新客']],
])('orders segments by %s', (order, names) => {
  expect(sortSegments(all, order).map(({ name }) => name)).toEqual(names)
})
