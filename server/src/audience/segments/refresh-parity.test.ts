import { sql } from 'kysely'
import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Rule } from '../../../../contracts/rule.ts'
import { startTestKit, type TestKit } from '../../../test/kit.ts'
import type { Context } from '../../access/index.ts'
import { importFile } from '../../collect/imports/testing/import-kit.ts'
import { stepUndos } from '../../collect/imports/undo/run-undo.ts'
import { startImportUndo } from '../../collect/imports/undo/start-undo.ts'
import { recordConsents, registerPersonTable, runnerOf } from '../../people/index.ts'
import { makePerson, merge, undo } from '../../people/merging/testing/merge-kit.ts'
import { mirrorConsents } from '../../people/mirror/mirror-consents.ts'
import { mirrorPeople } from '../../people/mirror/mirror-people.ts'
import { applyTags, createTag, startTags } from '../../tags/index.ts'
import { expireTags } from '../../tags/expire-tags.ts'
import { mirrorTags } from '../../tags/mirror-tags.ts'
import { stepActions } from '../../tags/run-actions.ts'
import { mergeTags } from '../../tags/start-action.ts'
import { ruleMoment, streamPeople } from '../audience-statement.ts'
import { createLayerModel, recomputeLayerModel } from '../layers/save-layer-model.ts'
import type { PersonFacts } from '../rule/evaluate-rule.ts'
import { resolveRule } from '../rule/resolve-rule.ts'
import { arbitraryFacts, arbitraryRule, campaignIds, modelId, tagIds } from '../rule/testing/arbitrary-rules.ts'
import { insertSegment, newSegmentId, updateSegment } from '../save-segment.ts'
import { listSegments } from '../segment-row.ts'
import { computeSets } from './compute-sets.ts'
import { refreshWorkspace } from './refresh-workspace.ts'
import { settleRuns } from './settle-runs.ts'
import { changeSegmentMembers, createStaticSegment } from './static-segments.ts'
import { nextRun, readStoredSets } from './stored-sets.ts'

/** Whatever comes in or is taken back and however time goes on, sets that were refreshed for the changed people alone are those that a rule read for everybody holds. */
const start = new Date('2026-11-22T03:04:05.678Z')
const seed = 11
const peopleCount = 40
const rulesCount = 20
const hourMs = 3_600_000
/** What rules name besides segments and lists, which are put around random rules. */
const kinds = ['"attribute"', '"event"', '"eventValue"', '"sequence"', '"message"', '"tag"', '"consent"', '"layer"', '"sinceCampaign"']

let kit: TestKit
beforeAll(async () => {
  kit = await startTestKit({ now: start })
  startTags(kit.platform)
  registerPersonTable({ kind: 'state', name: 'import_people', key: ['import_id'] })
})
afterAll(() => kit.stop())

const instant = (at: Date | number) => new Date(at).toISOString().replace('T', ' ').replace('Z', '')
const is = (city: string): Rule => ({ kind: 'attribute', attribute: 'city', test: { type: 'text', operator: 'is', values: [city] } })

interface World {
  ctx: Context
  /** People by index, under the ids they were made with. */
  ids: number[]
  tags: string[]
  campaigns: string[]
  models: string[]
  lists: string[]
  /** Puts today's ids of tags, campaigns and the model in the place of those of random rules and histories. */
  named<Thing>(thing: Thing): Thing
}

