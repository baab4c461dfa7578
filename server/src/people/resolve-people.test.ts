import { randomUUID } from 'node:crypto'
import * as fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Namespace } from '../../../contracts/people.ts'
import { startTestKit, type TestKit } from '../../test/kit.ts'
import type { Context } from '../access/index.ts'
import { tabulateIdentities } from './identity-table.ts'
import { findPeople, resolvePeople, type PersonItem } from './resolve-people.ts'

const namespaces = ['user_id', 'member_no', 'phone', 'email', 'anonymous_id']

let kit: TestKit
beforeAll(async () => {
  kit = await startTestKit()
})
afterAll(async () => kit?.stop())

type Named = readonly (readonly [Namespace, string])[]

const itemOf = (identities: Named): PersonItem => ({ type: 'identify', identities, timeMs: 1 })

/** One batch in a transaction of its own; answers the person of each item. */
async function resolve(ctx: Context, batch: readonly Named[]): Promise<number[]> {
  const { platform, workspaceId } = ctx
  const vault = await platform.vaults.of(workspaceId)
  const items = batch.map((identities) => itemOf(identities))
  const table = await tabulateIdentities(platform, workspaceId, items)
  const client = await platform.pool.connect()
  try {
    await client.query('begin')
    const { personIds } = await resolvePeople(client, { workspaceId, vault, items, table, source: 'test', now: platform.clock.now() })
    await client.query('commit')
    expect([...(await findPeople(client, { workspaceId, table }))]).toEqual([...personIds])
    return [...personIds]
  } finally {
    client.release()
  }
}

interface Stored {
  /** Person by `namespace key`. */
  owners: Map<string, number>
  people: number[]
  conflicts: Set<string>
}

async function stored(ctx: Context): Promise<Stored> {
  const { db } = ctx.platform
  const identities = await sql<{ id: string; person_id: number }>`
    select namespace || ' ' || key as id, person_id from identities where workspace_id = ${ctx.workspaceId}`.execute(db)
  const people = await sql<{ id: number }>`select id from people where workspace_id = ${ctx.workspaceId}`.execute(db)
  const conflicts = await sql<{ text: string }>`
    select concat_ws(' ', namespace, key, other_person_id) as text from identity_conflicts where workspace_id = ${ctx.workspaceId}`.execute(db)
  return {
    owners: new Map(identities.rows.map((row) => [row.id, row.person_id])),
    people: people.rows.map((row) => row.id),
    conflicts: new Set(conflicts.rows.map((row) => row.text)),
  }
}

const strongestFirst = (identities: Named) => identities.toSorted(([left], [right]) => namespaces.indexOf(left) - namespaces.indexOf(right))

/** Identities in groups that are connected by items: what One ID may at most join. */
function components(items: readonly Named[]): Map<string, string> {
  const parents = new Map<string, string>()
  const find = (id: string): string => {
    const parent = parents.get(id) ?? id
    return parent === id ? id : find(parent)
  }
  for (const identities of items) {
    const ids = identities.map(([namespace, value]) => `${namespace} ${value}`)
    for (const id of ids) {
      if (!parents.has(id)) parents.set(id, id)
      parents.set(find(id), find(ids[0]!))
    }
  }
  return new Map([...parents.keys()].map((id) => [id, find(id)]))
}

/** The laws that hold for any items in any batches at any concurrency. */
async function checkLaws(ctx: Context, items: readonly Named[]): Promise<void> {
  const vault = await ctx.platform.vaults.of(ctx.workspaceId)
  const keyOf = (namespace: Namespace, value: string) => `${namespace} ${vault.blindIndex(namespace, value)}`
  const { owners, people, conflicts } = await stored(ctx)
  const groups = components(items)
  // Every identity belongs to exactly one person who exists, and every person has an identity.
  expect(owners.size).toBe(groups.size)
  expect(new Set(owners.values())).toEqual(new Set(people))
  // Nobody is joined without evidence: all identities of a person are connected by items.
  const groupOf = new Map<number, string>()
  for (const [id, group] of groups) {
    const [namespace, value] = id.split(' ') as [Namespace, string]
    const personId = owners.get(keyOf(namespace, value))!
    expect(groupOf.get(personId) ?? group).toBe(group)
    groupOf.set(personId, group)
  }
  // Each item names one person only, or the conflict is on record.
  for (const identities of items) {
    const [strongest, ...others] = strongestFirst(identities)
    const kept = owners.get(keyOf(...strongest!))
    for (const [namespace, value] of others) {
      const owner = owners.get(keyOf(namespace, value))
      expect(owner === kept || conflicts.has(`${keyOf(namespace, value)} ${owner}`)).toBe(true)
    }
  }
}

