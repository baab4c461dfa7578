import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestKit, type TestKit } from '../../test/kit.ts'
import type { Context } from '../access/index.ts'
import { defineAttribute, mirrorLinesOf, registerUsage } from '../people/index.ts'
import { stepInventory } from './compute-inventory.ts'
import { barsOfQuantiles, barsOfValues } from './histogram.ts'
import { askInventory, readInventory } from './inventory-row.ts'
import { listFieldUses } from './list-field-uses.ts'
import { judgeModels } from './model-readiness.ts'
import { registerFields } from './usables.ts'

let kit: TestKit
let ctx: Context
const now = '2026-03-01T04:00:00Z'
const { signal } = new AbortController()

beforeAll(async () => {
  kit = await startTestKit({ now })
  registerFields()
  ctx = await kit.workspace()
})
afterAll(() => kit.stop())

const label = (zh: string) => ({ zh, en: zh })
const dayMs = 86_400_000

async function fill(): Promise<number[]> {
  const nowMs = kit.clock.now().getTime()
  const people = Array.from({ length: 200 }, (_, index) => ({
    attributes: {
      name: `客户${index}`,
      city: index % 4 === 0 ? '上海' : '杭州',
      ...(index < 100 ? { age: 20 + (index % 50) } : {}),
      ...(index < 50 ? { birthday: `19${70 + (index % 30)}-05-01` } : {}),
      ...(index < 40 ? { interests: index % 2 === 0 ? ['护肤', '彩妆'] : ['护肤'] } : {}),
      ...(index < 20 ? { idCard: `33010619900101${1000 + index}` } : {}),
      ...(index < 10 ? { level: '高' } : index < 12 ? { level: 7 } : {}),
    },
    times: { '*': nowMs - (index < 60 ? 5 : index < 120 ? 60 : 200) * dayMs },
  }))
  const { rows } = await sql<{ id: number }>`
    insert into people (workspace_id, attributes, attribute_times) select ${ctx.workspaceId}, value -> 'attributes', value -> 'times'
    from jsonb_array_elements(${JSON.stringify(people)}::jsonb) returning id`.execute(kit.platform.db)
  const personIds = rows.map((row) => row.id)
  await kit.platform.warehouse.insertJsonLines(
    'people',
    Buffer.from((await mirrorLinesOf(kit.platform, { workspaceId: ctx.workspaceId, personIds })).join('')),
    {
      token: 'inventory people',
    },
  )
  return personIds
}

async function fillEvents(personIds: number[]): Promise<void> {
  const nowMs = kit.clock.now().getTime()
  const at = (daysAgo: number) => new Date(nowMs - daysAgo * dayMs).toISOString().replace('T', ' ').replace('Z', '')
  const event = (name: string, index: number, daysAgo: number, more: object) => ({
    workspace_id: ctx.workspaceId,
    event: name,
    person_id: personIds[index]!,
    time: at(daysAgo),
    event_id: crypto.randomUUID(),
    source_id: '00000000-0000-0000-0000-000000000000',
    received_at: at(daysAgo),
    ...more,
  })
  const rows = [
    ...Array.from({ length: 120 }, (_, index) => event('Order Completed', index, index * 2, { amount_fen: 10_000, properties: { order_id: String(index) } })),
    ...Array.from({ length: 80 }, (_, index) => event('Product Viewed', index, index % 10, { properties: index % 2 === 0 ? { sku: 'A' } : {} })),
  ]
  await kit.platform.warehouse.insertRows('event_intake', rows, { token: 'inventory events' })
  await sql`
    insert into event_definitions (workspace_id, event, label_zh, label_en) values (${ctx.workspaceId}, 'Product Viewed', '浏览商品', 'Viewed'), (${ctx.workspaceId}, 'Order Completed', '', '')`.execute(
    kit.platform.db,
  )
  await sql`
    insert into event_properties (workspace_id, event, property, type) values (${ctx.workspaceId}, 'Product Viewed', 'sku', 'text'), (${ctx.workspaceId}, 'Product Viewed', 'never', 'number')`.execute(
    kit.platform.db,
  )
}

