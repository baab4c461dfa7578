import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestKit, type TestKit } from '../../../test/kit.ts'
import type { Context } from '../../access/index.ts'
import { makeEvent, makePerson, merge, undo } from '../../people/merging/testing/merge-kit.ts'
import { readEventTotals } from './event-totals.ts'

let kit: TestKit
beforeAll(async () => {
  kit = await startTestKit()
})
afterAll(async () => kit?.stop())

async function counted(ctx: Context) {
  const totals = await readEventTotals(ctx)
  return Object.fromEntries(totals.map(({ event, count, people }) => [event, [count, people]]))
}

it('totals of events count a person who is one with others once, and again apart when that is undone', async () => {
  const ctx = await kit.workspace()
  const [first, second, third, fourth] = [await makePerson(ctx, {}), await makePerson(ctx, {}), await makePerson(ctx, {}), await makePerson(ctx, {})]
  for (const [index, person] of [first, second, second, third].entries()) await makeEvent(ctx, person, { event: 'Viewed', timeMs: 1_700_000_000_000 + index })
  for (const person of [second, third]) await makeEvent(ctx, person, { event: 'Ordered', timeMs: 1_700_000_000_000 })
  await makeEvent(ctx, fourth, { event: 'Left', timeMs: 1_700_000_000_000 })
  expect(await counted(ctx)).toEqual({ Viewed: [4, 3], Ordered: [2, 2], Left: [1, 1] })

  // Of those who ordered, nobody stands under the id that is left.
  const mergeIds = await merge(ctx, [
    { keptId: first, mergedId: second },
    { keptId: first, mergedId: third },
  ])
  expect(await counted(ctx)).toEqual({ Viewed: [4, 1], Ordered: [2, 1], Left: [1, 1] })
  expect(await readEventTotals(ctx, { event: 'Viewed' })).toMatchObject([{ people: 1, firstMs: 1_700_000_000_000, lastMs: 1_700_000_000_003 }])

  await undo(ctx, mergeIds.at(-1)!)
  expect(await counted(ctx)).toEqual({ Viewed: [4, 2], Ordered: [2, 2], Left: [1, 1] })
})
