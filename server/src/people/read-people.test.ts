import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startTestKit, type TestKit } from '../../test/kit.ts'
import type { Context } from '../access/index.ts'
import { appendToInbox, drainInbox, type IncomingItem } from '../collect/index.ts'
import { listAttributeValues } from './attributes/list-attribute-values.ts'
import { listAttributes } from './attributes/list-attributes.ts'
import { listPeople } from './listing/list-people.ts'
import { registerLayerModels, registerListedTags, type ShownLayerModel } from './listing/listed-parts.ts'
import { startMirror } from './mirror/mirror-people.ts'
import { registerPopulation } from './listing/population.ts'
import { readPersonActivity } from './profile/read-person-activity.ts'
import { readPerson } from './profile/read-person.ts'
import { readTimeline } from './profile/read-timeline.ts'
import { revealPerson } from './profile/reveal-person.ts'
import { setConsent } from './profile/set-consent.ts'
import { updatePerson } from './profile/update-person.ts'

let kit: TestKit
let ctx: Context
const now = Date.parse('2026-03-01T00:00:00Z')
beforeAll(async () => {
  kit = await startTestKit({ now: new Date(now) })
  startMirror(kit.platform)
  await kit.platform.jobs.start()
})
afterAll(() => kit.stop())
beforeEach(async () => {
  ctx = await kit.workspace()
})

type Partly = Partial<IncomingItem>
const identify = (identities: IncomingItem['identities'], traits: IncomingItem['traits'], more: Partly = {}): IncomingItem => ({
  type: 'identify',
  identities,
  timeMs: now,
  key: randomUUID(),
  traits,
  ...more,
})
const track = (identities: IncomingItem['identities'], event: string, more: Partly = {}): IncomingItem => ({
  type: 'track',
  identities,
  timeMs: now,
  key: randomUUID(),
  event,
  properties: {},
  ...more,
})
const order = (memberNo: string, fen: number, timeMs: number) =>
  track([['member_no', memberNo]], 'Order Completed', { amountFen: fen, timeMs, properties: { order_id: randomUUID() } })

async function receive(items: IncomingItem[]): Promise<void> {
  await appendToInbox(kit.platform.db, { platform: kit.platform, workspaceId: ctx.workspaceId, kind: 'tracking', items })
  await drainInbox(kit.platform)
}

/** Three people, the second with two orders. */
async function threePeople(): Promise<void> {
  await receive([
    identify(
      [
        ['member_no', 'M1'],
        ['phone', '+8613812345678'],
        ['email', 'zhang@example.com'],
      ],
      { name: '张三', city: '上海', gender: '女' },
    ),
    identify(
      [
        ['member_no', 'M2'],
        ['phone', '+8613912345678'],
      ],
      { name: '张小四', city: '北京', gender: '男' },
    ),
    identify([['member_no', 'M3']], { name: '王%五', city: '上海' }),
    order('M2', 1_050, now - 86_400_000),
    order('M2', 2_000, now - 3_600_000),
  ])
}

const ids = (page: { items: { memberNo: string | null }[] }) => page.items.map((person) => person.memberNo)

