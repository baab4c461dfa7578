import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LayerDefinition } from '../../../../contracts/layer-definitions.ts'
import { everyone, type Filter, type Rule } from '../../../../contracts/rule.ts'
import { startTestKit, type TestKit } from '../../../test/kit.ts'
import type { Context } from '../../access/index.ts'
import { countRule } from '../audience-statement.ts'
import { loadPeople, type TestPerson } from '../rule/testing/load-people.ts'
import { definedLayers } from './definition-layers.ts'
import { readLayerModel } from './layer-model-row.ts'
import { createLayerModel, updateLayerModel } from './save-layer-model.ts'

const now = new Date('2026-11-22T04:00:00Z')
const dayMs = 86_400_000
let kit: TestKit
beforeAll(async () => {
  kit = await startTestKit({ now })
})
afterAll(() => kit.stop())

const order = fc.record({
  event: fc.constantFrom('Order Completed', 'Order Completed', 'Product Viewed'),
  // Few distinct days and amounts: ties are where quantiles go wrong. Some lie in the future.
  at: fc.integer({ min: -2, max: 400 }).map((ago) => new Date(now.getTime() - ago * dayMs - 1).toISOString()),
  amountFen: fc.constantFrom(100, 100, 990, 5000, 12_345),
})
const person = fc.record({ events: fc.array(order, { maxLength: 6 }), attributes: fc.record({ points: fc.constantFrom(undefined, 0, 5, 5, 20, -3, 'many') }) })

function samplePeople(seed: number, count: number, firstId: number): TestPerson[] {
  const [people = []] = fc.sample(fc.array(person, { minLength: count, maxLength: count, size: 'max' }), { seed, numRuns: 1 })
  return people.map(({ events, attributes }, index) => ({
    personId: firstId + index,
    events,
    attributes: attributes.points === undefined ? {} : { points: attributes.points },
  }))
}

async function assigned(ctx: Context, id: string): Promise<Map<number, string>> {
  const model = await readLayerModel(ctx, id)
  const rows = await kit.platform.warehouse.rows<{ personId: number; layer: string }>({
    sql: 'select person_id as personId, toString(layer) as layer from layer_assignments where workspace_id = {w:UInt32} and model_id = {m:UUID} and run = {r:UInt64}',
    params: { w: ctx.workspaceId, m: id, r: model.currentRun },
  })
  expect(new Set(rows.map((row) => row.personId)).size).toBe(rows.length)
  return new Map(rows.map(({ personId, layer }) => [personId, layer]))
}

const create = (ctx: Context, definition: LayerDefinition, name = 'A model') => createLayerModel(ctx, { name, definition, announces: false })
const orders = (person: TestPerson, days = Infinity) =>
  (person.events ?? []).filter((one) => {
    const age = now.getTime() - Date.parse(one.at)
    return one.event === 'Order Completed' && age > 0 && age <= days * dayMs
  })
const total = (person: TestPerson, days?: number) => orders(person, days).reduce((sum, one) => sum + (one.amountFen ?? 0), 0) / 100
const since = (person: TestPerson) => Math.min(...orders(person).map((one) => Math.floor((now.getTime() - Date.parse(one.at)) / dayMs)))
const byPerson = (people: readonly TestPerson[], layerOf: (person: TestPerson) => string) => new Map(people.map((one) => [one.personId, layerOf(one)]))

const did = (times: number, days: number): Rule => ({
  kind: 'event',
  event: 'Order Completed',
  filters: [],
  measure: { kind: 'times' },
  comparison: { operator: 'atLeast', values: [times] },
  window: { kind: 'last', amount: days, unit: 'day' },
})
const label = { zh: '层', en: 'Layer' }
const spent = { from: 'events' as const, event: 'Order Completed', measure: 'sum' as const, of: 'amount', days: 365, filters: [] as Filter[] }

