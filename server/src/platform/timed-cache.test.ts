import { expect, test } from 'vitest'
import { ManualClock } from './clock.ts'
import { TimedCache } from './timed-cache.ts'

function cacheWith(entriesMax?: number) {
  const clock = new ManualClock('2026-11-22T08:00:00Z')
  let loads = 0
  const cache = new TimedCache<number>({ clock, keepMs: 5000, entriesMax })
  return { clock, cache, read: (key: string) => cache.read(key, async () => (loads += 1)), loads: () => loads }
}

test('looks up again only after the time, or when told to forget', async () => {
  const { clock, cache, read } = cacheWith()
  expect([await read('a'), await read('a')]).toEqual([1, 1])
  clock.advance(5000)
  expect(await read('a')).toBe(2)
  cache.forget((value) => value === 2)
  expect(await read('a')).toBe(3)
})

test('does not keep what was looked up while it was told to forget', async () => {
  const { cache, read } = cacheWith()
  let answer: (value: number) => void = () => {}
  const underWay = cache.read('a', () => new Promise<number>((resolve) => (answer = resolve)))
  cache.forget(() => true)
  answer(99)
  expect([await underWay, await read('a')]).toEqual([99, 1])
})

test('never remembers that something is not there, and makes room by dropping the oldest', async () => {
  const { cache, read } = cacheWith(2)
  expect(await cache.read('a', async () => null)).toBeNull()
  for (const key of ['a', 'b', 'c']) await read(key)
  expect([await read('c'), await read('a')]).toEqual([3, 4])
})
