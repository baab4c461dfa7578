import { randomUUID } from 'node:crypto'
import * as fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Rule } from '../../contracts/rule.ts'
import type { Context } from '../src/access/index.ts'
import { compileRule } from '../src/audience/rule/compile-rule.ts'
import { evaluateRule, type EventFact, type PersonFacts } from '../src/audience/rule/evaluate-rule.ts'
import { resolveRule } from '../src/audience/rule/resolve-rule.ts'
import type { ResolvedRule } from '../src/audience/rule/resolved-rule.ts'
import { arbitraryRule } from '../src/audience/rule/testing/arbitrary-rules.ts'
import { ruleMoment } from '../src/audience/audience-statement.ts'
import { readFacts } from '../src/audience/read-facts.ts'
import { computeLayers } from '../src/audience/layers/compute-layers.ts'
import { readLayerModels } from '../src/audience/index.ts'
import { measureOutcome } from '../src/campaigns/campaign-outcome.ts'
import { addAccount, addCampaign, plan, storedMessages } from '../src/delivery/testing/fixtures.ts'
import { readOverview } from '../src/insight/read-overview.ts'
import { countPeople } from '../src/people/index.ts'
import { listHeldIdentities } from '../src/people/merging/merge-side.ts'
import { splitPerson } from '../src/people/merging/split-person.ts'
import { makePerson, merge, undo } from '../src/people/merging/testing/merge-kit.ts'
import { mirrorConsents } from '../src/people/mirror/mirror-consents.ts'
import { readTimeline } from '../src/people/profile/read-timeline.ts'
import { startTestKit, type TestKit } from './kit.ts'
import { sourcesOf, unite, type Source } from './one-person-sources.ts'

/**
 * The law of One ID: whatever was merged, undone and split in whatever order, every question answers as if each group of records had been one person from
 * the start. Random histories and decisions in one workspace; in the other the same data, loaded as one person per group.
 */
const now = new Date('2026-11-22T03:04:05.678Z')
const dayMs = 86_400_000
const recordsCount = 26
const rulesCount = 25
const cap = { messagesMax: 2, days: 30 }

let kit: TestKit
beforeAll(async () => {
  kit = await startTestKit({ now })
  // Registers whose tables follow a merge, as a running program does.
  await kit.http()
})
afterAll(() => kit.stop())

/** A campaign of the past, whose effect is measured. */
const campaign = { id: '0190a000-0000-7000-8000-00000000c0de', code: 'OLD', goal: { event: 'Order Completed', windowDays: 15, property: null }, endsAt: null }
/** Of the messages that count towards the cap: both records of a person may have got the same ones. */
const pastCampaigns = [randomUUID(), randomUUID()]

async function load(ctx: Context, source: Source, identities: string[], causes: readonly string[] = pastCampaigns): Promise<number> {
  const { attributes, createdAtMs, consents } = source
  const personId = await makePerson(ctx, {
    attributes,
    createdAtMs,
    consents,
    identities,
    ...(source.phone ? { phone: source.phone } : {}),
    ...(source.email ? { email: source.email } : {}),
  })
  for (const causeId of causes.slice(0, source.messages)) {
    await sql`insert into messages (workspace_id, person_id, channel, cause_kind, cause_id, state, accepted_at, planned_at)
      values (${ctx.workspaceId}, ${personId}, 'sms', 'campaign', ${causeId}, 'delivered', ${new Date(now.getTime() - dayMs)}, ${new Date(now.getTime() - dayMs)})`.execute(
      kit.platform.db,
    )
  }
  await addEvents(
    ctx,
    personId,
    source.events.map((event) => ({ ...event, properties: {} })),
  )
  if (source.arm !== null) {
    const event = source.arm === 'treated' ? 'Message Accepted' : 'Control Assigned'
    await addEvents(ctx, personId, [{ id: randomUUID(), event, timeMs: source.contactedAtMs, amountFen: null, properties: { campaignId: campaign.id } }])
  }
  return personId
}

async function addEvents(ctx: Context, personId: number, events: readonly EventFact[]): Promise<void> {
  if (events.length === 0) return
  const rows = events.map(({ id, event, timeMs, amountFen, properties }) => ({
    workspace_id: ctx.workspaceId,
    event,
    person_id: personId,
    time: timeMs,
    event_id: id,
    source_id: randomUUID(),
    amount_fen: amountFen,
    properties,
    received_at: now.getTime(),
  }))
  await kit.platform.warehouse.insertRows('event_intake', rows, { token: randomUUID() })
}

