import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LayerDefinition } from '../../../../contracts/layer-definitions.ts'
import { LayerPlay } from '../../../../contracts/layers.ts'
import type { Rule } from '../../../../contracts/rule.ts'
import { TagRuleInput } from '../../../../contracts/tag-rules.ts'
import { TagInput } from '../../../../contracts/tags.ts'
import { startTestKit, type TestKit } from '../../../test/kit.ts'
import type { Context } from '../../access/index.ts'
import { listPeople, mergePeople, readUses, registerLayerModels, registerPopulation, registerUsage, runnerOf } from '../../people/index.ts'
import { createTag } from '../../tags/index.ts'
import { audiencePopulation } from '../population.ts'
import { readAudienceUses } from '../rule-uses.ts'
import { loadPeople } from '../rule/testing/load-people.ts'
import { createSegment, updateSegment } from '../save-segment.ts'
import { readTagRuleUses } from '../tag-rules/rule-uses.ts'
import { saveTagRule } from '../tag-rules/save-tag-rule.ts'
import { computeDueLayers } from './compute-due-layers.ts'
import { computeLayers } from './compute-layers.ts'
import { readLayerMoves } from './layer-days.ts'
import { readLayerHealth } from './layer-health.ts'
import { readLayerModel, readLayerModels, readMainLayerModel, readShownModels, shownLayerModel } from './layer-model-row.ts'
import { createLayerModel, deleteLayerModel, recomputeLayerModel, setMainLayerModel, updateLayerModel, updateLayerPlay } from './save-layer-model.ts'

const now = new Date('2026-11-22T04:00:00Z')
const [minuteMs, dayMs] = [60_000, 86_400_000]
let kit: TestKit
beforeAll(async () => {
  kit = await startTestKit({ now })
  registerUsage('audience', readAudienceUses)
  registerUsage('tag rules', readTagRuleUses)
  registerPopulation(audiencePopulation)
  registerLayerModels(readShownModels)
})
afterAll(() => kit.stop())

const lifecycle = LayerDefinition.parse({ kind: 'lifecycle', activeDays: 30, lostDays: 90, matureOrders: 3 })
const points = LayerDefinition.parse({ kind: 'thresholds', measure: { from: 'attribute', attribute: 'points', as: 'number' }, cuts: [50], best: 'high' })
const byRule = (rule: Rule) => LayerDefinition.parse({ kind: 'rules', layers: [{ name: 'here', label: { zh: '在', en: 'Here' }, rule }] })
const inCity = (city: string): Rule => ({ kind: 'attribute', attribute: 'city', test: { type: 'text', operator: 'is', values: [city] } })
const create = (ctx: Context, name: string, definition: LayerDefinition, announces = false) => createLayerModel(ctx, { name, definition, announces })
const due = () => computeDueLayers(kit.platform, new AbortController().signal)
const modelOf = async (ctx: Context, id: string) => shownLayerModel(ctx, await readLayerModel(ctx, id))

interface NewPerson {
  city?: string
  points?: number
  orderedDaysAgo?: number
}

