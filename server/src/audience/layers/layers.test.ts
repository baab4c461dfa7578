import * as fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rfmClasses, type LayerDefinition } from '../../../../contracts/layer-definitions.ts'
import { startTestKit, type TestKit } from '../../../test/kit.ts'
import type { Context } from '../../access/index.ts'
import { countRule } from '../audience-statement.ts'
import { loadPeople, type TestPerson } from '../rule/testing/load-people.ts'
import { computeDueLayers } from './compute-due-layers.ts'
import { computeLayers } from './compute-layers.ts'
import { shownLayerModel, readLayerModel, readLayerModels } from './layer-model-row.ts'
import { recomputeLayerModel, updateLayerModel } from './save-layer-model.ts'

const now = new Date('2026-11-22T04:00:00Z')
let kit: TestKit
beforeAll(async () => {
  kit = await startTestKit({ now })
})
afterAll(() => kit.stop())

interface Scored {
  layer: string
  recencyScore: number
  frequencyScore: number
  moneyScore: number
}

/** RFM as the guide defines it, written again from the definition and in another way: by ranking, person by person. */
function independentRfm(people: readonly TestPerson[], at: Date, days: number): Map<number, Scored> {
  const from = at.getTime() - days * 86_400_000
  const buyers = people.flatMap(({ personId, events = [] }) => {
    const orders = events.filter((event) => event.event === 'Order Completed' && Date.parse(event.at) >= from && Date.parse(event.at) < at.getTime())
    if (orders.length === 0) return []
    const last = orders.reduce((latest, order) => Math.max(latest, Date.parse(order.at)), 0)
    const recency = Math.floor((at.getTime() - last) / 86_400_000)
    return [{ personId, recency, frequency: orders.length, money: orders.reduce((sum, order) => sum + (order.amountFen ?? 0), 0) }]
  })
  // The score of a value is the first fifth whose upper end (nearest rank) reaches it.
  const fifthOf = (values: number[]) => {
    const sorted = values.toSorted((a, b) => a - b)
    const ends = [1, 2, 3, 4].map((k) => sorted[Math.ceil((k * sorted.length) / 5) - 1]!)
    return (value: number) => 1 + ends.filter((end) => value > end).length
  }
  const [recency, frequency, money] = [fifthOf(buyers.map((b) => b.recency)), fifthOf(buyers.map((b) => b.frequency)), fifthOf(buyers.map((b) => b.money))]
  const scored = buyers.map((b) => ({ personId: b.personId, r: 6 - recency(b.recency), f: frequency(b.frequency), m: money(b.money) }))
  const mean = (of: (s: (typeof scored)[number]) => number) => scored.reduce((sum, s) => sum + of(s), 0) / scored.length
  const means = { r: mean((s) => s.r), f: mean((s) => s.f), m: mean((s) => s.m) }
  const names: Record<string, string> = {
    高高高: 'importantValue',
    高低高: 'importantDevelop',
    低高高: 'importantKeep',
    低低高: 'importantRetain',
    高高低: 'generalValue',
    高低低: 'generalDevelop',
    低高低: 'generalKeep',
    低低低: 'generalRetain',
  }
  const result = new Map<number, Scored>(people.map(({ personId }) => [personId, { layer: 'noOrder', recencyScore: 0, frequencyScore: 0, moneyScore: 0 }]))
  for (const { personId, r, f, m } of scored) {
    const key = [r > means.r, f > means.f, m > means.m].map((high) => (high ? '高' : '低')).join('')
    result.set(personId, { layer: names[key]!, recencyScore: r, frequencyScore: f, moneyScore: m })
  }
  return result
}

async function assignments(ctx: Context): Promise<Map<number, Scored>> {
  const [model] = await readLayerModels(ctx)
  const rows = await kit.platform.warehouse.rows<Scored & { personId: number }>({
    sql: `select person_id as personId, layer, recency_score as recencyScore, frequency_score as frequencyScore, money_score as moneyScore from layer_assignments
      where workspace_id = {workspaceId:UInt32} and model_id = {modelId:UUID} and run = {run:UInt64}`,
    params: { workspaceId: ctx.workspaceId, modelId: model!.id, run: model!.currentRun },
  })
  expect(new Set(rows.map((row) => row.personId)).size).toBe(rows.length)
  return new Map(rows.map(({ personId, ...scored }) => [personId, scored]))
}