/** Merges, undoes and splits at random; answers the groups of records that are one person in the end. */
async function shuffle(ctx: Context, recordIds: readonly number[], seed: number): Promise<number[][]> {
  const steps = fc.sample(
    fc.record({
      kind: fc.constantFrom('merge', 'merge', 'merge', 'chain', 'undo', 'split'),
      left: fc.nat(recordsCount - 1),
      right: fc.nat(recordsCount - 1),
      third: fc.nat(recordsCount - 1),
    }),
    {
      seed,
      numRuns: 40,
    },
  )
  const active = new Map<number, [kept: number, merged: number]>()
  const remember = async (): Promise<void> => {
    const { rows } = await sql<{ id: number; kept_id: number; merged_id: number }>`
      select id, kept_id, merged_id from person_merges where workspace_id = ${ctx.workspaceId} and undone_at is null`.execute(kit.platform.db)
    active.clear()
    for (const { id, kept_id, merged_id } of rows) active.set(id, [kept_id, merged_id])
  }
  for (const { kind, left, right, third } of steps) {
    const [a, b, c] = [recordIds[left]!, recordIds[right]!, recordIds[third]!]
    const some = [...active.keys()][left % Math.max(1, active.size)]
    if (kind === 'merge') await merge(ctx, [{ keptId: a, mergedId: b }])
    else if (kind === 'chain')
      await merge(ctx, [
        { keptId: b, mergedId: a },
        { keptId: c, mergedId: b },
      ])
    else if (some !== undefined) await (kind === 'undo' ? undo(ctx, some) : splitOff(ctx, some))
    await remember()
  }
  return groupsOf(recordIds, [...active.values()])
}

/** The split that lets all identities of a merge leave. */
async function splitOff(ctx: Context, mergeId: number): Promise<void> {
  const { rows } = await sql<{ kept_id: number }>`select kept_id from person_merges where id = ${mergeId}`.execute(kit.platform.db)
  const { items } = await listHeldIdentities(ctx, { personId: rows[0]!.kept_id })
  const { rows: brought } = await sql<{ row_key: string }>`select row_key from merge_moves where merge_id = ${mergeId} and table_name = 'identities'`.execute(
    kit.platform.db,
  )
  const keys = new Set(brought.map(({ row_key }) => row_key))
  const identities = items.filter(({ namespace, key }) => keys.has(`${namespace}:${key}`))
  await splitPerson(ctx, { personId: rows[0]!.kept_id, identities })
}

function groupsOf(ids: readonly number[], edges: readonly (readonly [number, number])[]): number[][] {
  const groups = new Map(ids.map((id) => [id, [id]]))
  for (const [left, right] of edges) {
    const [own, other] = [groups.get(left)!, groups.get(right)!]
    if (own === other) continue
    own.push(...other)
    for (const id of other) groups.set(id, own)
  }
  return [...new Set(groups.values())]
}

async function peopleOf(ctx: Context, rule: ResolvedRule): Promise<number[]> {
  const compiled = compileRule(rule, { workspaceId: ctx.workspaceId, ...(await ruleMoment(ctx)) })
  const rows = await kit.platform.warehouse.rows<{ id: number }>({
    ...compiled,
    sql: `select arrayJoin(arraySort(bitmapToArray(people))) as id from (${compiled.sql})`,
  })
  return rows.map(({ id }) => id)
}

/**
 * A layer is asked of the model that was computed, whatever id the random rule names. What is about contacts is asked of something else, for contacts are loaded as one for a
 * person who was one from the start; and in place of tags, which the sources have none of, consents are.
 */
async function resolved(ctx: Context, rule: Rule, modelId: string): Promise<ResolvedRule> {
  const instead: Record<string, unknown> = {
    layer: { kind: 'layer', modelId, layers: ['noOrder', 'importantValue'] },
    message: { kind: 'hasAddress', channel: 'sms' },
    tag: { kind: 'consent', channel: 'sms', state: 'granted' },
    sinceCampaign: { kind: 'ever' },
  }
  const named = JSON.parse(JSON.stringify(rule), (key, value: unknown) => {
    if (key === 'event' && (value === 'Message Accepted' || value === 'Control Assigned')) return 'Product Viewed'
    return typeof value === 'object' && value !== null && 'kind' in value ? (instead[String(value.kind)] ?? value) : value
  }) as Rule
  return resolveRule(ctx, named)
}

