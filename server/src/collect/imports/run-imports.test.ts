import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startTestKit, type TestKit } from '../../../test/kit.ts'
import type { Context } from '../../access/index.ts'
import { readPerson } from '../../people/profile/read-person.ts'
import { drainInbox } from '../consume-inbox.ts'
import { updateEventProperty, updateEventSchema } from '../schema/update-event-schema.ts'
import { downloadBadRows, listBadRows } from './bad-rows.ts'
import { registerCampaignHistory, type HistoricCampaign } from './campaign-history.ts'
import { cancelImport } from './cancel-import.ts'
import { deleteImportFile } from './import-file.ts'
import { findImport } from './import-row.ts'
import { readImport } from './read-import.ts'
import { deleteOldImportFiles, stepImports } from './run-imports.ts'
import { beginImport, finishImport, importFile } from './testing/import-kit.ts'

let kit: TestKit
let ctx: Context
beforeAll(async () => {
  kit = await startTestKit({ now: '2026-03-01T00:00:00Z' })
})
afterAll(() => kit.stop())
beforeEach(async () => {
  ctx = await kit.workspace()
})

interface StoredEvent {
  event: string
  personId: number
  amountFen: number | null
  time: string
  properties: Record<string, unknown>
}

async function events(event?: string): Promise<StoredEvent[]> {
  const rows = await kit.platform.warehouse.rows<Omit<StoredEvent, 'properties'> & { properties: string }>({
    sql: `select toString(event) as event, person_id as personId, amount_fen as amountFen, toString(time) as time, toJSONString(properties) as properties
      from events where workspace_id = {workspaceId:UInt32} and ({event:String} = '' or event = {event:String}) order by time, properties`,
    params: { workspaceId: ctx.workspaceId, event: event ?? '' },
  })
  return rows.map((row) => ({ ...row, properties: JSON.parse(row.properties) as Record<string, unknown> }))
}

async function people(): Promise<{ attributes: Record<string, unknown>; created_at: Date; consent: string | null }[]> {
  const { rows } = await sql<{ attributes: Record<string, unknown>; created_at: Date; consent: string | null }>`
    select attributes, created_at, state as consent from people
    left join consent_states on consent_states.workspace_id = people.workspace_id and person_id = people.id
    where people.workspace_id = ${ctx.workspaceId} order by people.id`.execute(kit.platform.db)
  return rows
}

const customers = `会员号,姓名,手机号,邮箱,城市,年龄,注册时间,短信同意
M1,张三,138 1234 5678,ZHANG@example.com,上海,31,2024-01-02 03:04:05,是
M2,李四,13912345678,,北京,40,2024/2/3,否
M3,王五,,,广州,,,
`

