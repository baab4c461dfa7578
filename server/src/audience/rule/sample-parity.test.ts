import * as fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Rule } from '../../../../contracts/rule.ts'
import { startTestKit, type TestKit } from '../../../test/kit.ts'
import type { Context } from '../../access/index.ts'
import { makePerson, merge, undo } from '../../people/merging/testing/merge-kit.ts'
import { ruleMoment } from '../audience-statement.ts'
import { resolveRule } from './resolve-rule.ts'
import { compileRule } from './compile-rule.ts'
import type { PersonFacts } from './evaluate-rule.ts'
import { arbitraryFacts, arbitraryRule } from './testing/arbitrary-rules.ts'

/** The sample's tables are held to the whole ones: the same people of the sample, on random rules and histories, over merges, undos and erasures. */
const now = new Date('2026-11-22T03:04:05.678Z')
const peopleCount = 60
const rulesCount = 60
const seed = 5

let kit: TestKit
beforeAll(async () => {
  kit = await startTestKit({ now })
  await kit.http()
})
afterAll(() => kit.stop())

const instant = (at: Date | number) => new Date(at).toISOString().replace('T', ' ').replace('Z', '')

/** Ids of the sample and others, ascending. */
async function someIds(inSample: boolean, count: number): Promise<number[]> {
  const rows = await kit.platform.warehouse.rows<{ id: number }>({
    sql: 'select number + 1000 as id from numbers(100000) where (intHash32(toUInt32(id)) % 64 = 0) = {inSample:Bool} limit {count:UInt32}',
    params: { inSample, count },
  })
  return rows.map((row) => row.id)
}

async function makeWithId(ctx: Context, id: number, facts: PersonFacts): Promise<void> {
  await sql`select setval('people_id_seq', ${id - 1}::bigint)`.execute(kit.platform.db)
  const known = Object.entries(facts.attributes).flatMap(([key, value]) =>
    ['string', 'number', 'boolean'].includes(typeof value) && !String(value).includes('\u0000') ? [[key, [value, 1_700_000_000_000]] as const] : [],
  )
  expect(await makePerson(ctx, { identities: [`user_id:${id}`], attributes: Object.fromEntries(known) as Record<string, [string, number]> })).toBe(id)
}

async function loadHistory(ctx: Context, people: readonly (readonly [id: number, facts: PersonFacts])[]): Promise<void> {
  const events = people.flatMap(([id, facts]) =>
    facts.events.map((fact) => ({
      workspace_id: ctx.workspaceId,
      event: fact.event,
      person_id: id,
      time: instant(fact.timeMs),
      event_id: crypto.randomUUID(),
      source_id: crypto.randomUUID(),
      amount_fen: fact.amountFen,
      properties: fact.properties,
      received_at: instant(now),
    })),
  )
  await kit.platform.warehouse.insertRows('event_intake', events, { token: `events ${crypto.randomUUID()}` })
  const tags = people.flatMap(([id, facts]) =>
    (facts.tags ?? []).map((tag) => ({
      workspace_id: ctx.workspaceId,
      tag_id: tag.tagId,
      person_id: id,
      value: tag.value,
      set_at: instant(tag.setAtMs),
      expires_at: tag.expiresAtMs === null ? null : instant(tag.expiresAtMs),
      version: 1,
    })),
  )
  await kit.platform.warehouse.insertRows('person_tags', tags, { token: `tags ${crypto.randomUUID()}` })
}

async function peopleOf(ctx: Context, rule: Rule, sampled: boolean): Promise<number[]> {
  const { params, sql: text } = compileRule(await resolveRule(ctx, rule), { workspaceId: ctx.workspaceId, ...(await ruleMoment(ctx)), sampled })
  const only = sampled ? '' : 'where intHash32(id) % 64 = 0'
  const rows = await kit.platform.warehouse.rows<{ id: number }>({
    sql: `select arrayJoin(arraySort(bitmapToArray(people))) as id from (${text}) ${only}`,
    params,
  })
  return rows.map((row) => row.id)
}

it('the sample answers every rule as the whole does for the people of the sample', async () => {
  const ctx = await kit.workspace()
  const [inside, outside] = [await someIds(true, peopleCount), await someIds(false, peopleCount)]
  const ids = [...inside, ...outside].toSorted((left, right) => left - right)
  const facts = fc.sample(fc.array(arbitraryFacts(now), { minLength: ids.length, maxLength: ids.length, size: 'max' }), { seed, numRuns: 1 })[0]!
  for (const [index, id] of ids.entries()) await makeWithId(ctx, id, facts[index] as PersonFacts)
  await loadHistory(
    ctx,
    ids.map((id, index) => [id, facts[index] as PersonFacts] as const),
  )
  const rules = fc
    .sample(arbitraryRule(now), { seed, numRuns: rulesCount })
    .map((rule) => Rule.parse(rule))
    .filter((rule) => !/"layer"|tagId|campaignId|\\u0000/.test(JSON.stringify(rule)))
  let telling = 0
  const compare = async () => {
    for (const rule of rules) {
      const people = await peopleOf(ctx, rule, true)
      expect({ rule, people }).toEqual({ rule, people: await peopleOf(ctx, rule, false) })
      if (people.length > 0) telling += 1
    }
  }
  await compare()
  expect(telling).toBeGreaterThan(rules.length / 4)
  const everyone = Rule.parse({ kind: 'all', rules: [] })
  expect(await peopleOf(ctx, everyone, true)).toEqual(inside)

  // Into the sample, out of it, within it, and a chain that ends in it; one is parted again.
  await merge(ctx, [{ keptId: inside[0]!, mergedId: outside[0]! }])
  await merge(ctx, [{ keptId: outside[1]!, mergedId: inside[1]! }])
  await merge(ctx, [{ keptId: inside[2]!, mergedId: inside[3]! }])
  await merge(ctx, [{ keptId: outside[2]!, mergedId: outside[3]! }])
  await merge(ctx, [{ keptId: inside[4]!, mergedId: outside[2]! }])
  const [parted] = await merge(ctx, [{ keptId: inside[5]!, mergedId: outside[4]! }])
  await compare()
  await undo(ctx, parted!)
  // What still comes in under a former id is rare, and the person's again with the next merge; under today's it is there at once.
  await loadHistory(ctx, [[inside[0]!, facts[7] as PersonFacts]])
  await compare()
  expect(await peopleOf(ctx, everyone, true)).toEqual(inside.filter((id) => id !== inside[1] && id !== inside[3]))
})