async function makeWorld(): Promise<World> {
  const ctx = await kit.workspace()
  const { db } = kit.platform
  const ids: number[] = []
  for (let index = 0; index < peopleCount; index += 1) ids.push(await makePerson(ctx, { identities: [`user_id:${index}`, `member_no:M${index}`] }))
  const plain = { categoryId: null, description: '', kind: 'value', values: [], many: true, colour: 'blue', ownerId: null, expiresAfterDays: null } as const
  const tags: string[] = []
  for (const name of ['甲', '乙', '丙']) tags.push((await createTag(ctx, { ...plain, values: [], name })).id)
  const { rows: campaigns } = await sql<{ id: string }>`
    insert into campaigns (workspace_id, code, name, type, state, goal) select ${ctx.workspaceId}, code, code, 'other', 'imported', '{}' from unnest(array['C1', 'C2']) as code
    returning id`.execute(db)
  const label = (text: string) => ({ zh: text, en: text })
  const layers = [
    { name: 'high', label: label('高'), rule: { kind: 'hasAddress', channel: 'sms' } },
    { name: 'low', label: label('低'), rule: is('上海') },
    { name: 'nowhere', label: label('无'), rule: { kind: 'any', rules: [] } },
  ] as const
  const model = await createLayerModel(ctx, {
    name: '模型',
    announces: false,
    definition: { kind: 'rules', layers: layers.map((layer) => ({ ...layer, rule: Rule.parse(layer.rule) })) },
  })
  const lists: string[] = []
  for (const [index, personIds] of [ids.slice(0, 12), ids.slice(8, 30)].entries())
    lists.push((await createStaticSegment(ctx, { name: `名单 ${index}`, description: '', of: { kind: 'people', personIds } })).id)
  const today = new Map([
    ...tagIds.map((id, index) => [id, tags[index]!] as const),
    ...campaignIds.map((id, index) => [id, campaigns[index]!.id] as const),
    [modelId, model.id] as const,
  ])
  const named = <Thing>(thing: Thing): Thing =>
    JSON.parse([...today].reduce((text, [from, to]) => text.replaceAll(from, to), JSON.stringify(thing).replaceAll('\\u0000', ''))) as Thing
  return { ctx, ids, tags, campaigns: campaigns.map((row) => row.id), models: [model.id], lists, named }
}

