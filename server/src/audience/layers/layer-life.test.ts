import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LayerDefinition, layerChangedEvent, type LayerMeasure } from '../../../../contracts/layer-definitions.ts'
import { LayerPlay } from '../../../../contracts/layers.ts'
import type { PeopleSet } from '../../../../contracts/segments.ts'
import { startTestKit, type TestKit } from '../../../test/kit.ts'
import type { Context } from '../../access/index.ts'
import { drainInbox } from '../../collect/index.ts'
import { registerUsage } from '../../people/index.ts'
import { readAudienceUses } from '../rule-uses.ts'
import { createSegment } from '../save-segment.ts'
import { setPopulation } from '../segments/set-population.ts'
import { loadPeople, type TestPerson } from '../rule/testing/load-people.ts'
import { announceChanges } from './announce-changes.ts'
import { suggestClusters } from './clusters/suggest-clusters.ts'
import { computeDueLayers } from './compute-due-layers.ts'
import { readLayerHistory, readLayerMoves } from './layer-days.ts'
import { readLayerHealth } from './layer-health.ts'
import { readLayerModel, readLayerModels } from './layer-model-row.ts'
import { previewLayerModel, proposeLayerCuts } from './preview-layers.ts'
import { proposeLifecycle } from './propose-models.ts'
import { createLayerModel, deleteLayerModel, recomputeLayerModel, updateLayerModel, updateLayerPlay } from './save-layer-model.ts'
import { readSubLayers } from './sub-layers.ts'

const now = new Date('2026-11-22T04:00:00Z')
const dayMs = 86_400_000
let kit: TestKit
beforeAll(async () => {
  kit = await startTestKit({ now })
  registerUsage('audience', readAudienceUses)
})
afterAll(() => kit.stop())

const lifecycle = LayerDefinition.parse({ kind: 'lifecycle', activeDays: 30, lostDays: 90, matureOrders: 3 })
const create = (ctx: Context, definition: LayerDefinition, more: { name?: string; announces?: boolean } = {}) =>
  createLayerModel(ctx, { name: 'A model', definition, announces: false, ...more })
const ordered = (personId: number, ...agoDays: number[]): TestPerson => ({
  personId,
  events: agoDays.map((ago) => ({ event: 'Order Completed', at: new Date(kit.clock.now().getTime() - ago * dayMs).toISOString(), amountFen: 1000 })),
})
const peopleOf = async (ctx: Context, set: PeopleSet) => (await setPopulation.page(ctx, { set }, { before: null, limit: 50 })).personIds.toReversed()
const sum = (moves: readonly { count: number }[]) => moves.reduce((total, { count }) => total + count, 0)