async function compute(ctx: Context) {
  const [model] = await readLayerModels(ctx)
  return recomputeLayerModel(ctx, model!.id)
}

const rfmOf = (days: number): LayerDefinition => ({ kind: 'rfm', event: 'Order Completed', days, scoring: { kind: 'quantile' }, attributes: null })

const order = fc.record({
  event: fc.constantFrom('Order Completed', 'Order Completed', 'Order Completed', 'Product Viewed'),
  // Few distinct days and amounts: ties are where quantiles go wrong.
  at: fc.integer({ min: -2, max: 400 }).map((ago) => new Date(now.getTime() - ago * 86_400_000).toISOString()),
  amountFen: fc.constantFrom(100, 100, 990, 5000, 12_345),
})

describe('RFM', () => {
  it.each([1, 2, 3, 4, 5, 6])('equals an independent computation on random data %i', async (seed) => {
    const ctx = await kit.workspace()
    const [histories = []] = fc.sample(fc.array(fc.array(order, { maxLength: 8 }), { minLength: seed * 7, maxLength: 60 * seed, size: 'max' }), {
      seed,
      numRuns: 1,
    })
    const people = histories.map((events, index) => ({ personId: seed * 10_000 + index, events }))
    await loadPeople(kit.platform.warehouse, ctx.workspaceId, people)
    const model = await compute(ctx)
    const expected = independentRfm(people, kit.clock.now(), 365)
    expect(await assignments(ctx)).toEqual(expected)
    const counts = Object.fromEntries(model.layers.map((layer) => [layer.name, layer.count]))
    const wanted = rfmClasses.map(({ name }) => [name, [...expected.values()].filter((scored) => scored.layer === name).length])
    expect(counts).toEqual(Object.fromEntries(wanted))
  })

  it('gives equal values equal scores, so that identical buyers share one layer', async () => {
    const ctx = await kit.workspace()
    const same = { event: 'Order Completed', at: '2026-11-01T00:00:00Z', amountFen: 5000 }
    await loadPeople(
      kit.platform.warehouse,
      ctx.workspaceId,
      [1, 2, 3, 4, 5, 6, 7].map((personId) => ({ personId: 900_000 + personId, events: [same] })),
    )
    await compute(ctx)
    const layers = new Set([...(await assignments(ctx)).values()].map((scored) => JSON.stringify(scored)))
    expect(layers.size).toBe(1)
  })

  it('puts everyone into "never ordered" when there are no orders', async () => {
    const ctx = await kit.workspace()
    await loadPeople(kit.platform.warehouse, ctx.workspaceId, [{ personId: 910_001 }, { personId: 910_002 }])
    const model = await compute(ctx)
    expect(model.layers.find((layer) => layer.name === 'noOrder')).toMatchObject({ count: 2, share: 1 })
    expect((await readLayerModel(ctx, model.id)).thresholds).toBeNull()
  })
})