async function layersOf(ctx: Context): Promise<{ modelId: string; layers: Map<number, string>; thresholds: unknown }> {
  const [model] = await readLayerModels(ctx)
  await computeLayers(ctx, model!)
  const [computed] = await readLayerModels(ctx)
  const rows = await kit.platform.warehouse.rows<{ id: number; text: string }>({
    sql: `select person_id as id, concat(layer, ' ', toString(recency_score), toString(frequency_score), toString(money_score), ' ', toString(orders), ' ', toString(amount_fen)) as text
      from layer_assignments where workspace_id = {workspaceId:UInt32} and run = {run:UInt64}`,
    params: { workspaceId: ctx.workspaceId, run: computed!.currentRun },
  })
  return { modelId: computed!.id, layers: new Map(rows.map(({ id, text }) => [id, text])), thresholds: computed!.thresholds }
}

async function cappedPeople(ctx: Context, personIds: readonly number[]): Promise<Map<number, string | null>> {
  const accountId = await addAccount(ctx, 'http://127.0.0.1:9')
  const campaignId = await addCampaign(ctx, accountId)
  await plan(ctx, { accountId, campaignId }, personIds, { frequencyCap: cap })
  return new Map((await storedMessages(ctx, campaignId)).map(({ person_id, reason }) => [person_id, reason]))
}

it.each([2, 3])('every question sees one person, history %i', async (seed) => {
  const [merged, plain] = [await kit.workspace(), await kit.workspace()]
  const sources = sourcesOf(now, seed, recordsCount)
  const recordIds: number[] = []
  for (const [index, source] of sources.entries()) recordIds.push(await load(merged, source, [`user_id:${index}`]))
  const groups = await shuffle(merged, recordIds, seed)
  expect(groups.length).toBeGreaterThan(3)
  expect(groups.length).toBeLessThan(recordsCount)

  const { rows: alive } = await sql<{ id: number }>`select id from people where workspace_id = ${merged.workspaceId} order by id`.execute(kit.platform.db)
  const pairs: [mergedId: number, plainId: number][] = []
  for (const group of groups) {
    const remaining = group.filter((id) => alive.some((person) => person.id === id))
    expect(remaining).toHaveLength(1)
    const united = unite(group.map((id) => sources[recordIds.indexOf(id)]!))
    pairs.push([
      remaining[0]!,
      await load(
        plain,
        united,
        [],
        Array.from({ length: united.messages }, () => randomUUID()),
      ),
    ])
  }
  const plainOf = new Map(pairs)
  const translated = (ids: readonly number[]) => ids.map((id) => plainOf.get(id)).toSorted((left, right) => left! - right!)

  expect(await countPeople(merged)).toBe(await countPeople(plain))
  const [layersMerged, layersPlain] = [await layersOf(merged), await layersOf(plain)]
  expect(layersMerged.thresholds).toEqual(layersPlain.thresholds)
  expect(new Map([...layersMerged.layers].map(([id, text]) => [plainOf.get(id), text]))).toEqual(layersPlain.layers)

  while (await mirrorConsents(kit.platform));
  const moment = await ruleMoment(merged)
  const facts = new Map<number, PersonFacts>()
  for (const rule of fc.sample(arbitraryRule(now), { seed, numRuns: rulesCount })) {
    const asked = await resolved(merged, rule, layersMerged.modelId)
    const people = await peopleOf(merged, asked)
    const expected = await peopleOf(plain, await resolved(plain, rule, layersPlain.modelId))
    expect({ rule, people: translated(people) }).toEqual({ rule, people: expected })
    for (const [id] of pairs.slice(0, 3)) {
      facts.set(id, await readFacts(merged, id, asked))
      expect({ rule, id, holds: evaluateRule(asked, facts.get(id)!, moment) }).toEqual({ rule, id, holds: people.includes(id) })
    }
  }

  for (const [mergedId, plainId] of pairs) {
    // Contacts are loaded as one for a person who was one from the start.
    const timeline = async (ctx: Context, personId: number) =>
      (await readTimeline(ctx, { personId, limit: 200 })).items
        .filter(({ event }) => event !== 'Message Accepted' && event !== 'Control Assigned')
        .map(({ at, event, amountFen }) => `${at} ${event} ${amountFen}`)
        .toSorted()
    expect(await timeline(merged, mergedId)).toEqual(await timeline(plain, plainId))
  }
  expect(await measureOutcome(merged, campaign)).toEqual(await measureOutcome(plain, campaign))
  const numbers = async (ctx: Context) => {
    const { people, orders, topEvents } = await readOverview(ctx, { days: 60 })
    return { people, orders, topEvents }
  }
  expect(await numbers(merged)).toEqual(await numbers(plain))
  const reasons = await cappedPeople(merged, [...plainOf.keys()])
  const expectedReasons = await cappedPeople(plain, [...plainOf.values()])
  expect(new Map([...reasons].map(([id, reason]) => [plainOf.get(id), reason]))).toEqual(expectedReasons)
  expect([...reasons.values()]).toContain('frequencyCap')
})
