import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Rule } from '../../../../contracts/rule.ts'
import { startTestKit, type TestKit } from '../../../test/kit.ts'
import type { InsertRow } from '../../platform/warehouse/warehouse.ts'
import { checkRule } from './check-rule.ts'
import { compileLeaves, compileRule, sampleOf, type CompileOptions } from './compile-rule.ts'
import { evaluateRule, type PersonFacts } from './evaluate-rule.ts'
import type { ResolvedRule, RuleMoment } from './resolved-rule.ts'
import { arbitraryFacts, arbitraryRule, modelId } from './testing/arbitrary-rules.ts'

/** The compiler's SQL on the real engine and the evaluator in memory are held to the same answer on random rules and histories. */
const moment: RuleMoment = { now: new Date('2026-11-22T03:04:05.678Z'), timezone: 'Asia/Shanghai' }
const peopleCount = 150
const rulesPerHistory = 130

let kit: TestKit
beforeAll(async () => {
  kit = await startTestKit()
})
afterAll(() => kit.stop())

const instant = (at: Date | number) => new Date(at).toISOString().replace('T', ' ').replace('Z', '')
const source = '0190a000-0000-7000-8000-0000000000aa'

/** Loads people with stale copies before and after the real one, and one deleted person per history that no rule may find. */
async function load(workspaceId: number, firstId: number, people: readonly PersonFacts[], stale: readonly PersonFacts[]): Promise<void> {
  const { warehouse } = kit.platform
  const row = (id: number, facts: PersonFacts, version: number): InsertRow => ({
    workspace_id: workspaceId,
    person_id: id,
    attributes: facts.attributes,
    has_phone: Number(facts.hasPhone),
    has_email: Number(facts.hasEmail),
    created_at: instant(facts.createdAt),
    version,
    is_deleted: 0,
  })
  const deletedId = firstId + people.length
  const current = people.map((facts, index) => row(firstId + index, facts, 5))
  await warehouse.insertRows('people', [...current, row(deletedId, people[0]!, 5)], { token: `p1-${workspaceId}` })
  const old = stale.map((facts, index) => row(firstId + index, facts, 4))
  await warehouse.insertRows('people', [...old, { ...row(deletedId, people[0]!, 6), is_deleted: 1 }], { token: `p2-${workspaceId}` })
  const events = [...people, people[0]!].flatMap((facts, index) =>
    facts.events.map((fact) => ({
      workspace_id: workspaceId,
      event: fact.event,
      person_id: firstId + index,
      time: instant(fact.timeMs),
      event_id: fact.id,
      source_id: source,
      amount_fen: fact.amountFen,
      properties: fact.properties,
      received_at: instant(moment.now),
    })),
  )
  await warehouse.insertRows('event_intake', events, { token: `e-${workspaceId}` })
  const ids = people.map((facts, index) => ({ id: firstId + index, facts }))
  await warehouse.insertRows(
    'person_tags',
    ids.flatMap(({ id, facts }) =>
      (facts.tags ?? []).flatMap((tag) => {
        const line = { workspace_id: workspaceId, tag_id: tag.tagId, person_id: id, value: tag.value, expires_at: null, is_deleted: 0 }
        const stale = { ...line, set_at: instant(moment.now), version: 1, is_deleted: 1 }
        return [stale, { ...line, set_at: instant(tag.setAtMs), expires_at: tag.expiresAtMs === null ? null : instant(tag.expiresAtMs), version: 2 }]
      }),
    ),
    { token: `t-${workspaceId}` },
  )
  const consents = (version: number, stateOf: (facts: PersonFacts) => string | undefined) =>
    ids.map(({ id, facts }) => ({
      workspace_id: workspaceId,
      channel: 'sms',
      purpose: 'marketing',
      person_id: id,
      state: stateOf(facts) ?? '',
      version,
      is_deleted: stateOf(facts) === undefined ? 1 : 0,
    }))
  const held = consents(2, (facts) => facts.consents?.[0]?.state)
  await warehouse.insertRows('person_consents', [...held, ...consents(1, () => 'granted')], { token: `c-${workspaceId}` })
  const layers = people.flatMap((facts, index) =>
    facts.layers.map((fact) => ({
      workspace_id: workspaceId,
      model_id: fact.modelId,
      run: fact.run,
      person_id: firstId + index,
      layer: fact.layer,
      recency_score: fact.recencyScore,
      frequency_score: fact.frequencyScore,
      money_score: 1,
      orders: 0,
      amount_fen: 0,
      recency_days: null,
    })),
  )
  const olderRun = layers.map((layer) => ({ ...layer, run: 6, layer: layer.layer === 'high' ? 'low' : 'high' }))
  await warehouse.insertRows('layer_assignments', [...layers, ...olderRun], { token: `l-${workspaceId}` })
}

const resolve = (rule: Rule): ResolvedRule => {
  if (rule.kind === 'layer') return { kind: 'layer', modelId: rule.modelId, layers: rule.layers, run: 7 }
  if (rule.kind === 'all' || rule.kind === 'any') return { kind: rule.kind, rules: rule.rules.map(resolve) }
  if (rule.kind === 'not') return { kind: 'not', rule: resolve(rule.rule) }
  return rule as ResolvedRule
}