describe('days', () => {
  it('keeps who was where at the end of each day, and tells who went where between two', async () => {
    const ctx = await kit.workspace({ timezone: 'Asia/Shanghai' })
    await loadPeople(kit.platform.warehouse, ctx.workspaceId, [ordered(1_001, 25), ordered(1_002, 5), ordered(1_003, 85), { personId: 1_004 }])
    const { id } = await create(ctx, lifecycle)
    try {
      kit.clock.advance(10 * dayMs)
      await loadPeople(kit.platform.warehouse, ctx.workspaceId, [{ personId: 1_005 }])
      await recomputeLayerModel(ctx, id)
      kit.clock.advance(20 * dayMs)
      await kit.platform.warehouse.insertRows('people', [{ workspace_id: ctx.workspaceId, person_id: 1_004, version: 2, is_deleted: 1 }], { token: 'gone' })
      await recomputeLayerModel(ctx, id)
      const history = await readLayerHistory(ctx, { id, days: 90 })
      expect(history.days).toEqual([
        { day: '2026-11-22', kept: true, counts: { new: 2, growing: 0, mature: 0, dormant: 1, lost: 0, noOrder: 1 } },
        { day: '2026-12-02', kept: true, counts: { new: 1, growing: 0, mature: 0, dormant: 1, lost: 1, noOrder: 2 } },
        { day: '2026-12-22', kept: true, counts: { new: 0, growing: 0, mature: 0, dormant: 2, lost: 1, noOrder: 1 } },
      ])
      const whole = await readLayerMoves(ctx, { id, from: '2026-11-22' })
      expect(new Set(whole.moves.map(({ from, to, count }) => `${from} ${to} ${count}`))).toEqual(
        new Set(['new dormant 2', 'dormant lost 1', 'noOrder null 1', 'null noOrder 1']),
      )
      const part = await readLayerMoves(ctx, { id, from: '2026-11-22', to: '2026-12-02' })
      // Rows sum up to the first day, columns to the second.
      for (const [day, side] of [[history.days[0]!, 'from'] as const, [history.days[1]!, 'to'] as const]) {
        for (const [layer, count] of Object.entries(day.counts)) expect(sum(part.moves.filter((move) => move[side] === layer))).toBe(count)
      }
      // Every number opens its people.
      const places = (...layers: [string | null, string?][]): PeopleSet => ({
        kind: 'layers',
        places: layers.map(([layer, day]) => ({ modelId: id, layer, day })),
      })
      expect(await peopleOf(ctx, places(['new', '2026-11-22']))).toEqual([1_001, 1_002])
      expect(await peopleOf(ctx, places(['noOrder', '2026-11-22']))).toEqual([])
      expect(await peopleOf(ctx, places(['new', '2026-11-22'], ['dormant']))).toEqual([1_001, 1_002])
      expect(await peopleOf(ctx, places(['new', '2026-11-22'], ['dormant', '2026-12-02']))).toEqual([1_001])
      expect(await peopleOf(ctx, places([null, '2026-11-22'], ['noOrder']))).toEqual([1_005])
      await expect(peopleOf(ctx, places([null, '2026-11-22']))).rejects.toMatchObject({ errorName: 'validation' })
      await expect(peopleOf(ctx, places(['new', '2026-11-30']))).rejects.toMatchObject({ errorName: 'precondition' })
      await expect(readLayerMoves(ctx, { id, from: '2026-11-30' })).rejects.toMatchObject({ errorName: 'precondition' })
      kit.clock.advance(200 * dayMs)
      await expect(readLayerMoves(ctx, { id, from: '2026-11-22' })).rejects.toMatchObject({ errorName: 'precondition' })
    } finally {
      kit.clock.set(now)
    }
  })

  it('knows merged people as one on every day: today’s own layer holds, else that of a former id', async () => {
    const ctx = await kit.workspace({ timezone: 'Asia/Shanghai' })
    const { warehouse, db } = kit.platform
    await loadPeople(warehouse, ctx.workspaceId, [ordered(1_101, 5), ordered(1_102, 45), { personId: 1_103 }, ordered(1_104, 5)])
    const { id } = await create(ctx, lifecycle)
    // 1102 becomes 1101, who has a layer of their own; 1104 becomes 1105, who was not there yet.
    const merges = [
      [1_102, 1_101],
      [1_104, 1_105],
    ] as const
    for (const [alias, person] of merges) {
      await sql`insert into person_aliases (workspace_id, alias_id, person_id) values (${ctx.workspaceId}, ${alias}, ${person})`.execute(db)
      await warehouse.insertRows('person_aliases', [{ alias_id: alias, person_id: person, workspace_id: ctx.workspaceId, version: 1 }], {
        token: `alias ${alias}`,
      })
      await warehouse.insertRows('people', [{ workspace_id: ctx.workspaceId, person_id: alias, version: 2, is_deleted: 1 }], { token: `merged ${alias}` })
    }
    await loadPeople(warehouse, ctx.workspaceId, [{ personId: 1_105 }])
    await warehouse.run({ sql: 'system reload dictionary person_alias' })
    try {
      kit.clock.advance(40 * dayMs)
      await recomputeLayerModel(ctx, id)
      const { moves } = await readLayerMoves(ctx, { id, from: '2026-11-22' })
      expect(new Set(moves.map(({ from, to, count }) => `${from} ${to} ${count}`))).toEqual(new Set(['new dormant 2', 'noOrder noOrder 1']))
      expect(await peopleOf(ctx, { kind: 'layers', places: [{ modelId: id, layer: 'new', day: '2026-11-22' }] })).toEqual([1_101, 1_105])
    } finally {
      kit.clock.set(now)
    }
  })
})

