import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { runChild } from '../../../test/child.ts'
import { startTestKit, type TestKit } from '../../../test/kit.ts'
import type { RefreshOrder, RefreshReport } from './testing/refresh-in-child.ts'

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hongyan-refresh-'))
const people = 900
const buyersPerRound = 150
const rounds = 5

let kit: TestKit
beforeAll(async () => {
  kit = await startTestKit({ environment: { HONGYAN_MASTER_KEY: randomBytes(32).toString('base64') } })
})
afterAll(async () => {
  await kit?.stop()
  fs.rmSync(folder, { recursive: true, force: true })
})

async function refresh(order: Pick<RefreshOrder, 'workspaceId' | 'buyers' | 'killAt'>): Promise<RefreshReport | null> {
  const program = new URL('testing/refresh-in-child.ts', import.meta.url)
  const report = await runChild<RefreshOrder, RefreshReport>(kit, program, { ...order, people, warehousePath: path.join(folder, 'warehouse') })
  // Nobody holds what a killed process held.
  await sql`update segment_refreshes set running_since = null`.execute(kit.platform.db)
  await sql`update inbox_chunks set leased_until = now() - interval '1 second'`.execute(kit.platform.db)
  return report
}

it('tells of everybody who enters exactly once, wherever the refresh is killed', async () => {
  const { workspaceId } = await kit.workspace()
  const rule = {
    kind: 'event',
    event: 'Order Completed',
    filters: [],
    measure: { kind: 'times' },
    comparison: { operator: 'atLeast', values: [1] },
    window: { kind: 'ever' },
  }
  await sql`insert into segments (workspace_id, name, rule, announces) values (${workspaceId}, '下过单', ${JSON.stringify(rule)}::jsonb, true)`.execute(
    kit.platform.db,
  )
  const first = await refresh({ workspaceId, buyers: 0, killAt: 0 })
  expect(first).toMatchObject({ events: 0, moved: 0 })
  const killedAt: number[] = []
  for (let round = 1; round <= rounds; round += 1) {
    const killAt = 1 + Math.floor(Math.random() * first!.crossings)
    if ((await refresh({ workspaceId, buyers: round * buyersPerRound, killAt })) === null) killedAt.push(killAt)
  }
  const buyers = rounds * buyersPerRound
  const report = await refresh({ workspaceId, buyers, killAt: 0 })
  console.info(`killed at crossings ${killedAt.join(', ')} of ${first!.crossings}`)
  expect(report).toMatchObject({ events: buyers, distinctEvents: buyers, people: buyers, moved: buyers })
})
