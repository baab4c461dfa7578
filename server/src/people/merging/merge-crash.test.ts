import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { runChild, type Asked } from '../../../test/child.ts'
import { startTestKit, type TestKit } from '../../../test/kit.ts'
import { makePerson } from './testing/merge-kit.ts'
import type { MergeOrder, MergeReport } from './testing/merge-in-child.ts'

const masterKey = randomBytes(32).toString('base64')
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hongyan-merge-crash-'))
const pairsPerRound = 20

let kit: TestKit
beforeAll(async () => {
  kit = await startTestKit({ environment: { HONGYAN_MASTER_KEY: masterKey } })
})
afterAll(async () => {
  await kit?.stop()
  fs.rmSync(folder, { recursive: true, force: true })
})

/** Runs a process to its end; null when it has killed itself. */
const merge = (order: Omit<Asked<MergeOrder>, 'warehousePath'>): Promise<MergeReport | null> =>
  runChild<MergeOrder, MergeReport>(kit, new URL('testing/merge-in-child.ts', import.meta.url), { ...order, warehousePath: path.join(folder, 'warehouse') })

it('is all or nothing wherever the process is killed, and the warehouse catches up', async () => {
  const ctx = await kit.workspace()
  const { workspaceId } = ctx
  const pairsOf = async () => {
    const pairs: MergeOrder['pairs'] = []
    for (let index = 0; index < pairsPerRound; index++) {
      const [keptId, mergedId] = [await makePerson(ctx, { attributes: { name: ['甲', 1] } }), await makePerson(ctx, { attributes: { name: ['乙', 2] } })]
      pairs.push({ keptId, mergedId })
    }
    return pairs
  }
  const first = await pairsOf()
  const { crossings } = (await merge({ workspaceId, pairs: first, killAt: 0 }))!
  const expected = new Map(first.map(({ keptId, mergedId }) => [mergedId, keptId]))
  // Begin, the middle of the statements, around the commit, between the stores, and at the end of the mirror.
  const places = [0.3, 0.6, 0.72, 0.84, 0.94].map((share) => Math.max(2, Math.round(crossings * share)))
  for (const killAt of places) {
    const pairs = await pairsOf()
    expect(await merge({ workspaceId, pairs, killAt })).toBeNull()
    const ids = pairs.flatMap(({ keptId, mergedId }) => [keptId, mergedId])
    const { rows } = await sql<{ people: number; gone: number; aliases: number; names: number }>`
      select (select count(*)::integer from people where id = any(${ids}::bigint[])) as people,
        (select count(*)::integer from merged_people where id = any(${ids}::bigint[])) as gone,
        (select count(*)::integer from person_aliases where alias_id = any(${ids}::bigint[])) as aliases,
        (select count(*)::integer from people where id = any(${ids}::bigint[]) and attributes ->> 'name' = '乙') as names`.execute(kit.platform.db)
    const isDone = rows[0]!.gone > 0
    const n = pairsPerRound
    expect(rows[0]).toEqual(isDone ? { people: n, gone: n, aliases: n, names: n } : { people: 2 * n, gone: 0, aliases: 0, names: n })
    if (isDone) for (const { keptId, mergedId } of pairs) expected.set(mergedId, keptId)
  }
  const report = await merge({ workspaceId, pairs: [], killAt: 0 })
  expect(new Map(report!.aliases)).toEqual(expected)
  expect(report!.deleted).toEqual([...expected.keys()].toSorted((left, right) => left - right))
  expect(expected.size).toBeGreaterThan(pairsPerRound)
  expect(expected.size).toBeLessThan(pairsPerRound * (places.length + 1))
})