describe('people', () => {
  it('come in with normalised identities, typed attributes, consent and the day they registered', async () => {
    const done = await importFile(ctx, { content: customers, target: 'people', options: { consentProof: '门店纸质表单 2024' } })
    expect(done).toMatchObject({ state: 'finished', rowsRead: 3, rowsGood: 3, rowsBad: 0, rowsDuplicate: 0, peopleNew: 3, peopleKnown: 0 })
    const [zhang, li, wang] = await people()
    expect(zhang).toMatchObject({ attributes: { name: '张三', city: '上海', 年龄: 31 }, consent: 'granted' })
    expect(zhang?.created_at.toISOString()).toBe('2024-01-01T19:04:05.000Z')
    expect(li?.consent).toBe('withdrawn')
    expect(wang).toMatchObject({ attributes: { name: '王五', city: '广州' }, consent: null })
  })

  it('are known when the same file comes again, and nothing doubles', async () => {
    await importFile(ctx, { content: customers, target: 'people', options: { consentProof: 'x' } })
    const again = await importFile(ctx, { content: customers, target: 'people', options: { consentProof: 'x' } })
    expect(again).toMatchObject({ state: 'finished', rowsGood: 3, peopleNew: 0, peopleKnown: 3, rowsDuplicate: 0 })
    expect(await people()).toHaveLength(3)
  })

  it('that stand in a file twice are one person, and a duplicate row', async () => {
    const done = await importFile(ctx, { content: 'phone,name\n13812345678,甲\n+86 13812345678,乙\n13912345678,丙\n', target: 'people' })
    expect(done).toMatchObject({ rowsGood: 3, peopleNew: 2, rowsDuplicate: 1 })
    expect((await people()).map((person) => person.attributes['name'])).toEqual(['乙', '丙'])
  })

  it('have each identity from the file that named it first', async () => {
    await importFile(ctx, { content: '会员号,手机号\nM1,13812345678\n', target: 'people', fileName: '一月.csv' })
    await importFile(ctx, { content: '会员号,手机号,邮箱\nM1,13812345678,li@example.com\n', target: 'people', fileName: '二月.csv' })
    const { rows } = await sql<{ id: number }>`select id from people where workspace_id = ${ctx.workspaceId}`.execute(kit.platform.db)
    const { identities } = await readPerson(ctx, { personId: rows[0]!.id })
    const sources = Object.fromEntries(identities.map(({ namespace, source }) => [namespace, `${source?.kind} ${source?.name}`]))
    expect(sources).toEqual({ member_no: 'import 一月.csv', phone: 'import 一月.csv', email: 'import 二月.csv' })
  })

  it('need a proof for consent', async () => {
    await expect(beginImport(ctx, { content: customers, target: 'people' })).rejects.toMatchObject({ problems: [{ at: 'body.options.consentProof' }] })
  })

  it('reach the warehouse', async () => {
    await importFile(ctx, { content: customers, target: 'people', options: { consentProof: 'x' } })
    const { count } = await kit.platform.warehouse.row<{ count: number }>({
      sql: 'select count() as count from people final where workspace_id = {workspaceId:UInt32} and has_phone = 1',
      params: { workspaceId: ctx.workspaceId },
    })
    expect(count).toBe(2)
  })
})

describe('bad rows', () => {
  const content =
    '手机号,会员号,注册时间\n13812345678,M1,2024-01-01\n138123456789,M2,\n139 1234 5678,M3,明天\n,,\n13712345678,M4\n13712345678,M5,2024-01-01,extra\n13612345678,M6,2024-01-01\n'

  it('are kept with their line and every reason in both languages, and the rest goes in', async () => {
    const done = await importFile(ctx, { content, target: 'people' })
    expect(done).toMatchObject({ state: 'finished', rowsRead: 7, rowsGood: 2, rowsBad: 5 })
    const { items } = await listBadRows(ctx, { id: done.id, limit: 10 })
    expect(items.map((row) => [row.row, row.problems[0]?.zh])).toEqual([
      [3, '「手机号」：手机号应为 11 位，这里有 12 位'],
      [4, '「注册时间」：「明天」不是日期或时间，应类似 2024-03-05 或 2024年3月5日 8:30'],
      [5, '没有任何可以认出客户的值（手机号、会员号等都为空）'],
      [6, '这一行有 2 列，表头有 3 列'],
      [7, '这一行有 4 列，表头有 3 列'],
    ])
    expect(items[0]?.problems[0]?.en).toBe('手机号: A mobile number has 11 digits, this one has 12')
    expect(items[0]?.values).toEqual(['138****89', 'M2', ''])
    expect(items[1]?.values[0]).toBe('139****78')
  })

  it('are listed by page, sealed at rest, and downloaded unmasked with an audit row', async () => {
    const { id } = await importFile(ctx, { content, target: 'people' })
    const first = await listBadRows(ctx, { id, limit: 2 })
    expect((await listBadRows(ctx, { id, limit: 9, cursor: first.nextCursor })).items.map((row) => row.row)).toEqual([5, 6, 7])
    const { rows } = await sql<{ sealed: Buffer }>`select sealed_values as sealed from import_bad_rows where import_id = ${id}::uuid`.execute(kit.platform.db)
    expect(Buffer.concat(rows.map((row) => row.sealed)).includes('13812')).toBe(false)
    let csv = ''
    for await (const part of await downloadBadRows(ctx, { id })) csv += part
    expect(csv.split('\n')[1]).toBe('3,"「手机号」：手机号应为 11 位，这里有 12 位 / 手机号: A mobile number has 11 digits, this one has 12",138123456789,M2,')
    const audit = await sql`select 1 from audit_log where workspace_id = ${ctx.workspaceId} and action = 'import.revealBadRows'`.execute(kit.platform.db)
    expect(audit.rows).toHaveLength(1)
  })

  it('of a file that is mapped wrongly end the import soon', async () => {
    const lines = Array.from({ length: 12_000 }, (_, row) => `x${row},y`).join('\n')
    const done = await importFile(ctx, { content: `a,b\n${lines}\n`, target: 'people', mapping: { a: 'phone' } })
    expect(done).toMatchObject({ state: 'failed', rowsGood: 0, error: { en: expect.stringContaining('mapping') as unknown } })
    expect(done.rowsRead).toBeLessThan(12_000)
  })
})