describe('the people list', () => {
  it('shows people newest first, masked, with their orders', async () => {
    await threePeople()
    const page = await listPeople(ctx, { limit: 10 })
    expect(ids(page)).toEqual(['M3', 'M2', 'M1'])
    expect(page.total).toBe(3)
    expect(page.items[1]).toMatchObject({ phone: '139****5678', orders: 2, amountFen: 3_050, lastOrderAt: '2026-02-28T23:00:00.000Z', layer: null })
    expect(page.items[2]).toMatchObject({
      name: '张三',
      phone: '138****5678',
      email: 'z***@example.com',
      city: '上海',
      gender: '女',
      orders: 0,
      lastOrderAt: null,
    })
    expect(JSON.stringify(page)).not.toContain('13812345678')
  })

  it('pages by key', async () => {
    await threePeople()
    const first = await listPeople(ctx, { limit: 2 })
    const second = await listPeople(ctx, { limit: 2, cursor: first.nextCursor })
    expect([...ids(first), ...ids(second)]).toEqual(['M3', 'M2', 'M1'])
    expect(second.nextCursor).toBeUndefined()
    await expect(listPeople(ctx, { limit: 2, cursor: 'x' })).rejects.toMatchObject({ errorName: 'validation' })
  })

  it.each([
    ['a phone as it is spoken', '138 1234-5678', ['M1']],
    ['an e-mail in capitals', 'ZHANG@example.com', ['M1']],
    ['a member number', 'M2', ['M2']],
    ['the start of a name', '张', ['M2', 'M1']],
    ['a name with a percent sign', '王%', ['M3']],
    ['a percent sign alone', '%', []],
    ['a part of a phone', '1381234', []],
  ])('finds %s', async (_what, search, found) => {
    await threePeople()
    expect(ids(await listPeople(ctx, { limit: 10, search }))).toEqual(found)
  })

  it('filters by city, gender and phone, together', async () => {
    await threePeople()
    expect(ids(await listPeople(ctx, { limit: 10, city: '上海' }))).toEqual(['M3', 'M1'])
    expect(ids(await listPeople(ctx, { limit: 10, hasPhone: 'false' }))).toEqual(['M3'])
    expect(ids(await listPeople(ctx, { limit: 10, city: '上海', hasPhone: 'true', gender: '女' }))).toEqual(['M1'])
  })

  it('opens a population, filtered, and refuses two at once', async () => {
    await threePeople()
    const everyone = (await listPeople(ctx, { limit: 10 })).items.map((person) => person.personId)
    registerPopulation({
      handles: (query) => query.event === 'Test',
      page: async (_ctx, _query, page) => ({
        personIds: everyone.filter((id) => page.before === null || id < page.before).slice(0, page.limit),
        total: everyone.length,
      }),
    })
    const first = await listPeople(ctx, { limit: 2, event: 'Test' })
    expect([ids(first), first.total]).toEqual([['M3', 'M2'], 3])
    expect(ids(await listPeople(ctx, { limit: 2, event: 'Test', cursor: first.nextCursor }))).toEqual(['M1'])
    expect(ids(await listPeople(ctx, { limit: 2, event: 'Test', city: '上海' }))).toEqual(['M3', 'M1'])
    await expect(listPeople(ctx, { limit: 2, event: 'Test', importId: randomUUID() })).rejects.toMatchObject({ errorName: 'validation' })
  })

  it('shows the layers of the current runs by name and colour, and the attributes and tags that are asked for', async () => {
    await threePeople()
    const { items } = await listPeople(ctx, { limit: 10 })
    const [main, other] = [randomUUID(), randomUUID()]
    const model = (id: string, run: number | null, more: object): ShownLayerModel => ({
      id,
      name: id === main ? '生命周期' : 'RFM',
      run,
      isMain: id === main,
      layers: new Map([['new', { label: { zh: '刚来的', en: 'Fresh' }, colour: 'gold' }]]),
      ...more,
    })
    registerLayerModels(async (_, asked) => [model(main, 7, {}), ...(asked === 'all' || asked.includes(other) ? [model(other, 9, { layers: new Map() })] : [])])
    registerListedTags(async (_, personIds) => new Map([[personIds[1]!, [{ tagId: main, name: '爱茶', value: '绿茶' }]]]))
    const row = (id: string, run: number, layer: string) => ({
      workspace_id: ctx.workspaceId,
      model_id: id,
      run,
      person_id: items[0]!.personId,
      layer,
      recency_score: id === other ? 5 : 0,
      frequency_score: id === other ? 4 : 0,
      money_score: id === other ? 3 : 0,
    })
    try {
      await kit.platform.warehouse.insertRows('layer_assignments', [row(main, 6, 'old'), row(main, 7, 'new'), row(other, 9, 'gone'), row(other, 7, 'never')], {
        token: randomUUID(),
      })
      const fresh = { modelId: main, model: '生命周期', layer: 'new', label: { zh: '刚来的', en: 'Fresh' }, colour: 'gold' }
      const gone = { modelId: other, model: 'RFM', layer: 'gone', label: { zh: 'gone', en: 'gone' }, colour: 'grey' }
      const plain = await listPeople(ctx, { limit: 10 })
      expect(plain.items.map(({ layer }) => layer)).toEqual([fresh, null, null])
      expect(plain.items[1]).toMatchObject({ layers: [], attributes: {}, tags: [] })
      await updatePerson(ctx, { personId: items[1]!.personId, attributes: { note: '电话 13912345678', likes: ['a@example.com', '茶'] } })
      const asked = await listPeople(ctx, { limit: 10, columns: `layer:${other},attribute:note,attribute:likes,attribute:nothing,tags` })
      expect(asked.items.map(({ layer, layers }) => [layer, layers])).toEqual([
        [fresh, [gone]],
        [null, []],
        [null, []],
      ])
      expect(asked.items[1]).toMatchObject({
        attributes: { note: '电话 139****5678', likes: ['a***@example.com', '茶'] },
        tags: [{ name: '爱茶', value: '绿茶' }],
      })
      expect((await readPerson(ctx, items[0]!)).layers).toEqual([
        { ...fresh, recencyScore: null, frequencyScore: null, moneyScore: null },
        { ...gone, recencyScore: 5, frequencyScore: 4, moneyScore: 3 },
      ])
      for (const columns of ['phone', `layer:1`, Array.from({ length: 21 }, (_, index) => `attribute:a${index}`).join(',')])
        await expect(listPeople(ctx, { limit: 10, columns })).rejects.toMatchObject({ errorName: 'validation' })
    } finally {
      registerLayerModels(async () => [])
      registerListedTags(async () => new Map())
    }
  })
})

