import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestKit, type TestKit } from '../../../test/kit.ts'
import { registerPopulation } from '../../people/index.ts'
import { merge } from '../../people/merging/testing/merge-kit.ts'
import { setPopulation } from '../segments/set-population.ts'
import { createStaticSegment } from '../segments/static-segments.ts'
import { readStoredSets } from '../segments/stored-sets.ts'
import { scoreRow } from './fit-model.ts'
import { fitLookalike } from './make-lookalike.ts'
import { roles, scoreEverybody, scoreUnit } from './score-statement.ts'
import { makeTown } from './testing/make-town.ts'
import type { LookalikeWork } from './work.ts'

const now = '2026-11-22T04:00:00Z'
let kit: TestKit
beforeAll(async () => {
  kit = await startTestKit({ now })
  registerPopulation(setPopulation)
})
afterAll(() => kit.stop())

it('gives people the score in the warehouse that the model gives their row, also people who were merged, with tags, lists and numbers', async () => {
  const ctx = await kit.workspace()
  const town = await makeTown(ctx, { people: 1_500, now: new Date(now), tagged: true })
  const { id: segmentId } = await createStaticSegment(ctx, { name: '种子', description: '', of: { kind: 'people', personIds: town.members } })
  const others = town.people.filter(({ isMember }) => !isMember).map(({ personId }) => personId)
  const pairs = Array.from({ length: 15 }, (_, index) => ({ keptId: others[index * 2]!, mergedId: others[index * 2 + 1]! }))
  pairs.push({ keptId: town.members[0]!, mergedId: others[40]! }, { keptId: others[41]!, mergedId: town.members[1]! })
  await merge(ctx, pairs)
  const [stored] = await readStoredSets(ctx, [segmentId])
  const work: LookalikeWork = {
    id: segmentId,
    run: 77,
    seed: { segmentId, name: '种子', run: stored!.run },
    withRuleFeatures: false,
    excluded: [],
    signal: new AbortController().signal,
    tell: async () => {},
  }
  const fitted = await fitLookalike(ctx, work)
  await scoreEverybody(ctx, { ...fitted, work })
  const rows = await kit.platform.warehouse.rows<{ personId: number; score: number; role: number }>({
    sql: 'select person_id as personId, score, role from lookalike_scores where workspace_id = {workspaceId:UInt32} order by person_id',
    params: { workspaceId: ctx.workspaceId },
  })
  const gone = new Set(pairs.map(({ mergedId }) => mergedId))
  expect(rows.map(({ personId }) => personId)).toEqual(town.people.map(({ personId }) => personId).filter((personId) => !gone.has(personId)))
  // Whoever was joined with somebody of the seed is of the seed.
  const inSeed = (personId: number) => [roles.seed, roles.heldOut].includes(rows.find((row) => row.personId === personId)!.role as never)
  expect([inSeed(town.members[0]!), inSeed(others[41]!), inSeed(others[0]!)]).toEqual([true, true, false])

  const { matrix, model } = fitted
  const scores = new Map(rows.map(({ personId, score }) => [personId, score / scoreUnit]))
  const kept = new Set(pairs.map(({ keptId }) => keptId))
  const sampled = Array.from(matrix.personIds)
  expect(sampled.filter((personId) => kept.has(personId)).length).toBeGreaterThan(2)
  for (const [row, personId] of sampled.entries()) expect(scores.get(personId)! - scoreRow(matrix, model, row)).toBeCloseTo(0, 4)
  const sources = new Set(matrix.features.map(({ source }) => source.split(':')[0]))
  expect(sources).toEqual(new Set(['address', 'attribute', 'event', 'rhythm', 'tag']))
  const { rows: left } = await sql<{ count: number }>`select count(*)::int as count from person_aliases where workspace_id = ${ctx.workspaceId}`.execute(
    kit.platform.db,
  )
  expect(left[0]!.count).toBe(pairs.length)
})