describe('orders', () => {
  const content = `会员号,订单号,下单时间,实付金额,商品,数量,门店
M1,A2,2025-05-01 10:00:00,3.86,牛奶,1,S1
M2,A1,2025-05-02 11:00:00,0.10,面包,2,S1
M1,A2,2025-05-01 10:00:00,0.20,鸡蛋,12,S1
M2,A1,2025-05-02 11:00:00,0.20,黄油,1,S1
M1,A3,2025-05-03 10:00:00,-1.5,退货,1,S2
`
  const mapping = {
    会员号: 'member_no',
    订单号: 'order_id',
    下单时间: 'time',
    实付金额: 'amount',
    商品: 'property:product',
    数量: 'property:quantity',
    门店: 'property:store',
  }

  it('are grouped by number wherever their lines stand, with money exact to the fen', async () => {
    const done = await importFile(ctx, { content, target: 'orders', mapping })
    expect(done).toMatchObject({ state: 'finished', rowsRead: 5, rowsGood: 5, peopleNew: 2, rowsDuplicate: 0 })
    expect(await events()).toMatchObject([
      {
        event: 'Order Completed',
        amountFen: 406,
        time: '2025-05-01 02:00:00.000',
        properties: {
          order_id: 'A2',
          total: 4.06,
          store: 'S1',
          items: [
            { product: '牛奶', quantity: 1, amount: 3.86 },
            { product: '鸡蛋', quantity: 12, amount: 0.2 },
          ],
        },
      },
      { amountFen: 30, properties: { order_id: 'A1', total: 0.3, store: 'S1' } },
      { amountFen: -150, properties: { order_id: 'A3', store: 'S2', items: [{ product: '退货' }] } },
    ])
  })

  it('add nothing when the file comes again, and are counted as duplicates', async () => {
    await importFile(ctx, { content, target: 'orders', mapping })
    const again = await importFile(ctx, { content, target: 'orders', mapping })
    expect(again).toMatchObject({ state: 'finished', rowsDuplicate: 3, peopleNew: 0 })
    expect(await events()).toHaveLength(3)
  })

  it('without lines have their properties on themselves', async () => {
    await importFile(ctx, {
      content: '手机号,订单号,下单时间,实付金额,门店\n13812345678,B1,2025-05-01,12,S1\n13812345678,B2,2025-05-02,13,S2\n',
      target: 'orders',
    })
    expect((await events()).map((event) => event.properties)).toEqual([
      { order_id: 'B1', total: 12, 门店: 'S1' },
      { order_id: 'B2', total: 13, 门店: 'S2' },
    ])
  })

  it('leave no lines behind', async () => {
    await importFile(ctx, { content, target: 'orders', mapping })
    expect((await sql`select 1 from import_order_lines where workspace_id = ${ctx.workspaceId}`.execute(kit.platform.db)).rows).toHaveLength(0)
  })

  it('are read again from the file when the table of lines was lost', async () => {
    const begun = await beginImport(ctx, { content, target: 'orders', mapping })
    await stepImports(kit.platform)
    await sql`delete from import_order_lines where workspace_id = ${ctx.workspaceId} and line > 3`.execute(kit.platform.db)
    expect(await finishImport(ctx, begun)).toMatchObject({ state: 'finished', rowsGood: 5 })
    expect((await events()).map((event) => event.amountFen)).toEqual([406, 30, -150])
  })
})