describe('one person', () => {
  const byNo = async (memberNo: string) => (await listPeople(ctx, { limit: 1, search: memberNo })).items[0]!.personId

  it('is shown whole and masked', async () => {
    await threePeople()
    const person = await readPerson(ctx, { personId: await byNo('M2') })
    expect(person).toMatchObject({
      name: '张小四',
      memberNo: 'M2',
      events: 2,
      orders: 2,
      amountFen: 3_050,
      firstOrderAt: '2026-02-28T00:00:00.000Z',
      suppressions: [],
    })
    expect(person.identities.map((identity) => `${identity.namespace} ${identity.value}`).toSorted()).toEqual(['member_no M2', 'phone 139****5678'])
    expect(person.attributes.map((attribute) => attribute.key)).toEqual(['name', 'gender', 'city'])
    expect(person.attributes[0]).toMatchObject({ value: '张小四', masked: false, at: '2026-03-01T00:00:00.000Z' })
    expect(JSON.stringify(person)).not.toContain('13912345678')
  })

  it('is not found from another workspace, by any way', async () => {
    await threePeople()
    const personId = await byNo('M1')
    const stranger = await kit.workspace()
    const notFound = { errorName: 'not-found' }
    await expect(readPerson(stranger, { personId })).rejects.toMatchObject(notFound)
    await expect(readTimeline(stranger, { personId, limit: 1 })).rejects.toMatchObject(notFound)
    await expect(revealPerson(stranger, { personId })).rejects.toMatchObject(notFound)
    await expect(updatePerson(stranger, { personId, attributes: { city: 'x' } })).rejects.toMatchObject(notFound)
    await expect(setConsent(stranger, { personId, channel: 'sms', purpose: 'marketing', state: 'granted', proof: 'x' })).rejects.toMatchObject(notFound)
    expect((await listPeople(stranger, { limit: 5, search: '13812345678' })).items).toEqual([])
  })

  it('is revealed with an audit row', async () => {
    await threePeople()
    const personId = await byNo('M1')
    expect(await revealPerson(ctx, { personId })).toEqual({ phone: '+8613812345678', email: 'zhang@example.com', attributes: {} })
    const { rows } = await sql<{
      target_id: string
      detail: unknown
    }>`select target_id, detail from audit_log where workspace_id = ${ctx.workspaceId} and action = 'person.reveal'`.execute(kit.platform.db)
    expect(rows).toEqual([{ target_id: String(personId), detail: {} }])
  })

  it('is changed by hand, which holds against older news and reaches the warehouse', async () => {
    await threePeople()
    const personId = await byNo('M1')
    kit.clock.advance(60_000)
    const changed = await updatePerson(ctx, { personId, attributes: { city: '杭州', gender: null, 积分: 12 } })
    expect(changed.attributes.map(({ key, value }) => [key, value])).toEqual([
      ['name', '张三'],
      ['city', '杭州'],
      ['积分', 12],
    ])
    await receive([identify([['member_no', 'M1']], { city: '上海', name: '张三丰' })])
    const person = await readPerson(ctx, { personId })
    expect(person).toMatchObject({ city: '杭州', name: '张三丰', gender: null })
    expect(person.attributes.find(({ key }) => key === 'city')?.source).toEqual({ kind: 'console', id: '', name: null })
    await expect.poll(() => mirroredCity(personId)).toBe('杭州')
  })

  it('refuses values of the wrong type and names that are none', async () => {
    await threePeople()
    const personId = await byNo('M1')
    await expect(updatePerson(ctx, { personId, attributes: { birthday: 'tomorrow', phone: '1', 'a`b': 'x' } })).rejects.toMatchObject({
      problems: [{ at: 'body.attributes.birthday' }, { at: 'body.attributes.phone' }, { at: 'body.attributes.a`b' }],
    })
  })

  it('gives and takes back consent in a ledger', async () => {
    await threePeople()
    const personId = await byNo('M1')
    const consent = { personId, channel: 'sms', purpose: 'marketing' } as const
    await setConsent(ctx, { ...consent, state: 'granted', proof: '电话 2026-03-01' })
    kit.clock.advance(1_000)
    const person = await setConsent(ctx, { ...consent, state: 'withdrawn', proof: '客服来电 13912345678' })
    expect(person.consents.map(({ state, proof, source }) => [state, proof, source])).toEqual([
      ['withdrawn', '客服来电 139****5678', 'console'],
      ['granted', '电话 2026-03-01', 'console'],
    ])
    const { rows } = await sql`select state from consent_states where workspace_id = ${ctx.workspaceId} and person_id = ${personId}`.execute(kit.platform.db)
    expect(rows).toEqual([{ state: 'withdrawn' }])
  })

  async function mirroredCity(personId: number): Promise<string | undefined> {
    const rows = await kit.platform.warehouse.rows<{ city: string }>({
      sql: 'select attributes.city::String as city from people final where workspace_id = {workspaceId:UInt32} and person_id = {personId:UInt32}',
      params: { workspaceId: ctx.workspaceId, personId },
    })
    return rows[0]?.city
  }
})

