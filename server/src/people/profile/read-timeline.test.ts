import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestKit, type TestKit } from '../../../test/kit.ts'
import type { Context } from '../../access/index.ts'
import { readPersonActivity } from './read-person-activity.ts'
import { readTimeline, type TimelineAsk } from './read-timeline.ts'

const count = 100_000
const now = Date.parse('2026-03-01T00:00:00Z')

let kit: TestKit
let ctx: Context
let personId: number

beforeAll(async () => {
  kit = await startTestKit({ now: new Date(now) })
  ctx = await kit.workspace()
  const { rows } = await sql<{ id: number }>`insert into people (workspace_id) values (${ctx.workspaceId}) returning id`.execute(kit.platform.db)
  personId = rows[0]!.id
  // Three at the same moment each, so that pages are cut among equals.
  await kit.platform.warehouse.run({
    sql: `
      insert into event_intake (workspace_id, event, person_id, time, event_id, source_id, amount_fen, properties, received_at)
      select {workspaceId:UInt32}, if(number % 100 = 0, 'Order Completed', 'Product Viewed'), {personId:UInt32},
        fromUnixTimestamp64Milli(toInt64({now:Int64} - intDiv(number, 3) * 600000)), generateUUIDv4(), toUUID('00000000-0000-0000-0000-000000000000'),
        if(number % 100 = 0, toInt64(9900), null), concat('{"path":"/p/', toString(number), '"}'), now64(3)
      from numbers({count:UInt64})`,
    params: { workspaceId: ctx.workspaceId, personId, now, count },
  })
})
afterAll(() => kit.stop())

async function timed<Result>(work: () => Promise<Result>): Promise<{ result: Result; ms: number }> {
  const startedAt = performance.now()
  const result = await work()
  return { result, ms: Math.round(performance.now() - startedAt) }
}

it('pages through a hundred thousand events of one person without gap or repetition, as fast at the end as at the start', async ({ annotate }) => {
  const seen = new Set<string>()
  const times: number[] = []
  for (let cursor: string | undefined; ;) {
    const { result: page, ms } = await timed(() => readTimeline(ctx, { personId, limit: 5_000, cursor }))
    for (const item of page.items) seen.add(item.id)
    times.push(ms)
    if (!page.nextCursor) break
    cursor = page.nextCursor
  }
  expect(seen.size).toBe(count)
  await annotate(`pages of 5,000 of ${count}: ${times.join(', ')} ms`)
})

it.for<[what: string, narrowed: Omit<TimelineAsk, 'personId' | 'limit'>, found: number]>([
  ['the newest', {}, 50],
  ['a day months ago', { from: '2025-09-30T16:00:00Z', to: '2025-10-01T16:00:00Z' }, 50],
  ['the orders', { kind: 'order' }, 50],
  ['one text among all', { search: '/p/99998' }, 1],
])('finds %s among them', async ([what, narrowed, found], { annotate }) => {
  const { result, ms } = await timed(() => readTimeline(ctx, { personId, limit: 50, ...narrowed }))
  expect(result.items).toHaveLength(found)
  await annotate(`${what}: ${ms} ms`)
})

it('draws their days', async ({ annotate }) => {
  const { result, ms } = await timed(() => readPersonActivity(ctx, { personId }))
  expect(result.days.reduce((sum, day) => sum + day.events, 0)).toBe(count)
  expect(result.events).toEqual([
    { event: 'Product Viewed', kind: 'event', count: 99_000 },
    { event: 'Order Completed', kind: 'order', count: 1_000 },
  ])
  await annotate(`${result.days.length} days: ${ms} ms`)
})
