import { randomUUID } from 'node:crypto'
import * as fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestKit, type TestKit } from '../../../test/kit.ts'
import type { Context } from '../../access/index.ts'
import { mergePeople } from '../merging/merge-people.ts'
import { runnerOf } from '../query-runner.ts'
import type { PersonItem } from './resolve-people.ts'
import { findNamed, readStored, resolveItems, resolveNamed as resolve, type Named } from './testing/resolve-batch.ts'

let kit: TestKit
beforeAll(async () => {
  kit = await startTestKit()
})
afterAll(async () => kit?.stop())

async function conflictsOf(ctx: Context): Promise<object[]> {
  const { rows } = await sql<object>`
    select namespace, kept_person_id as kept, other_person_id as other, limit_namespace as limited, seen_count as seen
    from identity_conflicts where workspace_id = ${ctx.workspaceId} order by id`.execute(ctx.platform.db)
  return rows
}

async function phoneHolders(ctx: Context): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`select id from people where workspace_id = ${ctx.workspaceId} and phone_key is not null order by id`.execute(
    ctx.platform.db,
  )
  return rows.map((row) => row.id)
}

const phone = (last: number): readonly [string, string] => ['phone', `+861380000${String(last).padStart(4, '0')}`]
const user = (id: string | number): readonly [string, string] => ['user_id', String(id)]
const member = (id: string | number): readonly [string, string] => ['member_no', String(id)]
const email = (id: string | number): readonly [string, string] => ['email', `${id}@example.com`]
const cookie = (id: string | number): readonly [string, string] => ['anonymous_id', String(id)]
const device = (id: string | number): readonly [string, string] => ['device_id', String(id)]

describe('people are linked', () => {
  it('in one batch by what only a later item connects', async () => {
    const ctx = await kit.workspace()
    const [first, second, third] = await resolve(ctx, [[user('u')], [phone(1)], [phone(1), user('u')]])
    expect([second, third]).toEqual([first, first])
  })

  it('by a phone that both have: the one with the stronger identity is kept, and the other’s identities find them', async () => {
    const ctx = await kit.workspace()
    const [byPhone] = await resolve(ctx, [[phone(2), email('a')]])
    const [byUser] = await resolve(ctx, [[user('u')]])
    expect(await resolve(ctx, [[user('u'), phone(2)]])).toEqual([byUser])
    expect(await findNamed(ctx, [[phone(2)], [email('a')], [user('u')]])).toEqual([byUser, byUser, byUser])
    expect((await readStored(ctx)).people).toEqual([byUser])
    expect(await phoneHolders(ctx)).toEqual([byUser])
    expect(byPhone).toBeLessThan(byUser!)
    const { rows } = await sql<object>`select reason, namespace, kept_id, merged_id from person_merges where workspace_id = ${ctx.workspaceId}`.execute(
      ctx.platform.db,
    )
    expect(rows).toEqual([{ reason: 'linked', namespace: 'phone', kept_id: byUser, merged_id: byPhone }])
  })

  it('of equally strong ones the older is kept', async () => {
    const ctx = await kit.workspace()
    const [one, other] = await resolve(ctx, [[phone(3)], [email('b')]])
    await resolve(ctx, [[member('m1')]])
    expect(await resolve(ctx, [[email('b'), phone(3)]])).toEqual([one])
    expect(other).not.toBe(one)
  })

  it('when a visitor says who they are: what they did before is theirs', async () => {
    const ctx = await kit.workspace()
    const [visitor] = await resolve(ctx, [[cookie('c'), device('d')]])
    const [known] = await resolve(ctx, [[user('u'), phone(4)]])
    expect(await resolve(ctx, [[user('u'), cookie('c')]])).toEqual([known])
    expect(await findNamed(ctx, [[cookie('c')], [device('d')]])).toEqual([known, known])
    expect(visitor).not.toBe(known)
  })

  it('many at once, chains of people among them', async () => {
    const ctx = await kit.workspace()
    const links = Array.from({ length: 40 }, (_, index): Named => [['shop_user_id', `s:${index}`]])
    await resolve(ctx, links)
    const chain = Array.from({ length: 39 }, (_, index): Named => [
      ['shop_user_id', `s:${index}`],
      ['shop_user_id', `s:${index + 1}`],
    ])
    expect(new Set(await resolve(ctx, chain)).size).toBe(1)
    expect((await readStored(ctx)).people).toHaveLength(1)
  })
})

