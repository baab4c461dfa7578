import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestKit, type TestKit } from '../../../../test/kit.ts'
import type { Context } from '../../../access/index.ts'
import { originNumber, recordConsents, registerPersonTable } from '../../../people/index.ts'
import { resolveItems } from '../../../people/resolving/testing/resolve-batch.ts'
import { registerCampaignHistory } from '../campaign-history.ts'
import { beginImport, finishImport, importFile, type ImportAsk } from '../testing/import-kit.ts'
import { stepUndos } from './run-undo.ts'
import { readImportUndo, startImportUndo } from './start-undo.ts'

let kit: TestKit
let ctx: Context
beforeAll(async () => {
  kit = await startTestKit()
  registerPersonTable({ kind: 'state', name: 'import_people', key: ['import_id'] })
})
afterAll(() => kit.stop())

async function importLater(ask: ImportAsk) {
  kit.clock.advance(60_000)
  const done = await importFile(ctx, ask)
  expect(done).toMatchObject({ state: 'finished', rowsBad: 0 })
  return done
}

async function undo(id: string) {
  kit.clock.advance(60_000)
  await startImportUndo(ctx, { id })
  while (await stepUndos(kit.platform));
  return readImportUndo(ctx, { id })
}

/** Everything that is said about people, without what only orders copies or tells when a row was written. */
async function everyone() {
  const { rows } = await sql<{ said: unknown }>`
    select json_build_object('attributes', people.attributes, 'times', attribute_times, 'sources', attribute_sources, 'phone', phone_key, 'created', people.created_at,
      'identities', (select json_agg(namespace || ' ' || coalesce(value, key::text) order by namespace, key) from identities where person_id = people.id),
      'consent', (select state from consent_states where person_id = people.id),
      'tags', (select json_agg(name || '=' || value order by name) from person_tags join tags on tags.id = tag_id where person_id = people.id)) as said
    from people where workspace_id = ${ctx.workspaceId} order by people.id`.execute(kit.platform.db)
  return rows.map((row) => row.said)
}

const eventsIn = async () =>
  await kit.platform.warehouse.row<{ events: number; copies: number; counted: number; people: number }>({
    sql: `select (select toInt64(count()) from events where workspace_id = {workspaceId:UInt32}) as events,
        (select toInt64(count()) from events_by_person where workspace_id = {workspaceId:UInt32}) as copies,
        (select toInt64(sum(count)) from event_totals where workspace_id = {workspaceId:UInt32}) as counted,
        (select toInt64(count()) from people final where workspace_id = {workspaceId:UInt32}) as people`,
    params: { workspaceId: ctx.workspaceId },
  })

