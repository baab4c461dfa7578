import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestKit, type TestKit } from '../../test/kit.ts'
import { stableUuid } from '../platform/stable-uuid.ts'
import { appendTogether } from './append-together.ts'
import { decodeBody } from './inbox-body.ts'
import type { IncomingItem } from './inbox-item.ts'

let kit: TestKit

beforeAll(async () => {
  kit = await startTestKit()
})
afterAll(async () => kit?.stop())

function items(from: number, count: number): IncomingItem[] {
  return Array.from({ length: count }, (_, index) => ({ type: 'track', identities: [['user_id', 'u']], timeMs: 1, key: stableUuid(from, index), event: 'E' }))
}

test('requests that come together share rows and commits; each is there when its promise says so, and all of them once', async () => {
  const [left, right] = [await kit.workspace(), await kit.workspace()]
  const receivedAt = new Date()
  const sources = [stableUuid('a'), stableUuid('b')]
  const appends = Array.from({ length: 60 }, async (_, index) => {
    const { workspaceId } = index % 3 === 0 ? left : right
    await appendTogether(kit.platform, { workspaceId, sourceId: sources[index % 2]!, receivedAt }, items(index, index % 5))
  })
  await Promise.all(appends)
  const { rows } = await sql<{ workspace_id: number; source_id: string; item_count: number; body: Buffer }>`
    select workspace_id, source_id, item_count, body from inbox`.execute(kit.platform.db)
  expect(rows.length).toBeLessThan(20)
  const keys: string[] = []
  for (const row of rows) {
    const read = await decodeBody<IncomingItem>(await kit.platform.vaults.of(row.workspace_id), row.body)
    expect(read).toHaveLength(row.item_count)
    keys.push(...read.map(({ key }) => key))
  }
  const expected = Array.from({ length: 60 }, (_, index) => items(index, index % 5).map(({ key }) => key)).flat()
  expect(new Set(keys)).toEqual(new Set(expected))
  expect(keys).toHaveLength(expected.length)
})

test('whoever shares a commit that fails is told so, and the next one goes on', async () => {
  const { workspaceId } = await kit.workspace()
  const origin = { workspaceId, sourceId: 'no uuid', receivedAt: new Date() }
  const outcomes = await Promise.allSettled([appendTogether(kit.platform, origin, items(1, 1)), appendTogether(kit.platform, origin, items(2, 1))])
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  await appendTogether(kit.platform, { ...origin, sourceId: stableUuid('c') }, items(3, 1))
  const { rows } = await sql`select from inbox where workspace_id = ${workspaceId}`.execute(kit.platform.db)
  expect(rows).toHaveLength(1)
})
