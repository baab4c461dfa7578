import * as fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Namespace } from '../../../../contracts/people.ts'
import { startTestKit, type TestKit } from '../../../test/kit.ts'
import type { Context } from '../../access/index.ts'
import { mergePeople } from '../merging/merge-people.ts'
import { forgetNamespaces, loadNamespaces } from '../namespaces/read-namespaces.ts'
import { runnerOf } from '../query-runner.ts'
import { componentsOf, findNamed, readStored, resolveNamed, type Named } from './testing/resolve-batch.ts'

let kit: TestKit
beforeAll(async () => {
  kit = await startTestKit()
})
afterAll(async () => kit?.stop())

const identityOf = (namespaces: readonly Namespace[], values: number) =>
  fc.tuple(
    fc.constantFrom(...namespaces),
    fc.integer({ min: 0, max: values - 1 }).map((value) => (value < 10 ? `v:${value}` : `w:${value}`)),
  )
const batchesOf = (namespaces: readonly Namespace[], values: number) =>
  fc.array(
    fc.array(fc.uniqueArray(identityOf(namespaces, values), { minLength: 1, maxLength: 3, selector: ([namespace, value]) => `${namespace} ${value}` }), {
      minLength: 1,
      maxLength: 8,
    }),
    { minLength: 1, maxLength: 6 },
  )

const distinct = (items: readonly Named[]): Named[] => [...componentsOf(items).keys()].map((id) => [id.split(' ') as [string, string]])

/** Identities by group, as sorted lists: equal for equal partitions, whatever the groups are called. */
function partition(groupOf: ReadonlyMap<string, string | number>): string[] {
  const groups = new Map<string | number, string[]>()
  for (const [id, group] of groupOf) groups.set(group, [...(groups.get(group) ?? []), id])
  return [...groups.values()].map((ids) => ids.toSorted().join(',')).toSorted()
}

async function ownersNow(ctx: Context, items: readonly Named[]): Promise<Map<string, number>> {
  const named = distinct(items)
  const people = await findNamed(ctx, named)
  return new Map(named.map(([identity], index) => [identity!.join(' '), people[index]!]))
}

/** A workspace whose kinds of identities all link, any number of them. */
async function unlimitedWorkspace(): Promise<Context> {
  const ctx = await kit.workspace()
  await sql`update namespaces set per_person_max = null, strength = case when strength = 'weak' then 'medium' else strength end where workspace_id = ${ctx.workspaceId}`.execute(
    ctx.platform.db,
  )
  forgetNamespaces(ctx.platform, ctx.workspaceId)
  return ctx
}

async function mergeByHand(ctx: Context, [left, right]: readonly [Named, Named]): Promise<void> {
  const { platform, workspaceId } = ctx
  const [keptId, mergedId] = await findNamed(ctx, [left, right])
  const pairs = [{ keptId: keptId!, mergedId: mergedId!, reason: 'manual' as const }]
  await platform.db.transaction().execute((tx) => mergePeople(runnerOf(tx), { platform, workspaceId, pairs, decidedBy: null, now: platform.clock.now() }))
}

const linking: Namespace[] = ['user_id', 'member_no', 'wechat_openid', 'phone', 'email', 'device_id']