describe('events', () => {
  it('take their name from the options, and repeated rows are one event', async () => {
    const content = 'household_id,coupon_upc,campaign_id,redemption_date\n1,10,26,2025-01-01\n1,11,26,2025-01-01\n1,11,26,2025-01-01\n'
    const done = await importFile(ctx, {
      content,
      target: 'events',
      mapping: { household_id: 'member_no', coupon_upc: 'property:coupon', campaign_id: 'property:campaign', redemption_date: 'time' },
      options: { eventName: 'Coupon Redeemed', timezone: 'UTC' },
    })
    expect(done).toMatchObject({ rowsGood: 3, rowsDuplicate: 1, peopleNew: 1 })
    expect((await events('Coupon Redeemed')).map((event) => [event.time, event.properties])).toEqual([
      ['2025-01-01 00:00:00.000', { campaign: '26', coupon: '10' }],
      ['2025-01-01 00:00:00.000', { campaign: '26', coupon: '11' }],
    ])
  })

  it('in the future are bad rows', async () => {
    const done = await importFile(ctx, { content: 'phone,event,time\n13812345678,Visited,2026-06-01\n13812345678,Visited,2026-02-01\n', target: 'events' })
    expect(done).toMatchObject({ rowsGood: 1, rowsBad: 1 })
  })
})

describe('what the workspace expects of its events', () => {
  const visits = 'phone,event,time,page,stay\n13812345678,Visited,2026-02-01,/a,3\n13812345679,Visited,2026-02-01,/b,long\n13812345670,Clicked,2026-02-01,/c,\n'
  const asked = { target: 'events' as const, mapping: { phone: 'phone', event: 'event', time: 'time', page: 'property:page', stay: 'property:stay' } }

  it('keeps blocked events and properties out of an import, and says why a row is bad', async () => {
    await importFile(ctx, { ...asked, content: visits.replace('long', '4') })
    await updateEventSchema(ctx, 'Clicked', { state: 'blocked' })
    await updateEventSchema(ctx, 'Visited', { onViolation: 'quarantine' })
    await updateEventProperty(ctx, { event: 'Visited', key: 'page' }, { state: 'blocked' })
    await updateEventProperty(ctx, { event: 'Visited', key: 'stay' }, { type: 'number' })
    const done = await importFile(ctx, { ...asked, content: visits.replaceAll('2026-02-01', '2026-02-02') })
    expect(done).toMatchObject({ rowsGood: 1, rowsBad: 2 })
    const { items } = await listBadRows(ctx, { id: done.id, limit: 10 })
    expect(items.map(({ row, problems }) => [row, problems.map(({ at, zh }) => [at, zh])])).toEqual([
      [3, [['stay', '「stay」：属性「stay」应为数值']]],
      [4, [['event', '「event」：事件「Clicked」已被屏蔽，不再接收']]],
    ])
    const later = (await events('Visited')).filter(({ time }) => time.startsWith('2026-02-02') || time.startsWith('2026-02-01 16'))
    expect(later.map(({ properties }) => properties)).toEqual([{ stay: 3 }])
  })

  it('takes blocked properties out of orders, whatever else is expected of them', async () => {
    const lines = 'order,phone,time,amount,sku,clerk\nA1,13812345678,2026-02-01,3,p1,七号\nA1,13812345678,2026-02-01,4,p2,七号\n'
    const orders = {
      target: 'orders' as const,
      mapping: { order: 'order_id', phone: 'phone', time: 'time', amount: 'amount', sku: 'property:sku', clerk: 'property:clerk' },
    }
    await importFile(ctx, { ...orders, content: lines })
    await updateEventProperty(ctx, { event: 'Order Completed', key: 'items' }, { isRequired: true })
    await updateEventProperty(ctx, { event: 'Order Completed', key: 'clerk' }, { state: 'blocked' })
    expect(await importFile(ctx, { ...orders, content: lines.replaceAll('A1', 'A2') })).toMatchObject({ rowsGood: 2, rowsBad: 0 })
    const [, second] = (await events('Order Completed')).toSorted((left, right) =>
      String(left.properties['order_id']).localeCompare(String(right.properties['order_id'])),
    )
    expect(second?.properties).toMatchObject({
      order_id: 'A2',
      items: [
        { sku: 'p1', amount: 3 },
        { sku: 'p2', amount: 4 },
      ],
    })
    expect(JSON.stringify(second?.properties)).not.toContain('clerk')
  })
})

