import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestKit, type TestKit } from '../../../test/kit.ts'
import type { Context } from '../../access/index.ts'
import { canonicalPerson } from './aliases.ts'
import { runnerOf } from '../query-runner.ts'
import { registerPersonTable } from './person-tables.ts'
import { everythingOf, giveIdentity, makeEvent, makePerson, merge, undo } from './testing/merge-kit.ts'
import { keepApart } from './undo-merge.ts'

let kit: TestKit
beforeAll(async () => {
  kit = await startTestKit()
  registerPersonTable({
    kind: 'rows',
    name: 'messages',
    id: 'id',
    unique: { columns: ['cause_id', 'person_id', 'channel', 'occurrence'], rename: 'occurrence' },
  })
  registerPersonTable({ kind: 'state', name: 'import_people', key: ['import_id'] })
})
afterAll(async () => kit?.stop())

async function personOf(ctx: Context, personId: number) {
  const { rows } = await sql<{ attributes: Record<string, unknown>; phone_key: string | null; created_at: Date }>`
    select attributes, phone_key, created_at from people where workspace_id = ${ctx.workspaceId} and id = ${personId}`.execute(ctx.platform.db)
  return rows[0]
}

async function message(ctx: Context, personId: number, causeId: string): Promise<void> {
  await sql`insert into messages (workspace_id, person_id, channel, cause_kind, cause_id, state)
    values (${ctx.workspaceId}, ${personId}, 'sms', 'campaign', ${causeId}, 'accepted')`.execute(ctx.platform.db)
}

const ordersByPerson = async (ctx: Context) => {
  const person = await canonicalPerson(ctx)
  return ctx.platform.warehouse.rows({
    sql: `select ${person.of('person_id')} as person, toUInt32(count()) as orders from events where workspace_id = {w:UInt32} group by person order by person`,
    params: { w: ctx.workspaceId },
  })
}

const alive = async (ctx: Context) =>
  (
    await ctx.platform.warehouse.rows<{ id: number }>({
      sql: 'select person_id as id from people final where workspace_id = {w:UInt32} order by id',
      params: { w: ctx.workspaceId },
    })
  ).map(({ id }) => id)

it('makes two people one: of each attribute what was said last, the earlier beginning, the kept phone', async () => {
  const ctx = await kit.workspace()
  const kept = await makePerson(ctx, { attributes: { name: ['王小明', 10], city: ['杭州', 30] }, phone: '+8613800000001', createdAtMs: 2_000 })
  const merged = await makePerson(ctx, {
    attributes: { name: ['王明', 20], city: ['上海', 20], gender: ['男', 5] },
    phone: '+8613800000002',
    createdAtMs: 1_000,
  })
  const before = await personOf(ctx, kept)
  await merge(ctx, [{ keptId: kept, mergedId: merged }])
  const after = await personOf(ctx, kept)
  expect(after?.attributes).toEqual({ name: '王明', city: '杭州', gender: '男' })
  expect(after?.phone_key).toBe(before?.phone_key)
  expect(after?.created_at.getTime()).toBe(1_000)
  expect(await personOf(ctx, merged)).toBeUndefined()
  expect(await alive(ctx)).toEqual([kept])
})

it('shows past events under one person at once, and apart again after an undo', async () => {
  const ctx = await kit.workspace()
  const kept = await makePerson(ctx, {})
  const merged = await makePerson(ctx, {})
  await makeEvent(ctx, kept)
  await makeEvent(ctx, merged)
  expect(await ordersByPerson(ctx)).toEqual([
    { person: kept, orders: 1 },
    { person: merged, orders: 1 },
  ])
  const [mergeId] = await merge(ctx, [{ keptId: kept, mergedId: merged }])
  expect(await ordersByPerson(ctx)).toEqual([{ person: kept, orders: 2 }])
  await makeEvent(ctx, merged)
  expect(await ordersByPerson(ctx)).toEqual([{ person: kept, orders: 3 }])
  await undo(ctx, mergeId!)
  expect(await ordersByPerson(ctx)).toEqual([
    { person: kept, orders: 1 },
    { person: merged, orders: 2 },
  ])
  expect(await alive(ctx)).toEqual([kept, merged])
})