describe('previews and thresholds', () => {
  it('shows who would move, changes nothing, and is what saving then comes to', async () => {
    const ctx = await kit.workspace()
    const people = Array.from({ length: 40 }, (_, index) => ordered(2_000 + index, index * 4))
    await loadPeople(kit.platform.warehouse, ctx.workspaceId, people)
    const { id, layers: before } = await create(ctx, lifecycle)
    const definition = LayerDefinition.parse({ ...lifecycle, activeDays: 60 })
    const preview = await previewLayerModel(ctx, { id, definition })
    expect((await readLayerModel(ctx, id)).definition).toEqual(lifecycle)
    expect(preview.moves).toEqual(expect.arrayContaining([{ from: 'dormant', to: 'new', count: 8 }]))
    expect(preview.moved).toBe(8)
    const movers = await peopleOf(ctx, { kind: 'layerChange', modelId: id, definition, from: 'dormant', to: 'new' })
    expect(movers).toHaveLength(8)
    for (const { name, count } of before) expect(sum(preview.moves.filter(({ from }) => from === name))).toBe(count)
    const after = await updateLayerModel(ctx, { id, definition })
    expect(after.layers.map(({ name, count }) => [name, count])).toEqual(preview.layers.map(({ name, count }) => [name, count]))
  })

  it('takes thresholds anew, which then stay while the data goes on', async () => {
    const ctx = await kit.workspace()
    const buyers = (amounts: number[], firstId: number): TestPerson[] =>
      amounts.map((amountFen, index) => ({ personId: firstId + index, events: [{ event: 'Order Completed', at: '2026-11-01T00:00:00Z', amountFen }] }))
    await loadPeople(kit.platform.warehouse, ctx.workspaceId, buyers([100, 200, 300, 400, 500, 600, 700, 800, 900, 1000], 3_000))
    const measure = { from: 'events', event: 'Order Completed', measure: 'sum', of: 'amount', days: null } as const
    const { id } = await create(ctx, LayerDefinition.parse({ kind: 'quantiles', measure, shares: [0.5, 0.5] }))
    const fixed = await proposeLayerCuts(ctx, id)
    expect(fixed).toMatchObject({ cuts: [6] })
    await updateLayerModel(ctx, { id, definition: fixed })
    await loadPeople(kit.platform.warehouse, ctx.workspaceId, buyers([5000, 5000, 5000, 5000, 5000, 5000, 5000, 5000, 5000, 5000], 3_100))
    const model = await recomputeLayerModel(ctx, id)
    expect(model.layers.map(({ count }) => count)).toEqual([15, 5, 0])
    expect((await readLayerHealth(ctx, id)).findings.map(({ kind }) => kind)).toContain('drift')
    const [rfm] = await readLayerModels(ctx)
    expect(await proposeLayerCuts(ctx, rfm!.id)).toMatchObject({ scoring: { kind: 'thresholds', frequency: [1, 1, 1, 1] } })
  })
})

describe('changes of layer', () => {
  const eventsOf = async (ctx: Context) => {
    await drainInbox(kit.platform)
    return kit.platform.warehouse.rows<{ personId: number; from: string; to: string }>({
      sql: `select person_id as personId, properties.from::String as \`from\`, properties.to::String as \`to\` from events
        where workspace_id = {w:UInt32} and event = {event:String} order by person_id`,
      params: { w: ctx.workspaceId, event: layerChangedEvent },
    })
  }
  const tellAll = async (page: number) => {
    while ((await Promise.all([announceChanges(kit.platform, page), announceChanges(kit.platform, page)])).includes(true));
  }

  it('become events exactly once, page by page and by two processes at once, only of models that announce', async () => {
    const ctx = await kit.workspace()
    const people = Array.from({ length: 7 }, (_, index) => ordered(4_000 + index, 25))
    await loadPeople(kit.platform.warehouse, ctx.workspaceId, [...people, { personId: 4_100 }])
    const loud = await create(ctx, lifecycle, { announces: true })
    const quiet = await create(ctx, lifecycle, { name: 'Quiet' })
    try {
      kit.clock.advance(10 * dayMs)
      for (const { id } of [loud, quiet]) await recomputeLayerModel(ctx, id)
      await tellAll(3)
      await recomputeLayerModel(ctx, loud.id)
      await tellAll(3)
      expect(await eventsOf(ctx)).toEqual(people.map(({ personId }) => ({ personId, from: 'new', to: 'dormant' })))
      const { rows } = await sql`select from layer_announcements where workspace_id = ${ctx.workspaceId}`.execute(kit.platform.db)
      expect(rows).toEqual([])
    } finally {
      kit.clock.set(now)
    }
  })
})

