import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestKit, type TestKit } from '../../../test/kit.ts'

let kit: TestKit
beforeAll(async () => {
  kit = await startTestKit()
})
afterAll(() => kit.stop())

test('gives numbers for int8 and numeric, text for dates, Date for instants', async () => {
  const { rows } = await sql`
    select 9007199254740991::bigint as large, 12.50::numeric as money, date '2026-11-22' as day, '{1,null,3}'::bigint[] as ids,
      '{2026-01-01}'::date[] as days, timestamptz '2026-11-22 08:00:00+08' as at, null::bigint as none`.execute(kit.platform.db)
  expect(rows).toEqual([
    { large: 9_007_199_254_740_991, money: 12.5, day: '2026-11-22', ids: [1, null, 3], days: ['2026-01-01'], at: new Date('2026-11-22T00:00:00Z'), none: null },
  ])
})

test('throws for an integer that would lose digits', async () => {
  await expect(sql`select 9007199254740993::bigint as large`.execute(kit.platform.db)).rejects.toThrow('does not fit a number')
})

test('passes arrays and JSON as parameters', async () => {
  const { rows } = await sql`select array_length(${[1, 2, 3]}::bigint[], 1) as count, ${JSON.stringify({ a: [1] })}::jsonb as value`.execute(kit.platform.db)
  expect(rows).toEqual([{ count: 3, value: { a: [1] } }])
})

test('lives on when the server ends its connections', async () => {
  const { pool, db } = kit.platform
  const idle = await pool.connect()
  const running = pool.query('select pg_sleep(600)').then(
    () => 'slept',
    (error: Error) => error.message,
  )
  await expect.poll(countSleepers).toBe(1)
  await sql`select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()`.execute(db)
  expect(await running).toMatch(/terminat/i)
  idle.release(true)
  expect((await sql`select 1 as one`.execute(db)).rows).toEqual([{ one: 1 }])
})

async function countSleepers(): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from pg_stat_activity
    where datname = current_database() and state = 'active' and query = 'select pg_sleep(600)'`.execute(kit.platform.db)
  return rows[0]!.count
}