describe('undo of an import of people', () => {
  it('leaves everything as it was before: people, attributes with time and source, identities, tags, consents', async () => {
    ctx = await kit.workspace()
    await importLater({ content: '会员号,姓名,城市,手机号\nM1,张三,杭州,13800000001\nM2,李四,,\nM3,王五,上海,\n', target: 'people' })
    const before = await everyone()
    const done = await importLater({
      content:
        '会员号,姓名,城市,手机号,标签,短信同意,注册时间\nM1,张三丰,宁波,13800000001,VIP,是,2020-01-02\nM2,,北京,13800000002,VIP、老客,是,\nM3,王五,上海,,,,\nM8,新人,天津,13800000008,VIP,是,\n',
      target: 'people',
      options: { consentProof: '门店登记', createTags: true },
    })
    expect(done).toMatchObject({ peopleNew: 1, peopleKnown: 3 })
    const preview = await readImportUndo(ctx, done)
    expect(preview).toMatchObject({
      isPossible: true,
      state: null,
      planned: { peopleRemoved: 1, peopleKept: 0, identitiesRemoved: 1, tagsRemoved: 4, consentsReversed: 3 },
    })
    const undone = await undo(done.id)
    expect(undone).toMatchObject({
      state: 'finished',
      share: 1,
      isPossible: false,
      done: { peopleRemoved: 1, peopleKept: 0, peopleRestored: 2, identitiesRemoved: 1, tagsRemoved: 4, consentsReversed: 3 },
    })
    const after = (await everyone()) as { times: unknown; sources: unknown; consent: string | null }[]
    const withoutConsent = (people: typeof after) => people.map((person) => ({ ...person, consent: null }))
    // M3 was said again with the same words: nothing to take back, but the import was the last to say so.
    expect(withoutConsent(after.slice(0, 2))).toEqual(withoutConsent(before.slice(0, 2) as typeof after))
    expect(after.slice(0, 2).map((person) => person.consent)).toEqual(['withdrawn', 'withdrawn'])
    expect(after).toHaveLength(3)
    const { rows: ledger } = await sql`select state, proof from consents where workspace_id = ${ctx.workspaceId} order by id`.execute(kit.platform.db)
    expect(ledger).toEqual([
      { state: 'granted', proof: '门店登记' },
      { state: 'granted', proof: '门店登记' },
      { state: 'withdrawn', proof: '撤销导入「file.csv」，该导入提供的同意作废' },
      { state: 'withdrawn', proof: '撤销导入「file.csv」，该导入提供的同意作废' },
    ])
    await expect(startImportUndo(ctx, done)).rejects.toMatchObject({ errorName: 'precondition' })
    const { rows: audit } = await sql`select action from audit_log where target_id = ${done.id} and action like 'import.und%' order by id`.execute(
      kit.platform.db,
    )
    expect(audit).toEqual([{ action: 'import.undo' }, { action: 'import.undone' }])
  })

  it('keeps what was said again since, and people whom others have touched', async () => {
    ctx = await kit.workspace()
    await importLater({ content: '会员号,城市,等级\nM1,杭州,银\n', target: 'people' })
    const done = await importLater({ content: '会员号,城市,等级\nM1,宁波,金\nN1,北京,银\nN2,上海,银\nN3,广州,银\nN4,深圳,银\nN5,天津,银\n', target: 'people' })
    await importLater({ content: '会员号,城市\nM1,温州\nN1,苏州\n', target: 'people' })
    await importLater({ content: '会员号,订单号,时间,金额\nN2,O1,2025-01-01,5\n', target: 'orders' })
    await importLater({ content: '会员号,标签\nN3,VIP\n', target: 'tags', options: { createTags: true } })
    const { rows: n4 } = await sql<{ person_id: number }>`select person_id from identities where workspace_id = ${ctx.workspaceId} and value = 'N4'`.execute(
      kit.platform.db,
    )
    await kit.platform.db.transaction().execute((tx) =>
      recordConsents(tx, ctx.workspaceId, [
        {
          personId: n4[0]!.person_id,
          channel: 'sms',
          purpose: 'marketing',
          state: 'granted',
          proof: '电话',
          source: 'console',
          timeMs: kit.clock.now().getTime(),
        },
      ]),
    )
    const undone = await undo(done.id)
    expect(undone.done).toMatchObject({ peopleRemoved: 1, peopleKept: 4, peopleRestored: 1 })
    const people = (await everyone()) as { attributes: Record<string, string>; identities: string[] }[]
    expect(people.map(({ attributes, identities }) => [identities[0], attributes])).toEqual(
      [
        ['member_no M1', { 城市: undefined, city: '温州', 等级: '银' }],
        ['member_no N1', { city: '苏州' }],
        ['member_no N2', {}],
        ['member_no N3', {}],
        ['member_no N4', {}],
      ].map(([identity, attributes]) => [identity, JSON.parse(JSON.stringify(attributes))]),
    )
  })

  it('brings no value of an undone import back when a later one is undone after it', async () => {
    ctx = await kit.workspace()
    await importLater({ content: '会员号,城市\nM1,杭州\n', target: 'people' })
    const first = await importLater({ content: '会员号,城市,等级\nM1,宁波,金\nM2,宁波,金\n', target: 'people' })
    const second = await importLater({ content: '会员号,城市,等级\nM1,温州,银\nM2,温州,银\n', target: 'people' })
    const cities = async () => ((await everyone()) as { attributes: object }[]).map(({ attributes }) => attributes)
    await undo(first.id)
    expect(await cities()).toEqual([
      { city: '温州', 等级: '银' },
      { city: '温州', 等级: '银' },
    ])
    await undo(second.id)
    expect(await cities()).toEqual([{ city: '杭州' }, {}])
  })

  it('of one that only filled gaps leaves what was said outright, also what was said earlier and came later', async () => {
    ctx = await kit.workspace()
    await importLater({ content: '会员号,城市\nM1,杭州\nM2,\nM3,\n', target: 'people' })
    const before = await everyone()
    const sentMs = kit.clock.now().getTime()
    const options = { existing: 'fillEmpty' } as const
    const done = await importLater({ content: '会员号,城市,等级\nM1,宁波,金\nM2,宁波,金\nM3,宁波,金\nM4,宁波,金\n', target: 'people', options })
    const late = (value: string, traits: Record<string, string>) => ({ type: 'identify', identities: [['member_no', value]], timeMs: sentMs, traits }) as const
    await resolveItems(ctx, [late('M3', { city: '北京' }), late('M4', { 等级: '银' })])
    const attributes = async () => ((await everyone()) as { attributes: object }[]).map((person) => person.attributes)
    expect(await attributes()).toEqual([
      { city: '杭州', 等级: '金' },
      { city: '宁波', 等级: '金' },
      { city: '北京', 等级: '金' },
      { city: '宁波', 等级: '银' },
    ])
    expect((await undo(done.id)).done).toMatchObject({ peopleRemoved: 0, peopleKept: 1, peopleRestored: 3 })
    expect((await everyone()).slice(0, 2)).toEqual(before.slice(0, 2))
    expect((await attributes()).slice(2)).toEqual([{ city: '北京' }, { 等级: '银' }])
  })

  it('goes by what an import found when it changes a person several times', async () => {
    ctx = await kit.workspace()
    await importLater({ content: '会员号,城市\nM1,杭州\n', target: 'people' })
    const before = await everyone()
    const done = await importLater({ content: `会员号,城市\n${['一', '二', '三'].map((city) => `M1,${city}`).join('\n')}\n`, target: 'people' })
    await undo(done.id)
    expect(await everyone()).toEqual(before)
  })
})