describe('the timeline', () => {
  it('tells kinds apart, pages without gaps at equal times, and masks what people wrote', async () => {
    const me: IncomingItem['identities'] = [['member_no', 'M1']]
    await receive([
      ...Array.from({ length: 7 }, () => track(me, 'Page Viewed', { timeMs: now - 5_000 })),
      order('M1', 999, now - 4_000),
      track(me, 'Message Accepted', { timeMs: now - 3_000, properties: { campaignId: randomUUID() } }),
      track(me, 'Message Replied', { timeMs: now - 2_000, properties: { text: '打我电话 13812345678 或 a.b@example.com' } }),
    ])
    const { items } = await listPeople(ctx, { limit: 1 })
    const { personId } = items[0]!
    const all = await readTimeline(ctx, { personId, limit: 50 })
    expect(all.items.map((item) => item.kind)).toEqual(['reply', 'message', 'order', ...Array.from({ length: 7 }, () => 'event')])
    expect(all.items[0]?.properties).toEqual({ text: '打我电话 138****5678 或 a***@example.com' })
    expect(all.items[2]).toMatchObject({ amountFen: 999, at: '2026-02-28T23:59:56.000Z' })
    const paged: string[] = []
    for (let cursor: string | undefined; ;) {
      const page = await readTimeline(ctx, { personId, limit: 3, cursor })
      paged.push(...page.items.map((item) => item.id))
      if (!page.nextCursor) break
      cursor = page.nextCursor
    }
    expect(paged).toEqual(all.items.map((item) => item.id))
    expect((await readTimeline(ctx, { personId, limit: 50, kind: 'order' })).items).toHaveLength(1)
    expect((await readTimeline(ctx, { personId, limit: 50, kind: 'event' })).items).toHaveLength(7)
    await expect(readTimeline(ctx, { personId, limit: 1, cursor: 'x' })).rejects.toMatchObject({ errorName: 'validation' })
  })
})