const identity = fc.tuple(fc.constantFrom(...namespaces), fc.integer({ min: 0, max: 7 }).map(String))
const named = fc.uniqueArray(identity, { minLength: 1, maxLength: 3, selector: ([namespace, value]) => `${namespace} ${value}` })
const batches = fc.array(fc.array(named, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 6 })

it('gives every identity one person, joins nobody without evidence and records every conflict, batch after batch', async () => {
  await fc.assert(
    fc.asyncProperty(batches, async (given) => {
      const ctx = await kit.workspace()
      for (const batch of given) await resolve(ctx, batch)
      await checkLaws(ctx, given.flat())
    }),
    { numRuns: 60 },
  )
})

it('holds the same laws when batches run at the same time', async () => {
  await fc.assert(
    fc.asyncProperty(batches, async (given) => {
      const ctx = await kit.workspace()
      await Promise.all(given.map((batch) => resolve(ctx, batch)))
      await checkLaws(ctx, given.flat())
    }),
    { numRuns: 60 },
  )
})

/** Items of one person all name that person's user id: data in which no order of arrival can bring a conflict. */
const anchored = fc.array(
  fc.array(
    fc.tuple(
      fc.integer({ min: 0, max: 5 }),
      fc.uniqueArray(fc.tuple(fc.constantFrom('member_no', 'phone', 'email', 'anonymous_id'), fc.integer({ min: 0, max: 2 })), {
        maxLength: 3,
        selector: String,
      }),
    ),
    { minLength: 1, maxLength: 8 },
  ),
  { minLength: 1, maxLength: 6 },
)

it('ends in the partition of a sequential union-find whatever the batches and their order, where items name their person', async () => {
  await fc.assert(
    fc.asyncProperty(anchored, async (given) => {
      const ctx = await kit.workspace()
      const named = given.map((batch) =>
        batch.map(([person, more]): Named => [
          ...more.map(([namespace, value]) => [namespace as Namespace, `${person}-${value}`] as const),
          ['user_id', `u${person}`] as const,
        ]),
      )
      await Promise.all(named.map((batch) => resolve(ctx, batch)))
      await checkLaws(ctx, named.flat())
      const { people, conflicts } = await stored(ctx)
      expect(conflicts.size).toBe(0)
      expect(people).toHaveLength(new Set(components(named.flat()).values()).size)
    }),
    { numRuns: 60 },
  )
})

it('joins in one batch what only a later item connects', async () => {
  const ctx = await kit.workspace()
  const [first, second, third] = await resolve(ctx, [
    [['user_id', 'u']],
    [['phone', '+8613800000001']],
    [
      ['phone', '+8613800000001'],
      ['user_id', 'u'],
    ],
  ])
  expect(second).toBe(first)
  expect(third).toBe(first)
})

it('gives an item of two people to the one with the strongest identity, attaches what is new to them and remembers the other', async () => {
  const ctx = await kit.workspace()
  const [byUser, byPhone] = await resolve(ctx, [[['user_id', 'u']], [['phone', '+8613800000002']]])
  const [both, alone] = await resolve(ctx, [
    [
      ['phone', '+8613800000002'],
      ['email', 'a@example.com'],
      ['user_id', 'u'],
    ],
    [['phone', '+8613800000002']],
  ])
  expect(both).toBe(byUser)
  expect(alone).toBe(byPhone)
  const vault = await ctx.platform.vaults.of(ctx.workspaceId)
  const { owners } = await stored(ctx)
  expect(owners.get(`email ${vault.blindIndex('email', 'a@example.com')}`)).toBe(byUser)
  const { rows } =
    await sql<object>`select namespace, kept_person_id as kept, other_person_id as other from identity_conflicts where workspace_id = ${ctx.workspaceId}`.execute(
      ctx.platform.db,
    )
  expect(rows).toEqual([{ namespace: 'phone', kept: byUser, other: byPhone }])
  const phones = await sql<{ id: number }>`select id from people where workspace_id = ${ctx.workspaceId} and phone_key is not null`.execute(ctx.platform.db)
  expect(phones.rows).toEqual([{ id: byPhone }])
})

it('keeps workspaces apart', async () => {
  const [one, other] = [await kit.workspace(), await kit.workspace()]
  const [left] = await resolve(one, [[['phone', '+8613800000003']]])
  const [right] = await resolve(other, [[['phone', '+8613800000003']]])
  expect(left).not.toBe(right)
})

it('resolves twenty thousand people at once', async () => {
  const ctx = await kit.workspace()
  const batch = Array.from({ length: 20_000 }, (_, index): Named => [
    ['user_id', randomUUID()],
    ['member_no', `M${index}`],
  ])
  const first = await resolve(ctx, batch)
  expect(new Set(first).size).toBe(20_000)
  expect(await resolve(ctx, batch)).toEqual(first)
})