describe('the inventory', () => {
  it('is computed in the background: fill, freshness, distribution, personal data left out', async () => {
    await defineAttribute(ctx, { key: 'age', type: 'number', label: label('年龄') })
    await defineAttribute(ctx, { key: 'interests', type: 'list', label: label('兴趣') })
    await defineAttribute(ctx, { key: 'level', type: 'text', label: label('等级') })
    await defineAttribute(ctx, { key: 'idCard', type: 'text', label: label('证件号'), pii: true })
    await fillEvents(await fill())
    expect(await readInventory(ctx)).toMatchObject({ state: 'none' })
    expect(await askInventory(ctx, { exact: false })).toMatchObject({ state: 'waiting' })
    expect(await stepInventory(kit.platform, signal)).toBe(true)
    const inventory = await readInventory(ctx)
    expect(inventory).toMatchObject({ state: 'finished', exact: true, people: 200, sampledPeople: 200, error: null })
    expect(inventory.fieldsDone).toBe(inventory.fieldsTotal - 1) // the time of registration is no attribute
    const facts = new Map(inventory.attributes.map((each) => [each.key, each]))
    expect(facts.get('city')).toMatchObject({
      people: 200,
      fillRate: 1,
      distinct: 2,
      topValues: [
        { value: '杭州', share: 0.75 },
        { value: '上海', share: 0.25 },
      ],
    })
    expect(facts.get('age')).toMatchObject({ people: 100, fillRate: 0.5, minimum: '20', maximum: '69', set30Days: 0.6, set90Days: 1 })
    expect(facts.get('age')!.histogram.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1)
    expect(facts.get('birthday')).toMatchObject({ people: 50, minimum: '1970-05-01', maximum: '1999-05-01' })
    expect(facts.get('interests')).toMatchObject({
      people: 40,
      distinct: 2,
      topValues: [
        { value: '护肤', share: 1 },
        { value: '彩妆', share: 0.5 },
      ],
    })
    expect(facts.get('level')).toMatchObject({ people: 12, misfitRate: 2 / 12 })
    expect(facts.get('idCard')).toMatchObject({ people: 20, topValues: [], minimum: null })
    expect(facts.get('name')!.topValues).toEqual([])
    expect(facts.get('province')).toMatchObject({ people: 0, fillRate: 0, distinct: 0, topValues: [], histogram: [] })
    const viewed = inventory.events.find((each) => each.event === 'Product Viewed')!
    expect(viewed).toMatchObject({ count: 80, people: 80, last30Days: 80, label: { zh: '浏览商品' } })
    expect(viewed.days.reduce((sum, count) => sum + count)).toBe(80)
    expect(viewed.days.at(-1)).toBe(8)
    expect(viewed.properties).toEqual([
      { key: 'never', type: 'number', fillRate: 0 },
      { key: 'sku', type: 'text', fillRate: 0.5 },
    ])
    expect(inventory.models.map(({ model, state }) => [model, state])).toEqual([
      ['rfm', 'ready'],
      ['lifecycle', 'ready'],
      ['value', 'ready'],
      ['activity', 'ready'],
      ['spend', 'ready'],
    ])
  })

  it('says of an empty workspace what to import', () => {
    const models = judgeModels({ people: 0, orders: 0, ordersWithMoney: 0, buyers: 0, orderDays: 0, lastOrderDaysAgo: null, activePeople: 0, behaviourDays: 0 })
    expect(models.every((model) => model.state === 'missing' && model.needs.some((need) => need.advice !== null))).toBe(true)
  })
})

describe('a distribution', () => {
  it('has bars of equal width whose shares are everything', () => {
    const bars = barsOfQuantiles(
      Array.from({ length: 65 }, (_, index) => index * 10),
      false,
    )
    expect(bars).toHaveLength(20)
    expect(bars.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1)
    expect(
      barsOfQuantiles(
        Array.from({ length: 65 }, () => 5),
        false,
      ),
    ).toEqual([{ from: 5, to: 5, share: 1 }])
    expect(
      barsOfValues(
        [
          ['2', 3],
          ['1', 1],
        ],
        4,
      ),
    ).toEqual([
      { from: 1, to: 1, share: 0.25 },
      { from: 2, to: 2, share: 0.75 },
    ])
  })
})

describe('usage', () => {
  it('lists what is used by what, the unused first, and what went stale', async () => {
    registerUsage('test', async () => [{ of: { kind: 'attribute', key: 'city' }, by: { kind: 'segment', id: '1', name: '杭州客户' } }])
    const uses = await listFieldUses(ctx)
    expect(uses.find((use) => use.key === 'city')).toMatchObject({ users: [{ name: '杭州客户' }], retired: false })
    expect(uses.find((use) => use.key === 'level')).toMatchObject({ users: [], stale: true })
    expect(uses.find((use) => use.key === 'Product Viewed')).toMatchObject({ kind: 'event', label: { zh: '浏览商品' } })
    expect(uses.some((use) => use.kind === 'namespace' || use.key === 'created_at')).toBe(false)
    expect(uses.at(0)?.users).toEqual([])
    registerUsage('test', async () => [])
  })
})