describe('strangers are not glued together', () => {
  it('by a device: it stays with whoever used it first, and nobody is asked', async () => {
    const ctx = await kit.workspace()
    const [first, second] = await resolve(ctx, [
      [user('u1'), device('shop-tablet')],
      [user('u2'), device('shop-tablet')],
    ])
    expect(second).not.toBe(first)
    expect(await findNamed(ctx, [[device('shop-tablet')]])).toEqual([first])
    expect(await conflictsOf(ctx)).toEqual([])
  })

  it('by a device that many used: from then on not even visitors are taken for its owner', async () => {
    const ctx = await kit.workspace()
    for (let index = 0; index < 6; index++) await resolve(ctx, [[user(index), device('kiosk')]])
    const [owner] = await findNamed(ctx, [[device('kiosk')]])
    const [visitor] = await resolve(ctx, [[cookie('fresh'), device('kiosk')]])
    expect(visitor).not.toBe(owner)
  })

  it('by the phone of a family: two member numbers are two people, and somebody is asked once', async () => {
    const ctx = await kit.workspace()
    const [one] = await resolve(ctx, [[member('m1'), phone(5)]])
    const [other] = await resolve(ctx, [[member('m2'), phone(5)]])
    expect(other).not.toBe(one)
    await resolve(ctx, [[member('m2'), phone(5)]])
    expect(await conflictsOf(ctx)).toEqual([{ namespace: 'phone', kept: other, other: one, limited: 'member_no', seen: 2 }])
    expect(await findNamed(ctx, [[phone(5)]])).toEqual([one])
    expect(await phoneHolders(ctx)).toEqual([one])
  })

  it('by the phone of a till, given for everybody: it is shared after a few, and no more conflicts are opened', async () => {
    const ctx = await kit.workspace()
    const batch = Array.from({ length: 30 }, (_, index): Named => [member(index), phone(6)])
    const people = await resolve(ctx, batch)
    expect(new Set(people).size).toBe(30)
    expect(await conflictsOf(ctx)).toHaveLength(5)
    expect((await readStored(ctx)).shared.size).toBe(1)
    await resolve(
      ctx,
      Array.from({ length: 30 }, (_, index): Named => [member(100 + index), phone(6)]),
    )
    expect(await conflictsOf(ctx)).toHaveLength(5)
  })

  it('who were kept apart by a decision', async () => {
    const ctx = await kit.workspace()
    const [one, other] = await resolve(ctx, [[user('u')], [phone(7)]])
    await sql`insert into person_distinctions (workspace_id, low_id, high_id, decided_at) values (${ctx.workspaceId}, ${one}, ${other}, now())`.execute(
      ctx.platform.db,
    )
    expect(await resolve(ctx, [[user('u'), phone(7)]])).toEqual([one])
    expect(await findNamed(ctx, [[phone(7)]])).toEqual([other])
    expect(await conflictsOf(ctx)).toEqual([])
  })

  it('by one item that names two of what a person has one of: the second is somebody of their own', async () => {
    const ctx = await kit.workspace()
    const [first] = await resolve(ctx, [[user('u1'), user('u2')]])
    const [second] = await findNamed(ctx, [[user('u2')]])
    expect(second).not.toBe(first)
    expect(await conflictsOf(ctx)).toEqual([{ namespace: 'user_id', kept: first, other: second, limited: 'user_id', seen: 1 }])
  })
})

describe('a new phone', () => {
  it('is taken from somebody whom a strong identity names, the former one still finds them', async () => {
    const ctx = await kit.workspace()
    const [person] = await resolve(ctx, [[user('u'), phone(8)]])
    expect(await resolve(ctx, [[user('u'), phone(9)]])).toEqual([person])
    expect(await findNamed(ctx, [[phone(8)], [phone(9)]])).toEqual([person, person])
    expect(await conflictsOf(ctx)).toEqual([])
  })

  it('is the last that their own items gave, also where somebody else’s item names an earlier one', async () => {
    const ctx = await kit.workspace()
    const batch: Named[] = [
      [phone(5), phone(6), phone(8)],
      [phone(6), user('u'), phone(7)],
    ]
    const addresses = async () =>
      (await sql<object>`select id, phone_key, version from people where workspace_id = ${ctx.workspaceId} order by id`.execute(ctx.platform.db)).rows
    const people = await resolve(ctx, batch)
    const first = await addresses()
    expect(new Set(people).size).toBe(2)
    expect(await resolve(ctx, batch)).toEqual(people)
    expect(await addresses()).toEqual(first)
  })

  it('is not taken over from somebody else who has one of their own', async () => {
    const ctx = await kit.workspace()
    const [person, owner] = await resolve(ctx, [
      [user('u'), phone(10)],
      [email('owner'), phone(11)],
    ])
    expect(await resolve(ctx, [[user('u'), phone(11)]])).toEqual([person])
    expect(await findNamed(ctx, [[phone(11)]])).toEqual([owner])
    expect(await conflictsOf(ctx)).toEqual([{ namespace: 'phone', kept: person, other: owner, limited: 'phone', seen: 1 }])
  })

  it('and one more, and one more: a user id with dozens of phones is nobody’s', async () => {
    const ctx = await kit.workspace()
    for (let index = 0; index < 14; index++) await resolve(ctx, [[user('guest'), phone(100 + index)]])
    const owners = await findNamed(
      ctx,
      Array.from({ length: 14 }, (_, index): Named => [phone(100 + index)]),
    )
    const [guest] = await findNamed(ctx, [[user('guest')]])
    expect(owners.filter((owner) => owner === guest)).toHaveLength(10)
  })
})