describe('kinds of layer models', () => {
  it('lifecycle: by orders and days since the last', async () => {
    const ctx = await kit.workspace()
    const people = samplePeople(3, 120, 1_000)
    await loadPeople(kit.platform.warehouse, ctx.workspaceId, people)
    const model = await create(ctx, { kind: 'lifecycle', event: 'Order Completed', activeDays: 60, lostDays: 200, matureOrders: 3, attributes: null })
    const expected = byPerson(people, (one) => {
      const count = orders(one).length
      if (count === 0) return 'noOrder'
      if (since(one) > 200) return 'lost'
      if (since(one) > 60) return 'dormant'
      return count >= 3 ? 'mature' : count > 1 ? 'growing' : 'new'
    })
    expect(await assigned(ctx, model.id)).toEqual(expected)
    expect(new Set(expected.values()).size).toBe(6)
  })

  it('rules: the first that holds, and everybody else last', async () => {
    const ctx = await kit.workspace()
    const people = samplePeople(4, 100, 2_000)
    await loadPeople(kit.platform.warehouse, ctx.workspaceId, people)
    const model = await create(ctx, {
      kind: 'rules',
      layers: [
        { name: 'often', label, rule: did(2, 180) },
        { name: 'once', label, rule: did(1, 365) },
        { name: 'points', label, rule: { kind: 'attribute', attribute: 'points', test: { type: 'number', operator: 'atLeast', values: [5] } } },
      ],
    })
    const expected = byPerson(people, (one) => {
      if (orders(one, 180).length >= 2) return 'often'
      if (orders(one, 365).length >= 1) return 'once'
      return typeof one.attributes?.['points'] === 'number' && one.attributes['points'] >= 5 ? 'points' : 'rest'
    })
    expect(await assigned(ctx, model.id)).toEqual(expected)
    expect(model.layers.map(({ name }) => name)).toEqual(['often', 'once', 'points', 'rest'])
    expect((await countRule(ctx, { kind: 'layer', modelId: model.id, layers: ['points', 'rest'] })).count).toBe(
      [...expected.values()].filter((layer) => layer === 'points' || layer === 'rest').length,
    )
    await expect(countRule(ctx, { kind: 'layer', modelId: model.id, layers: ['importantValue'] })).rejects.toMatchObject({ errorName: 'validation' })
  })

  it('thresholds of an attribute, the low end best; whoever has none is in the last layer', async () => {
    const ctx = await kit.workspace()
    const people = samplePeople(5, 80, 3_000)
    await loadPeople(kit.platform.warehouse, ctx.workspaceId, people)
    const model = await create(ctx, { kind: 'thresholds', measure: { from: 'attribute', attribute: 'points', as: 'number' }, cuts: [-3, 5], best: 'low' })
    const expected = byPerson(people, (one) => {
      const points = one.attributes?.['points']
      if (typeof points !== 'number') return 'none'
      return points <= -3 ? 'level1' : points <= 5 ? 'level2' : 'level3'
    })
    expect(await assigned(ctx, model.id)).toEqual(expected)
  })

  it('measures count only the events that their filters let through, each by its own', async () => {
    const ctx = await kit.workspace()
    const order = (category: string, amountFen: number) => ({
      event: 'Order Completed',
      at: new Date(now.getTime() - dayMs).toISOString(),
      amountFen,
      properties: { category },
    })
    await loadPeople(kit.platform.warehouse, ctx.workspaceId, [
      { personId: 4_001, events: [order('护肤', 30_000), order('彩妆', 90_000)] },
      { personId: 4_002, events: [order('彩妆', 90_000)] },
      { personId: 4_003 },
    ])
    const skin: Filter = { property: 'category', test: { type: 'text', operator: 'is', values: ['护肤'] } }
    const model = await create(ctx, { kind: 'thresholds', measure: { ...spent, filters: [skin] }, cuts: [500, 100], best: 'high' })
    expect(await assigned(ctx, model.id)).toEqual(
      new Map([
        [4_001, 'level2'],
        [4_002, 'none'],
        [4_003, 'none'],
      ]),
    )
    const parts = [
      { measure: { ...spent, filters: [skin] }, weight: 1, best: 'high' as const },
      { measure: spent, weight: 1, best: 'high' as const },
    ]
    const scored = await create(ctx, { kind: 'scores', parts, cuts: [2] }, 'Scored')
    expect(await assigned(ctx, scored.id)).toEqual(
      new Map([
        [4_001, 'level1'],
        [4_002, 'level2'],
        [4_003, 'none'],
      ]),
    )
  })

  it.each([1, 2, 3])('quantiles by people: equal values share the better layer, whatever the ties (%i)', async (seed) => {
    const ctx = await kit.workspace()
    const people = samplePeople(seed * 11, 40 * seed, 10_000 * seed)
    await loadPeople(kit.platform.warehouse, ctx.workspaceId, people)
    const model = await create(ctx, { kind: 'quantiles', measure: spent, shares: [0.2, 0.3, 0.5], by: 'people', best: 'high', cuts: null })
    const values = people.flatMap((one) => total(one, 365) || []).toSorted((a, b) => b - a)
    const cuts = [0.2, 0.5].map((share) => values[Math.ceil(share * values.length - 1e-9) - 1]!)
    const expected = byPerson(people, (one) => {
      const value = total(one, 365)
      if (value === 0) return 'none'
      return value >= cuts[0]! ? 'level1' : value >= cuts[1]! ? 'level2' : 'level3'
    })
    expect(await assigned(ctx, model.id)).toEqual(expected)
    expect((await readLayerModel(ctx, model.id)).cuts).toEqual([cuts])
  })

  it('quantiles by total: the best who together make 70 % of the money are the first layer', async () => {
    const ctx = await kit.workspace()
    const amounts = [5000, 3000, 1000, 500, 300, 200]
    const people = amounts.map((amountFen, index) => ({
      personId: 50_000 + index,
      events: [{ event: 'Order Completed', at: '2026-11-01T00:00:00Z', amountFen }],
    }))
    await loadPeople(kit.platform.warehouse, ctx.workspaceId, people)
    const model = await create(ctx, { kind: 'quantiles', measure: spent, shares: [0.7, 0.2, 0.1], by: 'total', best: 'high', cuts: null })
    expect([...(await assigned(ctx, model.id)).values()]).toEqual(['level1', 'level1', 'level2', 'level3', 'level3', 'level3'])
  })

  it('scores: the weighted mean of fifths', async () => {
    const ctx = await kit.workspace()
    const people = Array.from({ length: 10 }, (_, index) => ({
      personId: 60_000 + index,
      attributes: { points: index + 1 },
      events: Array.from({ length: 10 - index }, () => ({ event: 'Order Completed', at: '2026-11-01T00:00:00Z', amountFen: 100 })),
    }))
    await loadPeople(kit.platform.warehouse, ctx.workspaceId, [...people, { personId: 60_100 }])
    const model = await create(ctx, {
      kind: 'scores',
      parts: [
        { measure: { from: 'attribute', attribute: 'points', as: 'number' }, weight: 3, best: 'high' },
        { measure: { ...spent, measure: 'times' }, weight: 1, best: 'high' },
      ],
      cuts: [4, 2.5],
    })
    const expected = new Map<number, string>([
      ...people.map(({ personId }, index): [number, string] => {
        const [points, times] = [Math.ceil((index + 1) / 2), Math.ceil((10 - index) / 2)]
        const score = (3 * points + times) / 4
        return [personId, score >= 4 ? 'level1' : score >= 2.5 ? 'level2' : 'level3']
      }),
      [60_100, 'none'],
    ])
    expect(await assigned(ctx, model.id)).toEqual(expected)
  })

  it('RFM with fixed thresholds, and RFM from attributes where there are no order events', async () => {
    const ctx = await kit.workspace()
    const of = (personId: number, last: string | null, count: number | null, amount: number | null): TestPerson => ({
      personId,
      attributes: { ...(last && { last }), ...(count !== null && { count }), ...(amount !== null && { amount }) },
    })
    await loadPeople(kit.platform.warehouse, ctx.workspaceId, [
      of(70_001, '2026-11-20', 12, 5000),
      of(70_002, '2025-01-01', 1, 20),
      of(70_003, '2026-11-20', null, null),
      of(70_004, null, 3, 10),
    ])
    const scoring = { kind: 'thresholds', recencyDays: [10, 30, 60, 90], frequency: [1, 2, 4, 8], amountFen: [5000, 10_000, 50_000, 100_000] } as const
    const model = await create(ctx, LayerDefinition.parse({ kind: 'rfm', scoring, attributes: { lastOrder: 'last', orders: 'count', amount: 'amount' } }))
    expect(await assigned(ctx, model.id)).toEqual(
      new Map([
        [70_001, 'importantValue'],
        [70_002, 'generalRetain'],
        [70_003, 'generalDevelop'],
        [70_004, 'noOrder'],
      ]),
    )
  })

  it('puts everybody into exactly one layer, whatever the definition', async () => {
    const ctx = await kit.workspace()
    const people = samplePeople(99, 150, 80_000)
    await loadPeople(kit.platform.warehouse, ctx.workspaceId, people)
    const measure = fc.oneof(
      fc.record({
        from: fc.constant('events' as const),
        event: fc.constantFrom('Order Completed', '*', 'Never Happened'),
        measure: fc.constantFrom('times', 'days', 'sum', 'average', 'minimum', 'maximum', 'recency'),
        of: fc.constantFrom('amount', 'price'),
        days: fc.constantFrom(null, 30, 365),
      }),
      fc.record({
        from: fc.constant('attribute' as const),
        attribute: fc.constantFrom('points', 'created_at', 'nothing'),
        as: fc.constantFrom('number', 'age'),
      }),
    )
    const best = fc.constantFrom('high', 'low')
    const descending = fc.uniqueArray(fc.integer({ min: -10, max: 200 }), { minLength: 1, maxLength: 4 }).map((cuts) => cuts.toSorted((a, b) => b - a))
    const rules = fc.array(fc.constantFrom<Rule>(did(1, 30), did(2, 300), everyone, { kind: 'any', rules: [] }, { kind: 'not', rule: did(1, 100) }), {
      minLength: 1,
      maxLength: 4,
    })
    const definition = fc.oneof(
      fc.record({
        kind: fc.constant('quantiles'),
        measure,
        shares: fc.constantFrom([0.5, 0.5], [0.1, 0.2, 0.3, 0.4]),
        by: fc.constantFrom('people', 'total'),
        best,
      }),
      fc.record({ kind: fc.constant('thresholds'), measure, cuts: descending, best: fc.constant('high') }),
      fc.record({
        kind: fc.constant('scores'),
        parts: fc.array(fc.record({ measure, weight: fc.integer({ min: 1, max: 9 }), best }), { minLength: 1, maxLength: 3 }),
        cuts: fc.constant([4, 3, 2]),
      }),
      rules.map((list) => ({ kind: 'rules', layers: list.map((rule, index) => ({ name: `l${index}`, label, rule })) })),
    )
    const { id } = await create(ctx, LayerDefinition.parse({ kind: 'rfm' }))
    for (const drawn of fc.sample(definition, { seed: 7, numRuns: 25 })) {
      const parsed = LayerDefinition.parse(drawn)
      const model = await updateLayerModel(ctx, { id, definition: parsed })
      const layers = await assigned(ctx, id)
      expect([...layers.keys()].toSorted((a, b) => a - b)).toEqual(people.map(({ personId }) => personId))
      const names = new Set(definedLayers(parsed).map(({ name }) => name))
      expect([...layers.values()].every((layer) => names.has(layer))).toBe(true)
      expect(model.layers.reduce((sum, { count }) => sum + count, 0)).toBe(people.length)
    }
  })

  it('says what is wrong with a definition, at its place', async () => {
    const ctx = await kit.workspace()
    const { id } = await create(ctx, LayerDefinition.parse({ kind: 'rfm' }))
    const problemsOf = async (definition: unknown, at: string) =>
      expect(updateLayerModel(ctx, { id, definition: LayerDefinition.parse(definition) })).rejects.toMatchObject({
        problems: [{ at: `body.definition.${at}` }],
      })
    await problemsOf({ kind: 'lifecycle', activeDays: 90, lostDays: 90, matureOrders: 3 }, 'lostDays')
    await problemsOf({ kind: 'thresholds', measure: spent, cuts: [1, 2] }, 'cuts')
    await problemsOf({ kind: 'quantiles', measure: spent, shares: [0.5, 0.4] }, 'shares')
    const unnamed = { property: 'category', test: { type: 'text', operator: 'is', values: [] } }
    await problemsOf({ kind: 'thresholds', measure: { ...spent, filters: [unnamed] }, cuts: [1] }, 'measure.filters.0.test.values')
    await problemsOf({ kind: 'rules', layers: [{ name: 'rest', label, rule: everyone }] }, 'layers.0.name')
    await problemsOf({ kind: 'rules', layers: [{ name: 'a', label, rule: { kind: 'layer', modelId: id, layers: ['rest'] } }] }, 'layers.0.rule')
    await problemsOf({ kind: 'rules', layers: [{ name: 'a', label, rule: { kind: 'segment', segmentId: id } }] }, 'layers.0.rule.segmentId')
  })
})