it('takes a withdrawal newer than a grant, and at the same instant the withdrawal', async () => {
  const ctx = await kit.workspace()
  const states: [MadeConsents, MadeConsents, string][] = [
    [[['granted', 10]], [['withdrawn', 20]], 'withdrawn'],
    [[['withdrawn', 10]], [['granted', 20]], 'granted'],
    [[['granted', 10]], [['withdrawn', 10]], 'withdrawn'],
    [[['withdrawn', 10]], [['granted', 10]], 'withdrawn'],
  ]
  type MadeConsents = ['granted' | 'withdrawn', number][]
  for (const [left, right, expected] of states) {
    const kept = await makePerson(ctx, { consents: left })
    const merged = await makePerson(ctx, { consents: right })
    await merge(ctx, [{ keptId: kept, mergedId: merged }])
    const { rows } = await sql<{ state: string }>`select state from consent_states where workspace_id = ${ctx.workspaceId} and person_id = ${kept}`.execute(
      kit.platform.db,
    )
    expect(rows).toEqual([{ state: expected }])
  }
})

it('gives everything back by an undo, also in the middle of a chain and a star', async () => {
  const ctx = await kit.workspace()
  const campaign = randomUUID()
  const people: number[] = []
  for (let index = 0; index < 5; index++) {
    const personId = await makePerson(ctx, {
      attributes: { name: [`甲${index}`, 10 + ((index * 7) % 5)], [`only${index}`]: [index, 5] },
      identities: [`user_id:u${index}`],
      ...(index > 1 ? { phone: `+861380000000${index}` } : {}),
      consents: [[index % 2 ? 'granted' : 'withdrawn', 10 + ((index * 3) % 5)]],
      createdAtMs: 1_000 * (1 + ((index * 3) % 5)),
    })
    await message(ctx, personId, campaign)
    await sql`insert into import_people (workspace_id, import_id, person_id) values (${ctx.workspaceId}, ${await importOf(ctx)}, ${personId})`.execute(
      kit.platform.db,
    )
    people.push(personId)
  }
  const [a, b, c, d, e] = people as [number, number, number, number, number]
  const before = await everythingOf(ctx)
  const ids = await merge(ctx, [
    { keptId: b, mergedId: a },
    { keptId: c, mergedId: b },
    { keptId: c, mergedId: d },
    { keptId: a, mergedId: e },
  ])
  expect(await alive(ctx)).toEqual([c])
  const { rows } = await sql`select from messages where workspace_id = ${ctx.workspaceId} and person_id = ${c}`.execute(kit.platform.db)
  expect(rows.length).toBe(5)
  for (const index of [1, 0, 3, 2]) await undo(ctx, ids[index]!)
  expect(await everythingOf(ctx)).toEqual(before)
  expect(await alive(ctx)).toEqual([a, b, c, d, e])
})

const imports = new Map<number, string>()
async function importOf(ctx: Context): Promise<string> {
  const known = imports.get(ctx.workspaceId)
  if (known) return known
  const { rows } = await sql<{ id: string }>`
    insert into imports (workspace_id, file_name, file_path, bytes, encoding, delimiter, columns) values (${ctx.workspaceId}, 'a.csv', '/nowhere', 1, 'utf-8', ',', '[]') returning id`.execute(
    kit.platform.db,
  )
  imports.set(ctx.workspaceId, rows[0]!.id)
  return rows[0]!.id
}

it('leaves with the kept person what came after the merge', async () => {
  const ctx = await kit.workspace()
  const kept = await makePerson(ctx, { attributes: { name: ['王', 1] }, identities: ['user_id:1'] })
  const merged = await makePerson(ctx, { attributes: { name: ['李', 2], city: ['北京', 2] }, identities: ['user_id:2'] })
  const [mergeId] = await merge(ctx, [{ keptId: kept, mergedId: merged }])
  await giveIdentity(ctx, kept, 'member_no:77')
  await sql`update people set attributes = attributes || '{"city":"广州"}', attribute_times = attribute_times || '{"city":9}' where id = ${kept}`.execute(
    kit.platform.db,
  )
  await undo(ctx, mergeId!)
  expect((await personOf(ctx, kept))?.attributes).toEqual({ name: '王', city: '广州' })
  expect((await personOf(ctx, merged))?.attributes).toEqual({ name: '李', city: '北京' })
  const { rows } = await sql<{ id: string }>`
    select namespace || ' ' || person_id as id from identities where workspace_id = ${ctx.workspaceId} order by value`.execute(kit.platform.db)
  expect(rows.map(({ id }) => id)).toEqual([`user_id ${kept}`, `user_id ${merged}`, `member_no ${kept}`])
})