describe('contacts of past campaigns', () => {
  const seen: HistoricCampaign[] = []
  const campaignId = '0198c0de-0000-7000-8000-000000000001'
  beforeEach(() => {
    seen.length = 0
    registerCampaignHistory({
      ensureCampaigns: async (_ctx, campaigns) => {
        seen.push(...campaigns)
        return new Map(campaigns.map((campaign) => [campaign.code, campaignId]))
      },
    })
  })
  const content =
    'campaign,member_no,type,time,until,state,cost\nC1,1,Type A,2025-01-01,2025-02-01,送达,0.05\nC1,2,Type A,2025-01-01,2025-02-01,失败,0\nC1,3,Type A,2025-01-01,2025-02-01,对照,\nC1,4,Type A,2025-01-01,2025-02-01,maybe,\n'

  it('become message events and control groups of a campaign that is made for them', async () => {
    const done = await importFile(ctx, {
      content,
      target: 'campaignContacts',
      options: { timezone: 'UTC', goalEvent: 'Coupon Redeemed', goalProperty: 'campaign' },
    })
    expect(done).toMatchObject({ state: 'finished', rowsGood: 3, rowsBad: 1 })
    expect(seen[0]).toEqual({
      code: 'C1',
      name: 'C1',
      type: 'Type A',
      endsAt: new Date('2025-02-01T23:59:59.999Z'),
      goal: { event: 'Coupon Redeemed', property: 'campaign', windowDays: 30 },
    })
    expect((await events()).map((event) => event.event).toSorted()).toEqual([
      'Control Assigned',
      'Message Accepted',
      'Message Accepted',
      'Message Delivered',
      'Message Failed',
    ])
    expect((await events('Message Delivered'))[0]?.properties).toEqual({ campaignId, costFen: 5, imported: true })
    const contacts = await kit.platform.warehouse.rows<{ arm: string }>({
      sql: 'select toString(arm) as arm from campaign_contacts final where workspace_id = {workspaceId:UInt32} order by arm',
      params: { workspaceId: ctx.workspaceId },
    })
    expect(contacts.map((contact) => contact.arm)).toEqual(['control', 'treated', 'treated'])
  })

  it('count as duplicate rows when they come again', async () => {
    await importFile(ctx, { content, target: 'campaignContacts' })
    expect(await importFile(ctx, { content, target: 'campaignContacts' })).toMatchObject({ rowsGood: 3, rowsDuplicate: 3 })
  })
})

