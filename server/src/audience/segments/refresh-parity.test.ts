import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Rule } from '../../../../contracts/rule.ts'
import { startTestKit, type TestKit } from '../../../test/kit.ts'
import type { Context } from '../../access/index.ts'
import { makePerson, merge, undo } from '../../people/merging/testing/merge-kit.ts'
import { ruleMoment, streamPeople } from '../audience-statement.ts'
import { resolveRule } from '../rule/resolve-rule.ts'
import type { PersonFacts } from '../rule/evaluate-rule.ts'
import { arbitraryFacts, arbitraryRule } from '../rule/testing/arbitrary-rules.ts'
import { createSegment } from '../save-segment.ts'
import { listSegments } from '../segment-row.ts'
import { computeSets } from './compute-sets.ts'
import { refreshWorkspace, type RefreshMode } from './refresh-workspace.ts'
import { settleRuns } from './settle-runs.ts'
import { nextRun, readStoredSets } from './stored-sets.ts'

/** Whatever comes in and however time goes on, sets that were refreshed for the changed people alone are those that a rule read for everybody holds. */
const start = new Date('2026-11-22T03:04:05.678Z')
const seed = 11
const peopleCount = 40
const rulesCount = 24
const hourMs = 3_600_000

let kit: TestKit
beforeAll(async () => {
  kit = await startTestKit({ now: start })
})
afterAll(() => kit.stop())

const instant = (at: Date | number) => new Date(at).toISOString().replace('T', ' ').replace('Z', '')

/** Copies of people's rows, and events besides those that are there. The first copies must not outlive a merge. */
async function load(ctx: Context, people: readonly (readonly [personId: number, facts: PersonFacts])[], version = 1): Promise<void> {
  const { warehouse } = kit.platform
  const token = crypto.randomUUID()
  const rows = people.map(([personId, facts]) => ({
    workspace_id: ctx.workspaceId,
    person_id: personId,
    attributes: facts.attributes,
    has_phone: Number(facts.hasPhone),
    has_email: Number(facts.hasEmail),
    created_at: instant(facts.createdAt),
    version,
    is_deleted: 0,
  }))
  await warehouse.insertRows('people', rows, { token: `people ${token}` })
  const events = people.flatMap(([personId, facts]) =>
    facts.events.map((fact) => ({
      workspace_id: ctx.workspaceId,
      event: fact.event,
      person_id: personId,
      time: instant(fact.timeMs),
      event_id: crypto.randomUUID(),
      source_id: crypto.randomUUID(),
      amount_fen: fact.amountFen,
      properties: fact.properties,
      received_at: instant(kit.clock.now()),
    })),
  )
  await warehouse.insertRows('event_intake', events, { token: `events ${token}` })
}

/** What came in before this is long ago: only what comes in from now on is a change. */
const forgetChanges = () => kit.platform.warehouse.run({ sql: 'truncate table person_changes' })

async function storedPeople(ctx: Context, segmentId: string): Promise<number[]> {
  const [set] = await readStoredSets(ctx, [segmentId])
  const { ids } = await kit.platform.warehouse.row<{ ids: number[] }>({
    sql: 'select arraySort(bitmapToArray(groupBitmapMergeState(people))) as ids from segment_sets where workspace_id = {workspaceId:UInt32} and segment_id = {segmentId:UUID} and run = {run:UInt64}',
    params: { workspaceId: ctx.workspaceId, segmentId, run: set!.run },
  })
  return ids
}

/** Rules of the segments whose stored people are not those of a reading of everybody at this moment. */
async function differing(ctx: Context): Promise<Rule[]> {
  const segments = await listSegments(ctx, {})
  const sets = await readStoredSets(
    ctx,
    segments.map((segment) => segment.id),
  )
  const rules = await Promise.all(
    segments.map(async ({ id, rule }, index) => ({ segmentId: id, resolved: await resolveRule(ctx, rule), run: sets[index]!.run })),
  )
  const scope = { workspaceId: ctx.workspaceId, ...(await ruleMoment(ctx)) }
  const computed = await computeSets(ctx, { rules, run: await nextRun(kit.platform.db), scope, changed: false, isSmall: true })
  return segments.flatMap(({ rule }, index) => (computed[index]!.isWritten ? [rule] : []))
}

async function rulePeople(ctx: Context, rule: Rule): Promise<number[]> {
  let text = ''
  for await (const bytes of streamPeople(ctx, rule)) text += bytes.toString()
  return text.split('\n').filter(Boolean).map(Number)
}

it('refreshing the changed people alone is refreshing everybody, on random rules and histories', { timeout: 300_000 }, async () => {
  const ctx = await kit.workspace()
  const facts = fc.sample(fc.array(arbitraryFacts(start), { minLength: peopleCount * 2, maxLength: peopleCount * 2, size: 'max' }), {
    seed,
    numRuns: 1,
  })[0] as PersonFacts[]
  const ids: number[] = []
  for (let index = 0; index < peopleCount; index += 1) ids.push(await makePerson(ctx, { identities: [`user_id:${index}`] }))
  await load(
    ctx,
    ids.map((id, index) => [id, facts[index]!] as const),
  )
  const rules = fc
    .sample(arbitraryRule(start), { seed, numRuns: rulesCount })
    .map((rule) => Rule.parse(rule))
    .filter((rule) => !/"layer"|"consent"|tagId|campaignId|\\u0000/.test(JSON.stringify(rule)))
  const segments = []
  for (const [index, rule] of rules.entries()) segments.push(await createSegment(ctx, { name: `分群 ${index}`, description: '', rule }))

  const modes: (RefreshMode | null)[] = []
  let moved = 0
  const refresh = async () => {
    const before = await listSegments(ctx, {})
    modes.push(await refreshWorkspace(kit.platform, ctx.workspaceId, { now: true, changedShareMax: 1 }))
    await settleRuns(kit.platform, ctx.workspaceId)
    expect(await differing(ctx)).toEqual([])
    const counts = new Map(before.map((segment) => [segment.id, segment.count]))
    moved += (await listSegments(ctx, {})).filter((segment) => counts.get(segment.id) !== segment.count).length
    await forgetChanges()
  }
  await forgetChanges()
  // Events lie at the edges of windows of `start` and one millisecond beside: time alone moves people.
  for (const stepMs of [1, 1, 2]) {
    kit.clock.advance(stepMs)
    await refresh()
  }
  for (let step = 0; step < 3; step += 1) {
    const some = ids.slice(step * 5, step * 5 + 5)
    await load(
      ctx,
      some.map((id, index) => [id, facts[peopleCount + step * 5 + index]!] as const),
      100 + step,
    )
    kit.clock.advance(hourMs)
    await refresh()
  }
  const [merged] = await merge(ctx, [{ keptId: ids[20]!, mergedId: ids[21]! }])
  await merge(ctx, [{ keptId: ids[22]!, mergedId: ids[23]! }])
  await refresh()
  await undo(ctx, merged!)
  await refresh()
  expect(modes).toEqual(modes.map(() => 'incremental'))
  expect(moved).toBeGreaterThan(rulesCount / 4)
  // Another day of the zone: everybody is read.
  kit.clock.advance(14 * hourMs)
  await refresh()
  expect(modes.at(-1)).toBe('full')
  for (const { id, rule } of segments) expect({ rule, people: await storedPeople(ctx, id) }).toEqual({ rule, people: await rulePeople(ctx, rule) })
})