describe('when a model is due', () => {
  it('one person less and one more in the same minute are a change', async () => {
    const ctx = await kit.workspace()
    await loadPeople(kit.platform.warehouse, ctx.workspaceId, [{ personId: 5_001 }, { personId: 5_002 }])
    const due = async () => {
      await computeDueLayers(kit.platform, new AbortController().signal)
      return (await readLayerModels(ctx))[0]!.computedAt?.toISOString()
    }
    try {
      const first = await due()
      kit.clock.advance(120_000)
      expect(await due()).toBe(first)
      await kit.platform.warehouse.insertRows(
        'people',
        [
          { workspace_id: ctx.workspaceId, person_id: 5_002, version: 2, is_deleted: 1 },
          { workspace_id: ctx.workspaceId, person_id: 5_003, version: 1 },
        ],
        { token: 'exchange' },
      )
      kit.clock.advance(60_000)
      expect(await due()).toBe(kit.clock.now().toISOString())
    } finally {
      kit.clock.set(now)
    }
  })
})

describe('health', () => {
  it('finds what is empty, skewed, alike and stale, with something to do about each', async () => {
    const ctx = await kit.workspace()
    // Two layers by points whose people buy alike; nobody in a third; most have no points at all.
    const people = Array.from({ length: 200 }, (_, index) => ({
      ...ordered(6_000 + index, ...(index % 4 === 0 ? [10] : [])),
      attributes: { points: index < 100 ? 10 : 50 },
    }))
    await loadPeople(kit.platform.warehouse, ctx.workspaceId, [...people, ...Array.from({ length: 1000 }, (_, index) => ({ personId: 6_500 + index }))])
    const measure = { from: 'attribute', attribute: 'points', as: 'number' } as const
    const { id } = await create(ctx, { kind: 'thresholds', measure, cuts: [99, 30, 5], best: 'high' })
    await sql`update layer_models set changed_at = ${new Date(now.getTime() - 200 * dayMs)}, created_at = ${new Date(now.getTime() - 200 * dayMs)} where id = ${id}::uuid`.execute(
      kit.platform.db,
    )
    const { findings, results } = await readLayerHealth(ctx, id)
    const found = new Map(findings.map(({ kind, layers }) => [kind, layers]))
    expect(Object.fromEntries(found)).toEqual({ empty: ['level1', 'level4'], noData: ['none'], alike: ['level2', 'level3'], staleThresholds: [], unused: [] })
    expect(findings.every(({ proposal }) => proposal.zh !== '' && proposal.en !== '')).toBe(true)
    expect(results.find(({ name }) => name === 'level2')).toMatchObject({ people: 100, buyers: 25, orders: 25, amountFen: 25_000, conversion: 0.25 })
  })
})