describe('where every kind of identity links without limits', () => {
  it('ends in the partition of a sequential union-find, whatever runs at the same time in whatever order, merges by hand among it', async () => {
    const seeds: Named[] = [0, 1, 2, 3].map((value) => [['user_id', `v:${value}`]])
    const handPairs = fc.array(fc.tuple(fc.constantFrom(...seeds), fc.constantFrom(...seeds)), { maxLength: 2 })
    await fc.assert(
      fc.asyncProperty(batchesOf(linking, 9), handPairs, fc.infiniteStream(fc.nat()), async (batches, pairs, order) => {
        const ctx = await unlimitedWorkspace()
        await resolveNamed(ctx, seeds)
        const work = [...batches.map((batch) => () => resolveNamed(ctx, batch)), ...pairs.map((pair) => () => mergeByHand(ctx, pair))]
        const shuffled = work.map((run) => ({ run, at: order.next().value })).toSorted((left, right) => left.at - right.at)
        const workers = 4
        await Promise.all(
          Array.from({ length: workers }, async (_, worker) => {
            for (let index = worker; index < shuffled.length; index += workers) await shuffled[index]!.run()
          }),
        )
        const said = [...seeds, ...batches.flat(), ...pairs.map(([left, right]): Named => [...left, ...right])]
        const unique = said.map((named) => named.filter(([namespace, value], index) => named.findIndex(([n, v]) => n === namespace && v === value) === index))
        const owners = await ownersNow(ctx, unique)
        expect(partition(owners)).toEqual(partition(componentsOf(unique)))
        const { people, conflicts } = await readStored(ctx)
        expect(new Set(people)).toEqual(new Set(owners.values()))
        expect(conflicts.size).toBe(0)
      }),
      { numRuns: 200 },
    )
  })
})

const everyKind: Namespace[] = ['user_id', 'member_no', 'wechat_openid', 'phone', 'email', 'anonymous_id', 'device_id']
/** Phones and values of other kinds alike: what a namespace takes is decided at the door, not here. */
const limited = batchesOf(everyKind, 7)

/** What holds with the limits that every workspace starts with. */
async function checkLaws(ctx: Context, items: readonly Named[]): Promise<void> {
  const { workspaceId, platform } = ctx
  const vault = await platform.vaults.of(workspaceId)
  const rules = await loadNamespaces(platform.db, workspaceId)
  const keyOf = ([namespace, value]: readonly [string, string]) => `${namespace} ${vault.blindIndex(namespace, value)}`
  const { owners, people, conflicts, shared } = await readStored(ctx)
  const groups = componentsOf(items)
  // Every identity belongs to exactly one person who exists, and every person has an identity.
  expect(owners.size).toBe(groups.size)
  expect(new Set(owners.values())).toEqual(new Set(people))
  // Nobody is joined without evidence: all identities of a person are connected by items.
  const groupOf = new Map<number, string>()
  const held = new Map<string, number>()
  for (const [id, group] of groups) {
    const [namespace, value] = id.split(' ') as [string, string]
    const personId = owners.get(keyOf([namespace, value]))!
    expect(groupOf.get(personId) ?? group).toBe(group)
    groupOf.set(personId, group)
    held.set(`${personId} ${namespace}`, (held.get(`${personId} ${namespace}`) ?? 0) + 1)
  }
  // Nobody is over a limit of a strong or weak kind; of addresses, over those they may have come to by changing them.
  for (const [who, count] of held) {
    const { perPersonMax, strength } = rules.get(who.split(' ')[1]!)!
    expect(count).toBeLessThanOrEqual((perPersonMax ?? Infinity) + (strength === 'medium' ? 9 : 0))
  }
  // What says who somebody is leads to one person, or is shared, or it was asked about, or somebody decided.
  const former = await sql<{ id: number; person: number }>`
    select alias_id as id, person_id as person from person_aliases where workspace_id = ${workspaceId}`.execute(platform.db)
  const today = new Map(former.rows.map(({ id, person }) => [id, person]))
  const asked = new Set(
    [...conflicts].map((text) => {
      const [namespace, key, kept, other] = text.split(' ')
      return [namespace, key, ...[Number(kept), Number(other)].map((id) => today.get(id) ?? id).toSorted((left, right) => left - right)].join(' ')
    }),
  )
  const apart = await apartPairs(ctx)
  for (const named of items) {
    const [strongest, ...others] = named.toSorted(([left], [right]) => rules.rankOf(left) - rules.rankOf(right))
    const kept = owners.get(keyOf(strongest!))!
    for (const other of others) {
      const owner = owners.get(keyOf(other))!
      if (owner === kept || rules.get(other[0])!.strength === 'weak') continue
      const pair = [kept, owner].toSorted((left, right) => left - right).join(' ')
      expect(asked.has(`${keyOf(other)} ${pair}`) || apart.has(pair) || shared.has(keyOf(other)) || shared.has(keyOf(strongest!))).toBe(true)
    }
  }
}