it('merges thousands of pairs in a handful of statements', async () => {
  const ctx = await kit.workspace()
  await sql`insert into people (workspace_id, attributes, attribute_times)
    select ${ctx.workspaceId}, jsonb_build_object('name', 'n' || i), jsonb_build_object('name', i) from generate_series(1, 10000) as i`.execute(kit.platform.db)
  await sql`insert into identities (workspace_id, namespace, key, person_id, value)
    select workspace_id, 'anonymous_id', gen_random_uuid(), id, id::text from people where workspace_id = ${ctx.workspaceId}`.execute(kit.platform.db)
  const { rows } = await sql<{ id: number }>`select id from people where workspace_id = ${ctx.workspaceId} order by id`.execute(kit.platform.db)
  const pairs = Array.from({ length: 5_000 }, (_, index) => ({ keptId: rows[index * 2]!.id, mergedId: rows[index * 2 + 1]!.id }))
  const startedAt = performance.now()
  await merge(ctx, pairs)
  console.info(`5,000 pairs merged and mirrored in ${Math.round(performance.now() - startedAt)} ms`)
  const { rows: counted } = await sql<{ people: number; owners: number }>`
    select count(*)::integer as people, (select count(distinct person_id)::integer from identities where workspace_id = ${ctx.workspaceId}) as owners
    from people where workspace_id = ${ctx.workspaceId}`.execute(kit.platform.db)
  expect(counted).toEqual([{ people: 5_000, owners: 5_000 }])
})

it('undoes the first of a star of two hundred merges; the others stay', async () => {
  const ctx = await kit.workspace()
  const { rows } = await sql<{ id: number }>`
    insert into people (workspace_id, attributes, attribute_times)
    select ${ctx.workspaceId}, jsonb_build_object('name', 'n' || i), jsonb_build_object('name', i) from generate_series(1, 201) as i returning id`.execute(
    kit.platform.db,
  )
  const [kept, ...others] = rows.map(({ id }) => id)
  const startedAt = performance.now()
  const [first] = await merge(
    ctx,
    others.map((mergedId) => ({ keptId: kept!, mergedId })),
  )
  const mergedAt = performance.now()
  await undo(ctx, first!)
  console.info(`star of 200: merged in ${Math.round(mergedAt - startedAt)} ms, first undone in ${Math.round(performance.now() - mergedAt)} ms`)
  expect((await personOf(ctx, others[0]!))?.attributes).toEqual({ name: 'n2' })
  expect((await personOf(ctx, kept!))?.attributes).toEqual({ name: 'n201' })
  expect((await alive(ctx)).toSorted((left, right) => left - right)).toEqual([kept, others[0]])
})

it('keeps apart whoever was kept apart from a part of a person, as long as they are one', async () => {
  const ctx = await kit.workspace()
  const [a, k, x, y] = [await makePerson(ctx, {}), await makePerson(ctx, {}), await makePerson(ctx, {}), await makePerson(ctx, {})]
  const pairs = [[a, x]] as const
  await kit.platform.db.transaction().execute((tx) => keepApart(runnerOf(tx), { workspaceId: ctx.workspaceId, pairs, decidedBy: null, now: kit.clock.now() }))
  const apart = async () =>
    new Set(
      (
        await sql<{ pair: string }>`select low_id || ' ' || high_id as pair from person_distinctions where workspace_id = ${ctx.workspaceId}`.execute(
          kit.platform.db,
        )
      ).rows.map(({ pair }) => pair),
    )
  const [, second] = await merge(ctx, [
    { keptId: k, mergedId: a },
    { keptId: y, mergedId: x },
  ])
  expect(await apart()).toEqual(new Set([`${a} ${x}`, `${k} ${x}`, `${a} ${y}`, `${k} ${y}`]))
  await undo(ctx, second!)
  expect(await apart()).toEqual(new Set([`${a} ${x}`, `${k} ${x}`, `${x} ${y}`]))
})