describe('undo of an import of orders and events', () => {
  it('takes the events out of every table and lets the same file in again', async () => {
    ctx = await kit.workspace()
    await importLater({ content: '会员号,订单号,时间,金额\nM1,O1,2025-01-01,5\nM2,O2,2025-02-01,6\n', target: 'orders' })
    const before = await eventsIn()
    const rows = Array.from({ length: 3_000 }, (_, row) => `P${row % 700},A${row},2025-0${1 + (row % 9)}-01,1.5`)
    const file: ImportAsk = { content: `会员号,订单号,时间,金额\n${rows.join('\n')}\nM1,A9,2025-01-01,3\n`, target: 'orders' }
    const done = await importLater(file)
    expect((await readImportUndo(ctx, done)).planned).toMatchObject({ eventsRemoved: 3_000, peopleRemoved: 700 })
    expect((await undo(done.id)).done).toMatchObject({ eventsRemoved: 3_000, peopleRemoved: 700 })
    expect(await everyone()).toHaveLength(2)
    expect(await eventsIn()).toMatchObject({ events: before.events, copies: before.copies, counted: before.counted })
    const again = await importLater(file)
    expect(again).toMatchObject({ rowsDuplicate: 0, peopleNew: 700 })
    expect(await eventsIn()).toMatchObject({ events: 3_002, copies: 3_002, counted: 3_002 })
  })

  it('takes contacts of the past back', async () => {
    registerCampaignHistory({
      ensureCampaigns: async (_ctx, campaigns) => new Map(campaigns.map(({ code }) => [code, '0190a000-0000-7000-8000-000000000001'])),
    })
    ctx = await kit.workspace()
    const done = await importLater({ content: '会员号,活动编号,时间,结果\nM1,C1,2025-01-01,送达\nM2,C1,2025-01-01,对照\n', target: 'campaignContacts' })
    const contacts = () =>
      kit.platform.warehouse.row<{ count: number }>({
        sql: 'select toInt64(count()) as count from campaign_contacts final where workspace_id = {workspaceId:UInt32}',
        params: { workspaceId: ctx.workspaceId },
      })
    expect(await contacts()).toEqual({ count: 2 })
    expect((await undo(done.id)).done).toMatchObject({ eventsRemoved: 3, peopleRemoved: 2 })
    expect(await contacts()).toEqual({ count: 0 })
  })
})

it('is refused while the import runs, when nothing went in, and from another workspace', async () => {
  ctx = await kit.workspace()
  const running = await beginImport(ctx, { content: '会员号\nM1\n', target: 'people', mapping: { 会员号: 'member_no' } })
  expect(await readImportUndo(ctx, running)).toMatchObject({ isPossible: false, reason: { zh: '导入还没有结束' } })
  await finishImport(ctx, running)
  const other = await kit.workspace()
  await expect(startImportUndo(other, running)).rejects.toMatchObject({ errorName: 'not-found' })
  expect(await originNumber(kit.platform, ctx.workspaceId, { kind: 'import', originId: running.id })).toBeGreaterThan(0)
})
