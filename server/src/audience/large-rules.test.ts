import { afterAll, beforeAll, expect, it } from 'vitest'
import { Rule } from '../../../contracts/rule.ts'
import { startTestKit, type TestKit } from '../../test/kit.ts'
import type { Context } from '../access/index.ts'
import { AppError } from '../platform/errors.ts'
import { audienceStatement, countRule } from './audience-statement.ts'

/** What only shows with many people: estimates, limits, cancelling. The history is made by the engine itself. */
const people = 300_000
let kit: TestKit
let ctx: Context
beforeAll(async () => {
  kit = await startTestKit({ now: '2026-11-22T04:00:00Z' })
  ctx = await kit.workspace()
  const params = { workspaceId: ctx.workspaceId, people }
  await kit.platform.warehouse.run({
    sql: `insert into people (workspace_id, person_id, attributes, has_phone, has_email, created_at, version)
      select {workspaceId:UInt32}, number + 1, concat('{"city":"', ['上海', '北京', '广州'][1 + cityHash64(number) % 3], '"}')::JSON, number % 10 > 0, 0, '2026-01-01 00:00:00', 1
      from numbers({people:UInt64})`,
    params,
  })
  await kit.platform.warehouse.run({
    sql: `insert into event_intake (workspace_id, event, person_id, time, event_id, source_id, amount_fen, properties, received_at)
      select {workspaceId:UInt32}, 'Order Completed', 1 + cityHash64(number, 1) % {people:UInt64}, toDateTime64('2026-11-22 00:00:00', 3) - cityHash64(number, 2) % 7776000, generateUUIDv4(), generateUUIDv4(),
        cityHash64(number, 3) % 90000, '{}', now64(3)
      from numbers(600000)`,
    params,
  })
})
afterAll(() => kit.stop())

const orders = (operator: string, values: number[], days: number) =>
  Rule.parse({
    kind: 'event',
    event: 'Order Completed',
    measure: { kind: 'times' },
    comparison: { operator, values },
    window: { kind: 'last', amount: days, unit: 'day' },
  })
const inShanghai = Rule.parse({ kind: 'attribute', attribute: 'city', test: { type: 'text', operator: 'is', values: ['上海'] } })
const rule: Rule = { kind: 'all', rules: [inShanghai, orders('atLeast', [2], 60), { kind: 'not', rule: orders('atLeast', [1], 7) }] }

it.each<[string, Rule]>([
  ['a third', inShanghai],
  ['a compound', rule],
  ['those who did not', orders('equals', [0], 90)],
  ['everyone', { kind: 'all', rules: [] }],
])('estimates %s within its margin of the exact count', async (_, asked) => {
  const [exact, estimate] = [await countRule(ctx, asked, { exact: true }), await countRule(ctx, asked)]
  expect(exact).toMatchObject({ exact: true, total: people, marginPercent: 0 })
  expect(estimate).toMatchObject({ exact: false, total: people })
  // Twice the 95 % margin is left once in ten thousand times; the hash is fixed, so this never flickers.
  expect(Math.abs(estimate.count - exact.count)).toBeLessThanOrEqual((2 * estimate.marginPercent * estimate.count) / 100)
  expect(estimate.marginPercent).toBeLessThan(25)
})

it('says that it knows nothing about a rule of very few people', async () => {
  expect(await countRule(ctx, orders('atLeast', [50], 90))).toMatchObject({ count: 0, exact: false, marginPercent: 100 })
})

it('past its memory a rule is refused, and never answers with a part of the people', async () => {
  const { count } = await countRule(ctx, rule, { exact: true })
  const compiled = await audienceStatement(ctx, rule)
  const sql = `select bitmapCardinality(people) as count from (${compiled.sql})`
  const outcomes = new Set<unknown>()
  for (let megabytes = 1; megabytes <= 128; megabytes *= 2) {
    const statement = { sql, params: compiled.params, limits: { memoryBytesMax: megabytes * 1024 ** 2 } }
    const outcome = kit.platform.warehouse.row<{ count: number }>(statement).then((row) => row.count)
    outcomes.add(await outcome.catch((error: unknown) => (error instanceof AppError ? error.errorName : error)))
  }
  expect(outcomes).toEqual(new Set(['rule-too-costly', count]))
})

it('says which node of a rule is too costly', async () => {
  const seen = Rule.parse({ ...orders('atLeast', [1], 90), event: 'Product Viewed' })
  const asked: Rule = { kind: 'all', rules: [inShanghai, { kind: 'any', rules: [seen, { kind: 'not', rule: orders('atLeast', [3], 90) }] }] }
  const counting = countRule(ctx, asked, { exact: true, limits: { memoryBytesMax: 1024 ** 2 } })
  await expect(counting).rejects.toMatchObject({ errorName: 'rule-too-costly', problems: [{ at: 'rule.rules.1.rules.1.rule' }] })
})

it('past its time a rule is refused', async () => {
  const compiled = await audienceStatement(ctx, rule)
  const sql = `select bitmapCardinality(people) as count, sleepEachRow(3) from (${compiled.sql})`
  await expect(kit.platform.warehouse.row({ sql, params: compiled.params, limits: { secondsMax: 1 } })).rejects.toMatchObject({ errorName: 'rule-too-costly' })
})

it('stops in the engine when the caller hangs up', async () => {
  const gone = new AbortController()
  const counting = countRule(ctx, rule, { exact: true, signal: gone.signal })
  // Soon, so that even a quick engine on a slow machine is not done first.
  setImmediate(() => gone.abort(new Error('gone')))
  await expect(counting).rejects.toThrow('gone')
})