/** `low high` of people who were kept apart, by who they are today. */
async function apartPairs(ctx: Context): Promise<Set<string>> {
  const { rows } = await sql<{ pair: string }>`
    select low_id || ' ' || high_id as pair from person_distinctions where workspace_id = ${ctx.workspaceId}`.execute(ctx.platform.db)
  return new Set(rows.map((row) => row.pair))
}

describe('with the limits of a new workspace', () => {
  it('nobody is over one, every identity has one person, and nobody is joined without evidence, batch after batch and at the same time', async () => {
    await fc.assert(
      fc.asyncProperty(limited, fc.boolean(), async (batches, atOnce) => {
        const ctx = await kit.workspace()
        if (atOnce) await Promise.all(batches.map((batch) => resolveNamed(ctx, batch)))
        else for (const batch of batches) await resolveNamed(ctx, batch)
        await checkLaws(ctx, batches.flat())
      }),
      { numRuns: 200 },
    )
  })

  it('who was kept apart stays apart, whatever comes later', async () => {
    await fc.assert(
      fc.asyncProperty(limited, limited, fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 1, maxLength: 3 }), async (before, after, picks) => {
        const ctx = await kit.workspace()
        for (const batch of before) await resolveNamed(ctx, batch)
        const { people } = await readStored(ctx)
        const pairs = picks
          .map(([left, right]) => [people[left % people.length]!, people[right % people.length]!] as const)
          .filter(([left, right]) => left !== right)
        for (const [left, right] of pairs) {
          await sql`
            insert into person_distinctions (workspace_id, low_id, high_id, decided_at)
            values (${ctx.workspaceId}, ${Math.min(left, right)}, ${Math.max(left, right)}, now()) on conflict do nothing`.execute(ctx.platform.db)
        }
        await Promise.all(after.map((batch) => resolveNamed(ctx, batch)))
        const { rows } = await sql<{ id: number; person: number }>`
          select alias_id as id, person_id as person from person_aliases where workspace_id = ${ctx.workspaceId}`.execute(ctx.platform.db)
        const today = new Map(rows.map(({ id, person }) => [id, person]))
        for (const [left, right] of pairs) expect(today.get(left) ?? left).not.toBe(today.get(right) ?? right)
        await checkLaws(ctx, [...before, ...after].flat())
      }),
      { numRuns: 120 },
    )
  })

  it('doing a batch again at once changes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(limited, async (batches) => {
        const ctx = await kit.workspace()
        for (const batch of batches) {
          const people = await resolveNamed(ctx, batch)
          expect(await findNamed(ctx, batch)).toEqual(people)
          const first = await snapshot(ctx)
          expect(await resolveNamed(ctx, batch)).toEqual(people)
          expect(await snapshot(ctx)).toEqual(first)
        }
      }),
      { numRuns: 120 },
    )
  })
})

/** Everything that a batch writes, besides how often a conflict was met. */
async function snapshot(ctx: Context): Promise<object> {
  const { owners, people, conflicts, shared } = await readStored(ctx)
  const { rows } =
    await sql<object>`select id, version, updated_at, phone_key, email_key from people where workspace_id = ${ctx.workspaceId} order by id`.execute(
      ctx.platform.db,
    )
  return {
    owners: [...owners].toSorted(([left], [right]) => (left < right ? -1 : 1)),
    people,
    conflicts: [...conflicts].toSorted(),
    shared: [...shared].toSorted((left, right) => left.localeCompare(right)),
    rows,
  }
}