async function compiledPeople(rule: ResolvedRule, workspaceId: number, options: Partial<CompileOptions> = {}): Promise<number[]> {
  const compiled = compileRule(rule, { ...moment, workspaceId, ...options })
  const rows = await kit.platform.warehouse.rows<{ id: number }>({
    ...compiled,
    sql: `select arrayJoin(arraySort(bitmapToArray(people))) as id from (${compiled.sql})`,
  })
  return rows.map((row) => row.id)
}

it.each([1, 2, 3, 4])('the compiler and the evaluator agree on %i: random rules over random histories', async (seed) => {
  const [people, stale] = fc.sample(fc.array(arbitraryFacts(moment.now), { minLength: peopleCount, maxLength: peopleCount, size: 'max' }), {
    seed,
    numRuns: 2,
  }) as [PersonFacts[], PersonFacts[]]
  const rules = fc.sample(arbitraryRule(moment.now), { seed, numRuns: rulesPerHistory })
  const firstId = seed * 1000
  await load(seed, firstId, people, stale)
  let telling = 0
  for (const written of rules) {
    const rule = Rule.parse(written)
    expect({ rule, problems: checkRule(rule) }).toEqual({ rule, problems: [] })
    const resolved = resolve(rule)
    const expected = people.flatMap((facts, index) => (evaluateRule(resolved, facts, moment) ? [firstId + index] : []))
    expect({ rule, people: await compiledPeople(resolved, seed) }).toEqual({ rule, people: expected })
    if (expected.length > 0 && expected.length < people.length) telling += 1
  }
  // Rules that hold for everyone or nobody would agree cheaply.
  expect(telling).toBeGreaterThan(rulesPerHistory / 3)
})

it('a sample is the same people for every rule, and a part of the whole', async () => {
  const everyone: ResolvedRule = { kind: 'all', rules: [] }
  const [all, sample] = [await compiledPeople(everyone, 1), await compiledPeople(everyone, 1, { sampled: true })]
  expect(sample.length).toBeGreaterThan(0)
  expect(sample.length).toBeLessThan(all.length / (sampleOf / 8))
  expect(all).toEqual(expect.arrayContaining(sample))
  expect(await compiledPeople({ kind: 'not', rule: { kind: 'hasAddress', channel: 'sms' } }, 1, { sampled: true })).toEqual(
    (await compiledPeople({ kind: 'not', rule: { kind: 'hasAddress', channel: 'sms' } }, 1)).filter((id) => sample.includes(id)),
  )
})

it('knows no people of another workspace', async () => {
  expect(await compiledPeople({ kind: 'all', rules: [] }, 999)).toEqual([])
  expect(await compiledPeople({ kind: 'not', rule: { kind: 'layer', modelId, layers: ['high'], run: 7 } }, 999)).toEqual([])
})

it('read among some people, a rule holds for those of them that it holds for at all', async () => {
  const rules = fc.sample(arbitraryRule(moment.now), { seed: 9, numRuns: 40 }).map((written) => resolve(Rule.parse(written)))
  const ids = [1000, 1003, 1007, 1020, 1021, 1022, 1023, 1090, 1149, 1150, 5000]
  const select = { sql: 'select arrayJoin({changed:Array(UInt32)}) as id', params: { changed: ids } }
  for (const rule of rules) {
    const expected = (await compiledPeople(rule, 1)).filter((id) => ids.includes(id))
    expect({ rule, people: await compiledPeople(rule, 1, { among: ids }) }).toEqual({ rule, people: expected })
    expect({ rule, people: await compiledPeople(rule, 1, { among: select }) }).toEqual({ rule, people: expected })
  }
})

it('leaves read apart, each once, combine to the people of every rule', async () => {
  const rules = fc.sample(arbitraryRule(moment.now), { seed: 11, numRuns: 40 }).map((written) => resolve(Rule.parse(written)))
  const compiled = compileLeaves([...rules, ...rules], { ...moment, workspaceId: 1 })
  expect(new Set(compiled.leaves.map((leaf) => leaf.key)).size).toBe(compiled.leaves.length)
  // A leaf is the same leaf whatever else it is compiled with.
  const keys = compiled.leaves.map((leaf) => leaf.key)
  for (const rule of rules) expect(keys).toEqual(expect.arrayContaining(compileLeaves([rule], { ...moment, workspaceId: 1 }).leaves.map((leaf) => leaf.key)))
  const bitmaps: number[][] = []
  for (const leaf of compiled.leaves) {
    const { ids } = await kit.platform.warehouse.row<{ ids: number[] }>({ sql: `select bitmapToArray(s) as ids from (${leaf.sql})`, params: leaf.params })
    bitmaps.push(ids)
  }
  for (const [index, rule] of rules.entries()) {
    const { leaves, sql } = compiled.people[index]!
    const params = Object.fromEntries(leaves.map((leaf) => [`leaf${leaf}`, bitmaps[leaf]!]))
    const { ids } = await kit.platform.warehouse.row<{ ids: number[] }>({
      sql: `select arraySort(bitmapToArray(${sql((leaf) => `bitmapBuild({leaf${leaf}:Array(UInt32)})`)})) as ids`,
      params,
    })
    expect({ rule, ids }).toEqual({ rule, ids: await compiledPeople(rule, 1) })
  }
})