describe('an import', () => {
  const many = `member_no,name\n${Array.from({ length: 12_000 }, (_, row) => `N${row},甲${row}`).join('\n')}\n`

  it('stops when it is cancelled; what is in stays', async () => {
    const begun = await beginImport(ctx, { content: many, target: 'people' })
    await stepImports(kit.platform)
    await cancelImport(ctx, begun)
    const done = await finishImport(ctx, begun)
    expect(done).toMatchObject({ state: 'cancelled', rowsRead: 4_999 })
    await drainInbox(kit.platform)
    expect(await people()).toHaveLength(4_999)
    await expect(cancelImport(ctx, begun)).rejects.toMatchObject({ errorName: 'precondition' })
  })

  it('shows its progress, and is finished only when the inbox has taken all', async () => {
    const begun = await beginImport(ctx, { content: many, target: 'people' })
    while (await stepImports(kit.platform));
    kit.clock.advance(10_000)
    expect(await readImport(ctx, begun)).toMatchObject({ state: 'running', rowsRead: 12_000, rowsPerSecond: 0 })
    await drainInbox(kit.platform)
    expect(await readImport(ctx, begun)).toMatchObject({ state: 'running', rowsPerSecond: 1_200, secondsLeft: 0 })
    expect(await finishImport(ctx, begun)).toMatchObject({ state: 'finished', peopleNew: 12_000 })
  })

  it('fails with a reason when its file is gone, and when a quote is never closed', async () => {
    const begun = await beginImport(ctx, { content: many, target: 'people' })
    await deleteImportFile(kit.platform, (await findImport(kit.platform.db, ctx.workspaceId, begun.id)).file_path)
    expect(await finishImport(ctx, begun)).toMatchObject({ state: 'failed', error: { en: expect.stringContaining('upload it again') as unknown } })
    const broken = await importFile(ctx, { content: `member_no,name\n${'M,x\n'.repeat(12_000)}M1,"never closed\n${'M,x\n'.repeat(10)}`, target: 'people' })
    expect(broken).toMatchObject({ state: 'failed', error: { en: expect.stringContaining('line 12002') as unknown } })
  })

  it('is read once however many processes try', async () => {
    const begun = await beginImport(ctx, { content: many, target: 'people' })
    while ((await Promise.all([stepImports(kit.platform), stepImports(kit.platform), stepImports(kit.platform)])).some(Boolean));
    expect(await finishImport(ctx, begun)).toMatchObject({ rowsRead: 12_000, peopleNew: 12_000 })
  })

  it('pauses while the inbox is full, and goes on when it is not', async () => {
    const rows = Array.from({ length: 80_000 }, (_, row) => `N${row},甲`).join('\n')
    const begun = await beginImport(ctx, { content: `member_no,name\n${rows}\n`, target: 'people' })
    while (await stepImports(kit.platform));
    expect((await readImport(ctx, begun)).rowsRead).toBe(64_999)
    await sql`delete from inbox where origin_id = ${begun.id}::uuid`.execute(kit.platform.db)
    while (await stepImports(kit.platform));
    expect((await readImport(ctx, begun)).rowsRead).toBe(80_000)
    await cancelImport(ctx, begun)
    await finishImport(ctx, begun)
  })

  it('cannot start twice, and belongs to its workspace', async () => {
    const begun = await beginImport(ctx, { content: many, target: 'people' })
    const stranger = await kit.workspace()
    await expect(cancelImport(stranger, begun)).rejects.toMatchObject({ errorName: 'not-found' })
    await expect(listBadRows(stranger, { id: begun.id, limit: 1 })).rejects.toMatchObject({ errorName: 'not-found' })
    await expect(downloadBadRows(stranger, begun)).rejects.toMatchObject({ errorName: 'not-found' })
    await cancelImport(ctx, begun)
  })

  it('deletes its file a day after it is over', async () => {
    const done = await importFile(ctx, { content: customers, target: 'people', options: { consentProof: 'x' } })
    kit.clock.advance(25 * 3_600_000)
    await deleteOldImportFiles(kit.platform)
    expect((await findImport(kit.platform.db, ctx.workspaceId, done.id)).file_path).toBe('')
  })
})