/** A person's attributes, addresses and tags become those of some facts, and the facts' events come in besides. */
async function load({ ctx, named }: World, people: readonly (readonly [personId: number, facts: PersonFacts])[]): Promise<void> {
  const { db, warehouse } = kit.platform
  const given = people.map(([personId, facts]) => ({ personId, ...named(facts), createdAt: facts.createdAt }))
  const rows = given.map(({ personId: id, attributes, createdAt, hasPhone, hasEmail }) => ({ id, attributes, createdAt, hasPhone, hasEmail }))
  await sql`
    update people set attributes = given.attributes, version = version + 1, created_at = given."createdAt",
      phone_key = case when given."hasPhone" then gen_random_uuid() end, email_key = case when given."hasEmail" then gen_random_uuid() end
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as given (id bigint, attributes jsonb, "createdAt" timestamptz, "hasPhone" boolean, "hasEmail" boolean)
    where workspace_id = ${ctx.workspaceId} and people.id = given.id`.execute(db)
  const events = given.flatMap(({ personId, events: ofPerson }) =>
    ofPerson.map((fact) => ({
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
  await warehouse.insertRows('event_intake', events, { token: `events ${crypto.randomUUID()}` })
  await db.transaction().execute(async (tx) => {
    for (const { personId, tags = [] } of given) {
      for (const { tagId, value, setAtMs, expiresAtMs } of tags) {
        const entry = { personId, tagId, value: value || '护肤', expiresAt: expiresAtMs === null ? null : new Date(expiresAtMs) }
        await applyTags(runnerOf(tx), { workspaceId: ctx.workspaceId, entries: [entry], source: 'manual', originId: null, now: new Date(setAtMs) })
      }
    }
    const timeMs = kit.clock.now().getTime()
    const said = given.flatMap(({ personId, consents = [] }) => consents.map(({ state }) => ({ personId, state: state as 'granted' | 'withdrawn' })))
    const proof = { channel: 'sms', purpose: 'marketing', proof: String(timeMs), source: 'console', timeMs } as const
    await recordConsents(
      tx,
      ctx.workspaceId,
      said.map((one) => ({ ...one, ...proof })),
    )
  })
  await mirrorPeople(kit.platform, { workspaceId: ctx.workspaceId, personIds: people.map(([personId]) => personId) })
}

/** What goes on in the background until both stores say the same. */
async function settle(): Promise<void> {
  const { platform } = kit
  await expireTags(platform)
  while (await stepActions(platform));
  while (await mirrorTags(platform));
  while (await mirrorConsents(platform));
  // The only job that waits in a queue is the mirror of people.
  const { rows } = await sql<{ payload: Parameters<typeof mirrorPeople>[1] }>`delete from graphile_worker._private_jobs returning payload`.execute(platform.db)
  for (const { payload } of rows) await mirrorPeople(platform, payload)
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

const dynamicSegments = async (ctx: Context) => (await listSegments(ctx, {})).filter((segment) => segment.kind === 'dynamic')

/** Rules of the segments whose stored people are not those of a reading of everybody at this moment. */
async function differing(ctx: Context): Promise<Rule[]> {
  const segments = await dynamicSegments(ctx)
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

/** Random rules, some of which ask for a list or for another segment besides. */
async function makeSegments({ ctx, lists, named }: World): Promise<string[]> {
  const made: string[] = []
  const rules = fc
    .sample(arbitraryRule(start), { seed, numRuns: 300 })
    .filter((rule) => !/\\u0000/.test(JSON.stringify(rule)))
    .map((rule) => Rule.parse(named(rule)))
  // Of every kind of condition there are some, whatever the seed.
  const chosen = new Set(kinds.flatMap((kind) => rules.filter((rule) => JSON.stringify(rule).includes(kind)).slice(0, 2)))
  for (const rule of rules) if (chosen.size < rulesCount) chosen.add(rule)
  for (const [index, rule] of [...chosen].entries()) {
    const list: Rule = { kind: 'segment', segmentId: lists[index % lists.length]! }
    const other: Rule = { kind: 'segment', segmentId: made.at(-1) ?? lists[0]! }
    const around: Rule[] = [rule, { kind: 'all', rules: [list, rule] }, { kind: 'any', rules: [{ kind: 'not', rule: other }, rule] }, rule]
    const id = await newSegmentId(ctx)
    const written = { id, name: `分群 ${index}`, description: '', rule: around[index % around.length]!, kind: 'dynamic' as const, origin: null }
    await kit.platform.db.transaction().execute((tx) => insertSegment(tx, ctx, written))
    made.push(id)
  }
  return made
}

interface Step {
  name: string
  /** Rules become other ones, be it by what they name: those segments are read for everybody, the rest is not. */
  isAnew?: boolean
  work(): Promise<unknown>
}

/** Everything that can change who is in a rule. What an earlier one must have done stands in one list. */
function histories(world: World, facts: readonly PersonFacts[], segments: readonly string[]): Step[][] {
  const { ctx, ids, tags, models, lists } = world
  const advance = (ms: number) => ({ name: `${ms} ms pass`, work: async () => kit.clock.advance(ms) })
  let next = peopleCount
  const comes = (from: number): Step => ({
    name: `something comes in about people from ${from} on`,
    work: () =>
      load(
        world,
        ids.slice(from, from + 5).map((id) => [id, facts[next++]!] as const),
      ),
  })
  const list = (operation: 'add' | 'remove', of: number[]): Step => ({
    name: `a list: ${operation}`,
    isAnew: true,
    work: () => changeSegmentMembers(ctx, { id: lists[0]!, operation, of: { kind: 'people', personIds: of } }),
  })
  const merges: number[] = []
  const imports: string[] = []
  const imported = (target: 'orders' | 'people', content: string): Step => ({
    name: `an import of ${target}`,
    work: async () => imports.push((await importFile(ctx, { target, content })).id),
  })
  const undoImport: Step = {
    name: 'an import is undone',
    async work() {
      await startImportUndo(ctx, { id: imports.shift()! })
      while (await stepUndos(kit.platform));
    },
  }
  const times = (count: number) => Array.from({ length: count }, (_, index) => `M${30 + index}`)
  return [
    // Events lie at the edges of windows of `start` and one millisecond beside: time alone moves people.
    [advance(1), advance(1), advance(2), advance(hourMs)],
    [comes(0), comes(5)],
    [
      {
        name: 'people become one',
        work: async () =>
          merges.push(
            ...(await merge(ctx, [
              { keptId: ids[20]!, mergedId: ids[21]! },
              { keptId: ids[22]!, mergedId: ids[23]! },
            ])),
          ),
      },
      { name: 'a merge is undone', work: () => undo(ctx, merges[0]!) },
    ],
    [
      imported(
        'orders',
        `会员号,订单号,时间,金额\n${times(8)
          .map((member, index) => `${member},O${index},2026-11-${10 + index},${index * 100}`)
          .join('\n')}\n`,
      ),
      undoImport,
    ],
    [imported('people', `会员号,城市\n${[...times(6), 'N1', 'N2'].map((member) => `${member},上海`).join('\n')}\n`), undoImport],
    [list('add', ids.slice(30, 36)), list('remove', ids.slice(4, 10))],
    [{ name: 'layers move', isAnew: true, work: () => Promise.all(models.map((id) => recomputeLayerModel(ctx, id))) }],
    [{ name: 'a tag becomes another', isAnew: true, work: () => mergeTags(ctx, { id: tags[0]!, intoId: tags[2]! }) }],
    [{ name: 'a segment that others name has another rule', isAnew: true, work: () => updateSegment(ctx, { id: segments[1]!, rule: is('北京') }) }],
  ]
}

/** The steps of all lists, shuffled, each list in its order; two of different lists at once, so that a refresh has more than one thing to find. */
function shuffled(lists: readonly (readonly Step[])[]): Step[][] {
  const places = lists.flatMap((list, index) => list.map(() => index))
  const [order = []] = fc.sample(fc.shuffledSubarray(places, { minLength: places.length, maxLength: places.length }), { seed, numRuns: 1 })
  const left = lists.map((list) => [...list])
  const rounds: Step[][] = []
  for (let index = 0; index < order.length; index += rounds.at(-1)!.length) {
    const pair = order.slice(index, index + 2)
    rounds.push((pair[0] === pair[1] ? pair.slice(1) : pair).map((place) => left[place]!.shift()!))
  }
  return rounds
}

it('refreshing the changed people alone is refreshing everybody, on random rules and histories', async () => {
  const world = await makeWorld()
  const { ctx, ids, models } = world
  const facts = fc.sample(fc.array(arbitraryFacts(start), { minLength: peopleCount * 2, maxLength: peopleCount * 2, size: 'max' }), {
    seed,
    numRuns: 1,
  })[0] as PersonFacts[]
  await load(
    world,
    ids.map((id, index) => [id, facts[index]!] as const),
  )
  await settle()
  await Promise.all(models.map((id) => recomputeLayerModel(ctx, id)))
  const segments = await makeSegments(world)
  const texts = JSON.stringify(await listSegments(ctx, {}))
  expect(kinds.filter((kind) => !texts.includes(kind))).toEqual([])
  expect(await refreshWorkspace(kit.platform, ctx.workspaceId, { now: true })).toBe('full')
  await settleRuns(kit.platform, ctx.workspaceId)
  await forgetChanges()

  let moved = 0
  const done: string[] = []
  const full: string[][] = []
  for (const round of shuffled(histories(world, facts, segments))) {
    for (const step of round) await step.work()
    await settle()
    const before = new Map((await listSegments(ctx, {})).map((segment) => [segment.id, segment.count]))
    const mode = await refreshWorkspace(kit.platform, ctx.workspaceId, { now: true, changedShareMax: 1 })
    await settleRuns(kit.platform, ctx.workspaceId)
    done.push(...round.map((step) => step.name))
    expect({ done, differing: await differing(ctx) }).toEqual({ done, differing: [] })
    if (mode === 'full' && !round.some((step) => step.isAnew)) full.push([...done])
    moved += (await listSegments(ctx, {})).filter((segment) => before.get(segment.id) !== segment.count).length
    await forgetChanges()
  }
  expect(full).toEqual([])
  expect(moved).toBeGreaterThan(rulesCount)
  // Another day of the zone: everybody is read.
  kit.clock.advance(14 * hourMs)
  await settle()
  expect(await refreshWorkspace(kit.platform, ctx.workspaceId, { now: true })).toBe('full')
  for (const { id, rule } of await dynamicSegments(ctx))
    expect({ rule, people: await storedPeople(ctx, id) }).toEqual({ rule, people: await rulePeople(ctx, rule) })
})
