import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestKit, type TestKit } from './kit.ts'

let kit: TestKit
beforeAll(async () => {
  kit = await startTestKit({ now: '2026-11-22T08:00:00Z' })
})
afterAll(() => kit.stop())

test('gives both stores with their tables', async () => {
  const { rows } = await sql<{ count: number }>`select count(*) as count from workspaces`.execute(kit.platform.db)
  expect(rows).toEqual([{ count: 0 }])
  expect(await kit.platform.warehouse.row<{ count: number }>({ sql: 'select count() as count from events' })).toEqual({ count: 0 })
})

test('gives a workspace whose vault opens what it sealed', async () => {
  const ctx = await kit.workspace()
  const vault = await kit.platform.vaults.of(ctx.workspaceId)
  expect(vault.open(vault.seal('13800001234'))).toBe('13800001234')
  expect(ctx.permissions.has('members.manage')).toBe(true)
})

test('moves the clock only when told', () => {
  kit.clock.advance(1_000)
  expect(kit.platform.clock.now().toISOString()).toBe('2026-11-22T08:00:01.000Z')
})