describe('a narrowed timeline', () => {
  const me: IncomingItem['identities'] = [['member_no', 'M1']]
  const at = (iso: string) => Date.parse(iso)

  async function history(): Promise<number> {
    await receive([
      track(me, 'Page Viewed', { timeMs: at('2026-02-01T15:59:00Z'), properties: { path: '/p/"春"', phone: '13812345678' } }),
      track(me, 'Page Viewed', { timeMs: at('2026-02-01T16:00:00Z'), properties: { path: '/p/2' } }),
      track(me, 'Coupon Received', { timeMs: at('2026-02-03T00:00:00Z'), properties: { coupon: 'SPRING' } }),
      order('M1', 999, at('2026-02-03T01:00:00Z')),
    ])
    return (await listPeople(ctx, { limit: 1 })).items[0]!.personId
  }

  it('keeps to names of events, dates, a source and text that is shown', async () => {
    const personId = await history()
    const found = async (narrowed: object) => (await readTimeline(ctx, { personId, limit: 50, ...narrowed })).items.map((item) => item.event)
    expect(await found({ events: 'Coupon Received\nOrder Completed' })).toEqual(['Order Completed', 'Coupon Received'])
    expect(await found({ events: 'Coupon Received', kind: 'order' })).toEqual([])
    expect(await found({ from: '2026-02-01T16:00:00Z', to: '2026-02-03T00:00:00Z' })).toEqual(['Page Viewed'])
    expect(await found({ from: '0001-01-01T00:00:00Z', to: '9999-12-31T00:00:00Z' })).toHaveLength(4)
    expect(await found({ search: 'spring' })).toEqual(['Coupon Received'])
    expect(await found({ search: '/P/"春' })).toEqual(['Page Viewed'])
    expect(await found({ search: '138****' })).toEqual([])
    expect(await found({ sourceId: randomUUID() })).toEqual([])
  })

  it('finds nothing that it would not show', async () => {
    const personId = await history()
    for (const search of ['13812345678', '1234']) expect((await readTimeline(ctx, { personId, limit: 50, search })).items).toEqual([])
    expect((await readTimeline(ctx, { personId, limit: 50, search: 'phone' })).items).toHaveLength(1)
  })

  it('counts the days of the workspace’s zone, and what there is to filter by', async () => {
    const personId = await history()
    expect(await readPersonActivity(ctx, { personId })).toMatchObject({
      days: [
        { date: '2026-02-01', events: 1, orders: 0, messages: 0 },
        { date: '2026-02-02', events: 1, orders: 0, messages: 0 },
        { date: '2026-02-03', events: 2, orders: 1, messages: 0 },
      ],
      events: [
        { event: 'Page Viewed', kind: 'event', count: 2 },
        { event: 'Coupon Received', kind: 'event', count: 1 },
        { event: 'Order Completed', kind: 'order', count: 1 },
      ],
      sources: [{ count: 4 }],
    })
    await expect(readPersonActivity(await kit.workspace(), { personId })).rejects.toMatchObject({ errorName: 'not-found' })
  })
})

describe('attributes', () => {
  it('are the built-in ones and those that came with data, with their most frequent values', async () => {
    await threePeople()
    await receive([identify([['member_no', 'M4']], { 'a.b': 'x', 备注: '找 13812345678' })])
    const { items } = await listAttributes(ctx)
    expect(items.map((attribute) => attribute.key)).toEqual(['name', 'gender', 'birthday', 'city', 'province', items[5]!.key, 'a.b', '备注'])
    expect((await listAttributeValues(ctx, { key: 'city' })).items).toEqual([
      { value: '上海', count: 2 },
      { value: '北京', count: 1 },
    ])
    expect((await listAttributeValues(ctx, { key: 'city', search: '北' })).items).toEqual([{ value: '北京', count: 1 }])
    expect((await listAttributeValues(ctx, { key: 'a.b' })).items).toEqual([{ value: 'x', count: 1 }])
    expect((await listAttributeValues(ctx, { key: '备注' })).items).toEqual([{ value: '找 138****5678', count: 1 }])
    await expect(listAttributeValues(ctx, { key: 'nothing' })).rejects.toMatchObject({ errorName: 'not-found' })
  })
})