/** People in both stores. */
async function people(ctx: Context, given: readonly NewPerson[]): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    insert into people (workspace_id, attributes) select ${ctx.workspaceId}, given from unnest(${given.map((person) => JSON.stringify(person))}::jsonb[]) with ordinality as given (given, n)
    order by n returning id`.execute(kit.platform.db)
  await loadPeople(
    kit.platform.warehouse,
    ctx.workspaceId,
    given.map(({ orderedDaysAgo, ...attributes }, index) => ({
      personId: rows[index]!.id,
      attributes,
      events:
        orderedDaysAgo === undefined
          ? []
          : [{ event: 'Order Completed', at: new Date(kit.clock.now().getTime() - orderedDaysAgo * dayMs).toISOString(), amountFen: 1000 }],
    })),
  )
  return rows.map(({ id }) => id)
}

describe('the main model', () => {
  it('is RFM until another is chosen, and again when that one is deleted; choosing leaves an audit row', async () => {
    const [ctx, other] = [await kit.workspace(), await kit.workspace()]
    const rfm = await readMainLayerModel(ctx)
    const [stages, byPoints] = [await create(ctx, '生命周期', lifecycle), await create(ctx, '积分', points)]
    expect(rfm).toMatchObject({ kind: 'rfm', isMain: true })
    await expect(setMainLayerModel(other, stages.id)).rejects.toMatchObject({ errorName: 'not-found' })
    expect(await setMainLayerModel(ctx, stages.id)).toMatchObject({ id: stages.id, isMain: true })
    await Promise.all([setMainLayerModel(ctx, stages.id), setMainLayerModel(ctx, byPoints.id), setMainLayerModel(ctx, byPoints.id.toUpperCase())])
    expect((await readLayerModels(ctx)).filter(({ isMain }) => isMain)).toHaveLength(1)
    await setMainLayerModel(ctx, byPoints.id)
    expect((await readMainLayerModel(ctx)).id).toBe(byPoints.id)
    const { rows } = await sql<{ detail: object }>`
      select detail from audit_log where workspace_id = ${ctx.workspaceId} and action = 'layerModel.main' and target_id = ${stages.id} order by id limit 1`.execute(
      kit.platform.db,
    )
    expect(rows).toEqual([{ detail: { name: '生命周期', before: 'RFM' } }])
    // Being shown by is no reason not to be deleted.
    await deleteLayerModel(ctx, byPoints.id)
    expect((await readMainLayerModel(ctx)).id).toBe(rfm.id)
    await deleteLayerModel(ctx, rfm.id)
    expect((await readMainLayerModel(ctx)).id).toBe(stages.id)
    await deleteLayerModel(ctx, stages.id)
    expect(await readMainLayerModel(ctx)).toMatchObject({ kind: 'rfm', isMain: true })
  })

  it('is what people are listed by, by its own words and colour; other models are columns and filters', async () => {
    const ctx = await kit.workspace()
    const [a = 0, b = 0, c = 0] = await people(ctx, [
      { points: 90, orderedDaysAgo: 5, city: '上海' },
      { points: 10, orderedDaysAgo: 5, city: '上海' },
      { points: 90, orderedDaysAgo: 60, city: '杭州' },
    ])
    const [stages, byPoints] = [await create(ctx, '生命周期', lifecycle), await create(ctx, '积分', points)]
    await setMainLayerModel(ctx, stages.id)
    await updateLayerPlay(ctx, { id: stages.id, layer: 'new', play: LayerPlay.parse({ label: { zh: '刚来的', en: 'Fresh' }, colour: 'gold' }) })
    const list = async (query: object) => (await listPeople(ctx, { limit: 10, ...query })).items
    const asked = await list({ columns: `layer:${byPoints.id.toUpperCase()},layer:${crypto.randomUUID()}` })
    expect(
      asked.map(({ personId, layer, layers }) => [
        personId,
        layer?.label.zh,
        layer?.colour,
        layers.map(({ model, label, colour }) => [model, label.zh, colour]),
      ]),
    ).toEqual([
      [c, '沉睡', 'gold', [['积分', 'A 层', 'blue']]],
      [b, '刚来的', 'gold', [['积分', 'B 层', 'cyan']]],
      [a, '刚来的', 'gold', [['积分', 'A 层', 'blue']]],
    ])
    const ids = async (query: object) => (await list(query)).map(({ personId }) => personId)
    expect(await ids({ layers: `${byPoints.id}:level1` })).toEqual([c, a])
    expect(await ids({ layers: `${byPoints.id}:level1,${stages.id}:new` })).toEqual([a])
    expect(await ids({ layers: `${stages.id}:new,${stages.id}:dormant`, city: '杭州' })).toEqual([c])
    expect(await ids({ layers: `${byPoints.id}:level1`, modelId: stages.id, layer: 'dormant' })).toEqual([c])
    expect(await ids({ layer: 'new' })).toEqual([b, a])
    const { id: segmentId } = await createSegment(ctx, { name: '上海', description: '', rule: inCity('上海') })
    expect(await ids({ layers: `${byPoints.id}:level1`, segmentId })).toEqual([a])
    const tag = await createTag(ctx, TagInput.parse({ name: '爱茶' }))
    expect(await ids({ layers: `${byPoints.id}:level1`, tagId: tag.id })).toEqual([])
    expect(await ids({ layers: `${crypto.randomUUID()}:level1` })).toEqual([])
    await expect(list({ layers: `${byPoints.id}:level1`, importId: crypto.randomUUID() })).rejects.toMatchObject({ errorName: 'validation' })
  })

  it('counts as a use, as do segments, tag rules, rules of other models, splits and telling changes; without any a model is unused', async () => {
    const ctx = await kit.workspace()
    await people(ctx, [{ points: 90 }, { points: 10 }])
    const models = new Map<string, string>()
    for (const name of ['segment', 'tag', 'model', 'split', 'main', 'told', 'nobody']) models.set(name, (await create(ctx, name, points, name === 'told')).id)
    const of = (name: string): Rule => ({ kind: 'layer', modelId: models.get(name)!.toUpperCase(), layers: ['level1'] })
    await createSegment(ctx, { name: '高分', description: '', rule: of('segment') })
    const tag = await createTag(ctx, TagInput.parse({ name: '高分标签' }))
    await saveTagRule(ctx, { tagId: tag.id, ...TagRuleInput.parse({ cases: [{ value: '', rule: of('tag') }] }) })
    const ruled = await create(ctx, '按规则', byRule(of('model')))
    await updateLayerPlay(ctx, { id: ruled.id, layer: 'here', play: LayerPlay.parse({ splitBy: models.get('split') }) })
    await setMainLayerModel(ctx, models.get('main')!)
    try {
      kit.clock.advance(31 * dayMs)
      for (const [name, id] of models) {
        const { findings, usedBy } = await readLayerHealth(ctx, id)
        expect([name, findings.some(({ kind }) => kind === 'unused')]).toEqual([name, name === 'nobody'])
        expect([name, usedBy.length]).toEqual([name, name === 'nobody' || name === 'told' ? 0 : 1])
      }
    } finally {
      kit.clock.set(now)
    }
    for (const name of ['segment', 'tag', 'model', 'split'])
      await expect(deleteLayerModel(ctx, models.get(name)!)).rejects.toMatchObject({ errorName: 'precondition', zh: expect.stringContaining('「') })
    for (const name of ['main', 'told', 'nobody']) await deleteLayerModel(ctx, models.get(name)!)
    expect((await readUses(ctx)).filter(({ by }) => by.kind === 'mainLayers')).toMatchObject([{ by: { name: 'RFM' } }])
  })
})

describe('freshness', () => {
  it('is known: looked at each minute, computed at three in the night, late when nobody looks', async () => {
    const ctx = await kit.workspace({ timezone: 'Asia/Shanghai' })
    await people(ctx, [{ points: 90 }])
    const { id } = await create(ctx, '积分', points)
    try {
      expect(await modelOf(ctx, id)).toMatchObject({
        computedAt: now.toISOString(),
        checkedAt: now.toISOString(),
        nextAt: '2026-11-22T19:00:00.000Z',
        late: false,
      })
      kit.clock.advance(minuteMs)
      await due()
      expect(await modelOf(ctx, id)).toMatchObject({ computedAt: now.toISOString(), checkedAt: kit.clock.now().toISOString(), late: false })
      kit.clock.advance(15 * minuteMs)
      expect(await modelOf(ctx, id)).toMatchObject({ late: true })
      await due()
      expect(await modelOf(ctx, id)).toMatchObject({ computedAt: now.toISOString(), late: false })
      kit.clock.set('2026-11-22T18:59:30Z')
      await due()
      expect(await modelOf(ctx, id)).toMatchObject({ computedAt: now.toISOString() })
      kit.clock.set('2026-11-22T19:00:00Z')
      await due()
      expect(await modelOf(ctx, id)).toMatchObject({ computedAt: '2026-11-22T19:00:00.000Z', nextAt: '2026-11-23T19:00:00.000Z' })
    } finally {
      kit.clock.set(now)
    }
  })

  it('follows the zone over a change of its clock', async () => {
    const ctx = await kit.workspace({ timezone: 'Europe/Berlin' })
    try {
      kit.clock.set('2026-10-24T12:00:00Z')
      const { id } = await create(ctx, '积分', points)
      // The night of the change: an hour later by UTC than the nights before.
      expect((await modelOf(ctx, id)).nextAt).toBe('2026-10-25T01:00:00.000Z')
      kit.clock.set('2026-10-25T12:00:00Z')
      expect((await recomputeLayerModel(ctx, id)).nextAt).toBe('2026-10-26T02:00:00.000Z')
    } finally {
      kit.clock.set(now)
    }
  })

  it('a failure is told and tried again, ever more rarely, until it passes or is asked for', async () => {
    const ctx = await kit.workspace()
    await people(ctx, [{ city: '上海' }, { city: '杭州' }])
    const segment = await createSegment(ctx, { name: '上海', description: '', rule: inCity('上海') })
    const { id, computedAt } = await create(ctx, '按城市', byRule({ kind: 'segment', segmentId: segment.id }))
    try {
      // Past what is refused: as after a restore of half a backup.
      await sql`update segments set workspace_id = ${(await kit.workspace()).workspaceId} where id = ${segment.id}::uuid`.execute(kit.platform.db)
      kit.clock.advance(minuteMs)
      await due()
      const [first, failedAt] = [await modelOf(ctx, id), kit.clock.now()]
      expect(first).toMatchObject({
        computedAt,
        computing: false,
        failure: { at: failedAt.toISOString(), text: { zh: expect.stringContaining('没有这个分群') } },
      })
      expect(first.nextAt).toBe(new Date(failedAt.getTime() + minuteMs).toISOString())
      kit.clock.advance(minuteMs)
      await due()
      expect((await modelOf(ctx, id)).nextAt).toBe(new Date(kit.clock.now().getTime() + 2 * minuteMs).toISOString())
      kit.clock.advance(minuteMs)
      await due()
      expect((await modelOf(ctx, id)).failure?.at).toBe(new Date(kit.clock.now().getTime() - minuteMs).toISOString())
      await expect(recomputeLayerModel(ctx, id)).rejects.toMatchObject({ errorName: 'validation' })
      await sql`update segments set workspace_id = ${ctx.workspaceId} where id = ${segment.id}::uuid`.execute(kit.platform.db)
      expect(await recomputeLayerModel(ctx, id)).toMatchObject({
        failure: null,
        computedAt: kit.clock.now().toISOString(),
        layers: [{ count: 1 }, { count: 1 }],
      })
    } finally {
      kit.clock.set(now)
    }
  })

  it('a computation that died is known after minutes, and one that was thought dead does not take the place of a newer one', async () => {
    const ctx = await kit.workspace()
    await people(ctx, [{ points: 90 }])
    const { id } = await create(ctx, '积分', points)
    await sql`update layer_models set computing_since = ${now}, computing_seen_at = ${now}, computing_step = 'place' where id = ${id}::uuid`.execute(
      kit.platform.db,
    )
    try {
      kit.clock.advance(2 * minuteMs)
      expect(await modelOf(ctx, id)).toMatchObject({ computing: true, nextAt: null, computation: { since: now.toISOString(), step: 'place' } })
      expect(await recomputeLayerModel(ctx, id)).toMatchObject({ computing: true })
      kit.clock.advance(minuteMs)
      expect(await modelOf(ctx, id)).toMatchObject({ computing: false, computation: null })
      await sql`update layer_models set current_run = 9000000000000000000 where id = ${id}::uuid`.execute(kit.platform.db)
      await computeLayers(ctx, await readLayerModel(ctx, id))
      expect((await readLayerModel(ctx, id)).currentRun).toBe(9_000_000_000_000_000_000)
    } finally {
      kit.clock.set(now)
    }
  })

  it('a model by rules follows what its rules name: a changed segment, another model, a consent; models that name one another come to rest', async () => {
    const ctx = await kit.workspace()
    const [a = 0] = await people(ctx, [
      { city: '上海', points: 90 },
      { city: '杭州', points: 10 },
    ])
    const segment = await createSegment(ctx, { name: '人群', description: '', rule: inCity('上海') })
    const first = await create(ctx, '一', byRule({ kind: 'segment', segmentId: segment.id }))
    const second = await create(ctx, '二', byRule({ kind: 'layer', modelId: first.id, layers: ['here'] }))
    const third = await create(ctx, '三', byRule({ kind: 'consent', channel: 'sms', state: 'granted' }))
    const minute = async () => {
      kit.clock.advance(minuteMs)
      await due()
      return Promise.all([first, second, third].map(async ({ id }) => (await modelOf(ctx, id)).layers[0]!.count))
    }
    try {
      expect(await minute()).toEqual([1, 1, 0])
      await updateSegment(ctx, { id: segment.id, rule: { kind: 'any', rules: [inCity('上海'), inCity('杭州')] } })
      expect(await minute()).toEqual([2, 2, 0])
      await kit.platform.warehouse.insertRows(
        'person_consents',
        [{ workspace_id: ctx.workspaceId, channel: 'sms', purpose: 'marketing', person_id: a, state: 'granted', version: 1 }],
        { token: `consent ${a}` },
      )
      expect(await minute()).toEqual([2, 2, 1])
      // The first now reads a segment that reads the second, which reads the first.
      await updateSegment(ctx, { id: segment.id, rule: { kind: 'any', rules: [inCity('上海'), { kind: 'layer', modelId: second.id, layers: ['here'] }] } })
      await minute()
      await minute()
      const rested = (await modelOf(ctx, first.id)).computedAt
      expect(await minute()).toEqual([2, 2, 1])
      expect((await modelOf(ctx, first.id)).computedAt).toBe(rested)
    } finally {
      kit.clock.set(now)
    }
  })
})

it('merged people are one in the list, the counts, the moves and the measures', async () => {
  const ctx = await kit.workspace({ timezone: 'Asia/Shanghai' })
  const [kept = 0, merged = 0, other = 0] = await people(ctx, [{ orderedDaysAgo: 5 }, { orderedDaysAgo: 40 }, { orderedDaysAgo: 5 }])
  const { id } = await create(ctx, '生命周期', lifecycle)
  const counted = await create(ctx, '次数', {
    kind: 'thresholds',
    measure: { from: 'events', event: 'Order Completed', measure: 'times', of: 'amount', days: null, filters: [] },
    cuts: [2],
    best: 'high',
  })
  await setMainLayerModel(ctx, id)
  await kit.platform.db
    .transaction()
    .execute((tx) =>
      mergePeople(runnerOf(tx), {
        platform: kit.platform,
        workspaceId: ctx.workspaceId,
        pairs: [{ keptId: kept, mergedId: merged, reason: 'manual' }],
        decidedBy: null,
        now,
      }),
    )
    .then((outcome) => outcome.mirror())
  try {
    kit.clock.advance(dayMs)
    await due()
    const list = async (layers: string) => (await listPeople(ctx, { limit: 10, layers })).items.map(({ personId, layer }) => [personId, layer?.layer])
    expect(await list(`${id}:growing`)).toEqual([[kept, 'growing']])
    expect(await list(`${counted.id}:level1`)).toEqual([[kept, 'growing']])
    expect(await list(`${counted.id}:level2`)).toEqual([[other, 'new']])
    const model = await modelOf(ctx, id)
    expect([model.people, model.layers.map(({ count }) => count)]).toEqual([2, [1, 1, 0, 0, 0, 0]])
    const { moves } = await readLayerMoves(ctx, { id, from: '2026-11-22' })
    expect(new Set(moves.map(({ from, to, count }) => `${from} ${to} ${count}`))).toEqual(new Set(['new growing 1', 'new new 1']))
    const { results } = await readLayerHealth(ctx, id)
    expect(results.filter((result) => result.people > 0).map(({ name, people: count, orders }) => [name, count, orders])).toEqual([
      ['new', 1, 1],
      ['growing', 1, 2],
    ])
    expect(await updateLayerModel(ctx, { id, definition: lifecycle })).toMatchObject({ people: 2 })
  } finally {
    kit.clock.set(now)
  }
})