describe('a model in use', () => {
  it('has a playbook, sub-layers by another model, and cannot be deleted while a segment names it', async () => {
    const ctx = await kit.workspace()
    await loadPeople(kit.platform.warehouse, ctx.workspaceId, [
      { ...ordered(7_001, 5), attributes: { points: 10 } },
      { ...ordered(7_002, 5), attributes: { points: 1 } },
      { personId: 7_003 },
    ])
    const points = await create(ctx, { kind: 'thresholds', measure: { from: 'attribute', attribute: 'points', as: 'number' }, cuts: [5], best: 'high' })
    const { id } = await create(ctx, lifecycle, { name: 'Lifecycle' })
    const ownerId = ctx.actor.kind === 'user' ? ctx.actor.userId : null
    const play = LayerPlay.parse({ label: { zh: '刚来的', en: 'Fresh' }, goal: '二次购买', ownerId, splitBy: points.id })
    const saved = await updateLayerPlay(ctx, { id, layer: 'new', play })
    expect(saved.layers[0]).toMatchObject({ name: 'new', label: { zh: '刚来的' }, play })
    await expect(updateLayerPlay(ctx, { id, layer: 'nowhere', play })).rejects.toMatchObject({ errorName: 'not-found' })
    await expect(updateLayerPlay(ctx, { id, layer: 'new', play: { ...play, ownerId: points.id } })).rejects.toMatchObject({ errorName: 'validation' })
    await expect(updateLayerPlay(ctx, { id, layer: 'new', play: { ...play, splitBy: id } })).rejects.toMatchObject({ errorName: 'validation' })
    const [split] = await readSubLayers(ctx, id)
    expect(split).toMatchObject({ layer: 'new', modelName: 'A model' })
    expect(split!.subLayers.map(({ name, count }) => [name, count])).toEqual([
      ['level1', 1],
      ['level2', 1],
      ['none', 0],
    ])
    await createSegment(ctx, { name: '新客', description: '', rule: { kind: 'layer', modelId: id, layers: ['new'] } })
    await expect(deleteLayerModel(ctx, id)).rejects.toMatchObject({ errorName: 'precondition', zh: expect.stringContaining('「新客」') })
    await expect(deleteLayerModel(ctx, points.id)).rejects.toMatchObject({ errorName: 'precondition', zh: expect.stringContaining('「Lifecycle」') })
  })

  it('that was there before keeps its id, its settings and its run', async () => {
    const ctx = await kit.workspace()
    const { rows } = await sql<{ id: string }>`
      insert into layer_models (workspace_id, kind, name, settings, current_run, layers, computed_at)
      values (${ctx.workspaceId}, 'rfm', 'RFM', '{"event":"Paid","days":90}', 42, '[{"name":"noOrder","count":3,"orders":0,"amountFen":0,"averageRecencyDays":null}]', now())
      returning id`.execute(kit.platform.db)
    expect(await readLayerModels(ctx)).toMatchObject([
      {
        id: rows[0]!.id,
        currentRun: 42,
        definition: { kind: 'rfm', event: 'Paid', days: 90, scoring: { kind: 'quantile' } },
        layers: [{ name: 'noOrder', count: 3 }],
      },
    ])
  })
})

describe('proposals from the data', () => {
  it('stages of life follow how long people wait between orders', async () => {
    const ctx = await kit.workspace()
    expect(await proposeLifecycle(ctx)).toMatchObject({ reason: null, definition: { activeDays: 90, lostDays: 365 } })
    // 100 people with one repurchase each: after 1 to 100 days.
    await loadPeople(
      kit.platform.warehouse,
      ctx.workspaceId,
      Array.from({ length: 100 }, (_, index) => ordered(8_000 + index, 1, 2 + index)),
    )
    const { definition, reason } = await proposeLifecycle(ctx)
    expect(definition).toMatchObject({ activeDays: 81, lostDays: 96, matureOrders: 2 })
    expect(reason?.zh).toContain('80% 在 81 天内')
  })

  it('groups of people who are alike are found, described, and can be made a model that puts people alike', async () => {
    const ctx = await kit.workspace()
    const group = (firstId: number, orders: number, points: number): TestPerson[] =>
      Array.from({ length: 60 }, (_, index) => ({
        ...ordered(firstId + index, ...Array.from({ length: orders }, (_unused, order) => 1 + order)),
        attributes: { points: points + (index % 5) },
      }))
    const groups = [group(9_000, 0, 10), group(9_100, 8, 10), group(9_200, 1, 500)]
    await loadPeople(kit.platform.warehouse, ctx.workspaceId, groups.flat())
    const features = [
      { from: 'events', event: 'Order Completed', measure: 'times', of: 'amount', days: 90, filters: [] },
      { from: 'attribute', attribute: 'points', as: 'number' },
    ] satisfies LayerMeasure[]
    const found = await suggestClusters(ctx, { features, seed: 1 })
    expect(found).toMatchObject({ sampled: 180, agreement: 1 })
    expect(found.clusters.map(({ people }) => people)).toEqual([60, 60, 60])
    expect(found.silhouette).toBeGreaterThan(0.6)
    expect(found.clusters.every(({ sentence }) => /高|低/.test(sentence.zh) && /high|low/.test(sentence.en))).toBe(true)
    expect(await suggestClusters(ctx, { features: [...features], seed: 1 })).toEqual(found)
    const model = await create(ctx, found.definition!)
    expect(model.layers.map(({ count }) => count).toSorted((a, b) => b - a)).toEqual([60, 60, 60, 0])
    await expect(suggestClusters(await kit.workspace(), { features: [...features], seed: 1 })).rejects.toMatchObject({ errorName: 'precondition' })
  })
})