it('goes on with the kept person after a merge by hand', async () => {
  const ctx = await kit.workspace()
  const { platform, workspaceId } = ctx
  const [kept, merged] = await resolve(ctx, [
    [user('u1'), phone(12)],
    [user('u2'), phone(13)],
  ])
  await platform.db.transaction().execute((tx) =>
    mergePeople(runnerOf(tx), {
      platform,
      workspaceId,
      pairs: [{ keptId: kept!, mergedId: merged!, reason: 'manual' }],
      decidedBy: null,
      now: platform.clock.now(),
    }),
  )
  expect(await resolve(ctx, [[user('u2'), phone(13)], [phone(12)], [user('u2'), cookie('x')]])).toEqual([kept, kept, kept])
})

it('keeps workspaces apart', async () => {
  const [one, other] = [await kit.workspace(), await kit.workspace()]
  const [left] = await resolve(one, [[phone(14)]])
  const [right] = await resolve(other, [[phone(14)]])
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

it.each([
  ['a person', { createdAtMs: Number.NaN }, 'RangeError'],
  ['an identity', { identities: [user('zero\0')] }, 'invalid byte sequence'],
])('leaves nothing of a batch in which the row of %s cannot be written, and takes the rest of it then', async (_, bad, reason) => {
  const ctx = await kit.workspace()
  const good = Array.from({ length: 3_000 }, (__, index): PersonItem => ({
    type: 'identify',
    identities: [user(index), phone(index)],
    timeMs: 1,
    traits: { index },
  }))
  const batch = good.map((item, index) => (index === 1_800 ? { ...item, ...bad } : item))
  const refused = await resolveItems(ctx, batch).then(
    () => 'taken',
    (error: unknown) => String(error),
  )
  expect(refused).toContain(reason)
  expect(await readStored(ctx)).toMatchObject({ owners: new Map(), people: [] })
  await resolveItems(ctx, good)
  const { owners, people } = await readStored(ctx)
  expect([owners.size, people.length]).toEqual([6_000, 3_000])
})

/** What is stored of the person of each item. */
async function readWritten(ctx: Context, items: readonly PersonItem[]): Promise<object[]> {
  const { rows } = await sql<{ id: number }>`
    select id, attributes, attribute_times, attribute_sources, phone_key is null as no_phone, sealed_email is null as no_email, created_at
    from people where workspace_id = ${ctx.workspaceId}`.execute(ctx.platform.db)
  const people = new Map(rows.map(({ id, ...row }) => [id, row]))
  const found = await findNamed(
    ctx,
    items.map(({ identities }) => identities),
  )
  // People by the first item that is theirs: ids differ from workspace to workspace.
  return found.map((id) => ({ first: found.indexOf(id), ...people.get(id) }))
}

it('a new person whom one item names is written as one whom several name', async () => {
  const pool = fc.integer({ min: 0, max: 6 })
  const identity = fc.oneof(pool.map(user), pool.map(phone), pool.map(email), pool.map(device))
  const item = fc.record({
    type: fc.constant('identify' as const),
    identities: fc.array(identity, { minLength: 1, maxLength: 4 }),
    timeMs: fc.integer({ min: 1, max: 4 }),
    traits: fc.dictionary(fc.constantFrom('city', 'level', 'points'), fc.oneof(fc.constantFrom('a', 'b'), fc.constant(null))),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(item, { maxLength: 8 }), async (items) => {
      const [once, twice] = [await kit.workspace(), await kit.workspace()]
      await resolveItems(once, items)
      // The same said after it was only named: nobody is named by one item alone.
      await resolveItems(
        twice,
        items.flatMap((said) => [{ type: said.type, identities: said.identities, timeMs: said.timeMs }, said]),
      )
      expect(await readWritten(once, items)).toEqual(await readWritten(twice, items))
    }),
    { numRuns: 40 },
  )
})
