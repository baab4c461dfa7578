import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { runChild, type Asked } from '../../../test/child.ts'
import { startTestKit, type TestKit } from '../../../test/kit.ts'
import { readLayerModels } from './layer-model-row.ts'
import type { AnnounceOrder, AnnounceReport } from './testing/announce-in-child.ts'

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hongyan-layer-crash-'))
let kit: TestKit
beforeAll(async () => {
  kit = await startTestKit({ environment: { HONGYAN_MASTER_KEY: randomBytes(32).toString('base64') } })
})
afterAll(async () => {
  await kit?.stop()
  fs.rmSync(folder, { recursive: true, force: true })
})

const run = (order: Omit<Asked<AnnounceOrder>, 'warehousePath'>): Promise<AnnounceReport | null> =>
  runChild<AnnounceOrder, AnnounceReport>(kit, new URL('testing/announce-in-child.ts', import.meta.url), {
    ...order,
    warehousePath: path.join(folder, 'warehouse'),
  })

it('tells every change of layer exactly once, wherever the process is killed', async () => {
  const ctx = await kit.workspace()
  const { workspaceId } = ctx
  const [model] = await readLayerModels(ctx)
  await sql`update layer_models set announces = true where id = ${model!.id}::uuid`.execute(kit.platform.db)
  const people = Array.from({ length: 100 }, (_, index) => index + 1)
  const order = { workspaceId, modelId: model!.id }
  // Equal buyers are in one layer however many there are, so that only the buyers of a round move.
  const first = (await run({ ...order, people, buyers: people.slice(0, 20), killAt: 0 }))!
  expect(await told(workspaceId)).toBe(20)
  const whole = (await run({ ...order, buyers: people.slice(20, 40), killAt: 0 }))!
  expect(await told(workspaceId)).toBe(40)
  expect(first.crossings).toBeGreaterThan(whole.crossings)
  // In the computation, around what shows the run, and between pages of events.
  const places = [0.4, 0.7, 0.9].map((share) => Math.max(2, Math.round(whole.crossings * share)))
  for (const [round, killAt] of places.entries()) {
    expect(await run({ ...order, buyers: people.slice(40 + round * 20, 60 + round * 20), killAt })).toBeNull()
    // What half an hour does to a computation whose process died.
    await sql`update layer_models set computing_since = null where id = ${model!.id}::uuid`.execute(kit.platform.db)
  }
  await run({ ...order, buyers: people.slice(40), killAt: 0 })
  expect(await told(workspaceId)).toBe(people.length)
})

/** Events in the inbox. */
async function told(workspaceId: number): Promise<number> {
  const { rows } = await sql<{ events: number }>`
    select coalesce(sum(item_count), 0)::integer as events from inbox where workspace_id = ${workspaceId} and kind = 'message'`.execute(kit.platform.db)
  return rows[0]!.events
}