describe('layer models', () => {
  it('lists one model per workspace from the start, all layers in order once computed', async () => {
    const ctx = await kit.workspace()
    const [row] = await readLayerModels(ctx)
    expect(await shownLayerModel(ctx, row!)).toMatchObject({
      kind: 'rfm',
      computedAt: null,
      computing: false,
      people: 0,
      definition: { days: 365, event: 'Order Completed' },
    })
    await loadPeople(kit.platform.warehouse, ctx.workspaceId, [
      { personId: 920_001, events: [{ event: 'Order Completed', at: '2026-11-20T00:00:00Z', amountFen: 5000 }] },
      { personId: 920_002 },
    ])
    const model = await compute(ctx)
    expect(model.layers.map((layer) => layer.name)).toEqual(rfmClasses.map((layer) => layer.name))
    const stored = await readLayerModel(ctx, model.id)
    expect(stored.grid).toEqual([{ recencyScore: 5, frequencyScore: 1, count: 1, amountFen: 5000 }])
    expect(stored.thresholds).toEqual({ recencyDays: [2, 2, 2, 2], frequency: [1, 1, 1, 1], amountFen: [5000, 5000, 5000, 5000] })
    expect(model.layers.find((layer) => layer.name === 'generalDevelop')).toMatchObject({ count: 0 })
    expect(model.layers.find((layer) => layer.name === 'generalRetain')).toMatchObject({ count: 1, orders: 1, amountFen: 5000, averageRecencyDays: 2 })
    expect((await countRule(ctx, { kind: 'layer', modelId: model.id, layers: ['generalRetain', 'noOrder'] })).count).toBe(2)
  })

  it('shows a new run at once, keeps the one before and drops what is older', async () => {
    const ctx = await kit.workspace()
    await loadPeople(kit.platform.warehouse, ctx.workspaceId, [{ personId: 930_001 }])
    const runs: (number | null)[] = []
    for (let round = 0; round < 4; round += 1) {
      await compute(ctx)
      runs.push((await readLayerModels(ctx))[0]!.currentRun)
    }
    const left = await kit.platform.warehouse.rows<{ run: number }>({
      sql: 'select distinct run from layer_assignments where workspace_id = {workspaceId:UInt32} order by run',
      params: { workspaceId: ctx.workspaceId },
    })
    expect(left.map((row) => row.run)).toEqual(runs.slice(-2))
  })

  it('lets only one computation of a model run, and forgets one that died', async () => {
    const ctx = await kit.workspace()
    await loadPeople(kit.platform.warehouse, ctx.workspaceId, [{ personId: 940_001 }])
    const [model] = await readLayerModels(ctx)
    const begun = (minutesAgo: number) =>
      sql`update layer_models set computing_since = ${new Date(now.getTime() - minutesAgo * 60_000)} where id = ${model!.id}::uuid`.execute(kit.platform.db)
    await begun(1)
    expect(await computeLayers(ctx, model!)).toBe(false)
    await begun(60)
    const outcomes = await Promise.all([computeLayers(ctx, model!), computeLayers(ctx, model!)])
    expect(outcomes).toContain(true)
    expect((await shownLayerModel(ctx, (await readLayerModels(ctx))[0]!)).computing).toBe(false)
  })

  it('computes anew with changed parameters, and refuses another workspace', async () => {
    const [ctx, other] = [await kit.workspace(), await kit.workspace()]
    await loadPeople(kit.platform.warehouse, ctx.workspaceId, [
      { personId: 950_001, events: [{ event: 'Order Completed', at: '2026-09-01T00:00:00Z', amountFen: 100 }] },
    ])
    const { id } = await compute(ctx)
    expect(await updateLayerModel(ctx, { id, definition: rfmOf(30) })).toMatchObject({
      definition: { days: 30, event: 'Order Completed' },
      layers: expect.arrayContaining([expect.objectContaining({ name: 'noOrder', count: 1 })]),
    })
    await Promise.all(
      [readLayerModel(other, id), recomputeLayerModel(other, id), updateLayerModel(other, { id, definition: rfmOf(5) })].map((attempt) =>
        expect(attempt).rejects.toMatchObject({ errorName: 'not-found' }),
      ),
    )
  })

  it('is computed in the background when there are people, when data changed, and every night', async () => {
    const ctx = await kit.workspace()
    const due = () => computeDueLayers(kit.platform, new AbortController().signal)
    const computedAt = async () => (await readLayerModels(ctx))[0]!.computedAt?.toISOString() ?? null
    await due()
    expect(await computedAt()).toBeNull()
    await loadPeople(kit.platform.warehouse, ctx.workspaceId, [{ personId: 960_001 }])
    await due()
    const first = await computedAt()
    expect(first).toBe(kit.clock.now().toISOString())
    kit.clock.advance(120_000)
    await due()
    expect(await computedAt()).toBe(first)
    await loadPeople(kit.platform.warehouse, ctx.workspaceId, [
      { personId: 960_002, events: [{ event: 'Order Completed', at: kit.clock.now().toISOString(), amountFen: 1 }] },
    ])
    kit.clock.advance(60_000)
    await due()
    const second = await computedAt()
    expect(second).not.toBe(first)
    kit.clock.advance(24 * 3_600_000)
    await due()
    expect(await computedAt()).not.toBe(second)
    kit.clock.set(now)
  })
})
