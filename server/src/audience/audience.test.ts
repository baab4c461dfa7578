import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Rule } from '../../../contracts/rule.ts'
import { startTestKit, type TestKit } from '../../test/kit.ts'
import type { Context } from '../access/index.ts'
import { registerUsage, usersOf } from '../people/index.ts'
import { countRule, streamPeople } from './audience-statement.ts'
import { deleteSegment } from './delete-segment.ts'
import { explainRule } from './explain-rule.ts'
import { listPersonSegments } from './list-person-segments.ts'
import { readLayerModels } from './layers/layer-model-row.ts'
import { audiencePopulation } from './population.ts'
import { refreshDueSegments, refreshSegment } from './refresh-segments.ts'
import { readAudienceUses } from './rule-uses.ts'
import { createLayerModel } from './layers/save-layer-model.ts'
import { loadPeople } from './rule/testing/load-people.ts'
import { createSegment, updateSegment } from './save-segment.ts'
import { listSegments, readSegment } from './segment-row.ts'

let kit: TestKit
beforeAll(async () => {
  kit = await startTestKit({ now: '2026-11-22T04:00:00Z' })
  registerUsage('audience', readAudienceUses)
})
afterAll(() => kit.stop())

const inShanghai = Rule.parse({ kind: 'attribute', attribute: 'city', test: { type: 'text', operator: 'is', values: ['上海'] } })
const ordered = Rule.parse({
  kind: 'event',
  event: 'Order Completed',
  measure: { kind: 'times' },
  comparison: { operator: 'atLeast', values: [1] },
  window: { kind: 'last', amount: 30, unit: 'day' },
})
const both: Rule = { kind: 'all', rules: [inShanghai, ordered] }

let nextPerson = 1
/** A workspace with three people in Shanghai and one in Beijing; the first and the last of them ordered. */
async function shop(): Promise<{ ctx: Context; ids: number[] }> {
  const ctx = await kit.workspace()
  const ids = [nextPerson++, nextPerson++, nextPerson++, nextPerson++]
  const order = { event: 'Order Completed', at: '2026-11-20T00:00:00Z', amountFen: 9900 }
  await loadPeople(kit.platform.warehouse, ctx.workspaceId, [
    { personId: ids[0]!, attributes: { city: '上海', gender: '女' }, events: [order, order] },
    { personId: ids[1]!, attributes: { city: '上海' }, hasPhone: false },
    { personId: ids[2]!, attributes: { city: '上海' } },
    { personId: ids[3]!, attributes: { city: '北京' }, createdAt: '2026-11-21T00:00:00Z', events: [order] },
  ])
  return { ctx, ids }
}

async function streamed(ctx: Context, rule: Rule): Promise<number[]> {
  let text = ''
  for await (const bytes of streamPeople(ctx, rule)) text += bytes.toString()
  return text.split('\n').filter(Boolean).map(Number)
}

it('counts, streams ascending and pages descending the same people', async () => {
  const { ctx, ids } = await shop()
  expect(await countRule(ctx, inShanghai)).toMatchObject({ count: 3, total: 4, exact: true, marginPercent: 0 })
  expect(await streamed(ctx, inShanghai)).toEqual(ids.slice(0, 3))
  const first = await audiencePopulation.page(ctx, { rule: inShanghai }, { before: null, limit: 2 })
  expect(first).toEqual({ personIds: [ids[2], ids[1]], total: 3 })
  expect(await audiencePopulation.page(ctx, { rule: inShanghai }, { before: ids[1]!, limit: 2 })).toEqual({ personIds: [ids[0]], total: 3 })
  expect(await audiencePopulation.page(ctx, { rule: inShanghai }, { before: ids[0]!, limit: 2 })).toEqual({ personIds: [], total: 3 })
})

it('opens the people of a segment, an event and the newly registered, together with plain filters', async () => {
  const { ctx, ids } = await shop()
  const segment = await createSegment(ctx, { name: '上海客户', description: '', rule: inShanghai })
  const people = async (query: object) => (await audiencePopulation.page(ctx, query, { before: null, limit: 50 })).personIds
  expect(await people({ segmentId: segment.id })).toEqual([ids[2], ids[1], ids[0]])
  expect(await people({ segmentId: segment.id, hasPhone: 'true', gender: '女' })).toEqual([ids[0]])
  expect(await people({ event: 'Order Completed', days: 1 })).toEqual([])
  expect(await people({ event: 'Order Completed' })).toEqual([ids[3], ids[0]])
  expect(await people({ days: 7 })).toEqual([ids[3]])
  expect(audiencePopulation.handles({ campaignId: segment.id, outcome: 'sent' })).toBe(false)
  expect(audiencePopulation.handles({ city: '上海' })).toBe(false)
})

it('saves a segment with its count and sentence, and counts anew when the rule changes', async () => {
  const { ctx } = await shop()
  const segment = await createSegment(ctx, { name: '上海客户', description: '', rule: inShanghai })
  expect(segment).toMatchObject({ count: 3, sentence: { zh: 'city 是上海', en: 'city is 上海' }, createdBy: expect.any(String) })
  expect(await updateSegment(ctx, { id: segment.id, rule: both })).toMatchObject({ count: 1, name: '上海客户' })
  expect(await listSegments(ctx, { search: '上海' })).toHaveLength(1)
  await expect(createSegment(ctx, { name: '上海客户', description: '', rule: both })).rejects.toMatchObject({ errorName: 'conflict' })
  const { rows } = await sql<{ action: string }>`select action from audit_log where workspace_id = ${ctx.workspaceId} order by id`.execute(kit.platform.db)
  expect(rows.map((row) => row.action)).toEqual(['segment.create', 'segment.update'])
})

it('refreshes counts on demand and in the background, one broken segment not holding up the rest', async () => {
  const { ctx } = await shop()
  const segment = await createSegment(ctx, { name: '有手机', description: '', rule: { kind: 'hasAddress', channel: 'sms' } })
  const broken = await createSegment(ctx, { name: '引用', description: '', rule: { kind: 'segment', segmentId: segment.id } })
  await sql`update segments set rule = ${JSON.stringify({ kind: 'segment', segmentId: '0190a000-0000-7000-8000-00000000dead' })}::jsonb where id = ${broken.id}::uuid`.execute(
    kit.platform.db,
  )
  await loadPeople(kit.platform.warehouse, ctx.workspaceId, [{ personId: nextPerson++ }])
  expect(await refreshSegment(ctx, segment.id)).toMatchObject({ count: 4 })
  await loadPeople(kit.platform.warehouse, ctx.workspaceId, [{ personId: nextPerson++ }])
  expect((await readSegment(ctx, segment.id)).count).toBe(4)
  kit.clock.advance(60_000)
  await refreshDueSegments(kit.platform, new AbortController().signal)
  expect(await readSegment(ctx, segment.id)).toMatchObject({ count: 5, countedAt: kit.clock.now().toISOString(), freshness: { state: 'fresh', lagSeconds: 0 } })
  expect((await readSegment(ctx, broken.id)).freshness).toMatchObject({
    state: 'broken',
    problem: { at: 'rule.segmentId', zh: expect.stringContaining('没有这个分群') },
  })
})

it('follows segments in rules, and refuses circles and ids of another workspace at their node', async () => {
  const [{ ctx }, { ctx: other }] = [await shop(), await shop()]
  const city = await createSegment(ctx, { name: '上海', description: '', rule: inShanghai })
  const nested = await createSegment(ctx, {
    name: '上海且下单',
    description: '',
    rule: { kind: 'all', rules: [{ kind: 'segment', segmentId: city.id.toUpperCase() }, ordered] },
  })
  expect(nested.count).toBe(1)
  const circle = updateSegment(ctx, {
    id: city.id,
    rule: { kind: 'any', rules: [inShanghai, { kind: 'not', rule: { kind: 'segment', segmentId: nested.id } }] },
  })
  await expect(circle).rejects.toMatchObject({ errorName: 'validation', problems: [{ at: 'rule.rules.1.rule.segmentId' }] })
  await expect(updateSegment(ctx, { id: city.id, rule: { kind: 'segment', segmentId: city.id } })).rejects.toMatchObject({
    problems: [{ at: 'rule.segmentId' }],
  })
  const [model] = await readLayerModels(ctx)
  const foreign: Rule = {
    kind: 'all',
    rules: [
      { kind: 'segment', segmentId: city.id },
      { kind: 'layer', modelId: model!.id, layers: ['importantValue'] },
    ],
  }
  const attempts = [
    countRule(other, foreign),
    createSegment(other, { name: 'x', description: '', rule: foreign }),
    explainRule(other, { rule: foreign, personId: 1 }),
  ]
  await Promise.all(
    attempts.map((attempt) => expect(attempt).rejects.toMatchObject({ problems: [{ at: 'rule.rules.0.segmentId' }, { at: 'rule.rules.1.modelId' }] })),
  )
  await expect(streamed(other, foreign)).rejects.toMatchObject({ errorName: 'validation' })
  const foreignSegment = [
    readSegment(other, city.id),
    updateSegment(other, { id: city.id, name: '改' }),
    deleteSegment(other, city.id),
    refreshSegment(other, city.id),
  ]
  await Promise.all(foreignSegment.map((attempt) => expect(attempt).rejects.toMatchObject({ errorName: 'not-found' })))
})

it('does not delete a segment in use, and says by what', async () => {
  const { ctx } = await shop()
  const city = await createSegment(ctx, { name: '上海', description: '', rule: inShanghai })
  const nested = await createSegment(ctx, { name: '不在上海', description: '', rule: { kind: 'not', rule: { kind: 'segment', segmentId: city.id } } })
  await sql`insert into campaigns (workspace_id, code, name, segment_id, goal) values (${ctx.workspaceId}, 'C1', '双十一', ${city.id}::uuid, '{}')`.execute(
    kit.platform.db,
  )
  const layer = { name: 'here', label: { zh: '本地', en: 'Here' }, rule: { kind: 'segment', segmentId: city.id } as Rule }
  await createLayerModel(ctx, { name: '远近', announces: false, definition: { kind: 'rules', layers: [layer] } })
  const named = expect.stringMatching(/活动「双十一」.*分群「不在上海」.*分层模型「远近」.*请先解除引用/)
  await expect(deleteSegment(ctx, city.id)).rejects.toMatchObject({ errorName: 'precondition', zh: named })
  await deleteSegment(ctx, nested.id)
  await expect(readSegment(ctx, nested.id)).rejects.toMatchObject({ errorName: 'not-found' })
})

it('knows which campaigns and layer models rules name, in windows too', async () => {
  const { ctx } = await shop()
  const { rows } = await sql<{ id: string }>`
    insert into campaigns (workspace_id, code, name, goal) select ${ctx.workspaceId}, code, code, '{}' from unnest(array['C1', 'C2']) as code order by code returning id`.execute(
    kit.platform.db,
  )
  const [first, second] = rows.map((row) => row.id)
  const since = { kind: 'sinceCampaign', campaignId: second }
  const replied = { kind: 'message', behaviour: 'replied', campaignId: first, comparison: { operator: 'atLeast', values: [1] }, window: { kind: 'ever' } }
  const [model] = await readLayerModels(ctx)
  const layer = { kind: 'layer', modelId: model!.id, layers: ['importantValue'] }
  const rule = Rule.parse({ kind: 'any', rules: [replied, { ...ordered, window: since }, layer] })
  const { id } = await createSegment(ctx, { name: '回复过', description: '', rule })
  const user = { kind: 'segment', id, name: '回复过' }
  expect(await usersOf(ctx, { kind: 'campaign', key: first! })).toEqual([user])
  expect(await usersOf(ctx, { kind: 'campaign', key: second! })).toEqual([user])
  expect(await usersOf(ctx, { kind: 'layerModel', key: model!.id })).toEqual([user, { kind: 'mainLayers', id: model!.id, name: 'RFM' }])
})

it('lists a lookalike as a user of the segment it began with, which may go all the same', async () => {
  const { ctx } = await shop()
  const { id } = await createSegment(ctx, { name: '好客', description: '', rule: both })
  const { rows } = await sql<{ id: string }>`
    insert into lookalikes (workspace_id, name, seed_segment_id, seed_name, created_at)
    values (${ctx.workspaceId}, '像好客的人', ${id}::uuid, '好客', ${kit.clock.now()}) returning id`.execute(kit.platform.db)
  expect(await usersOf(ctx, { kind: 'segment', key: id })).toEqual([{ kind: 'lookalike', id: rows[0]!.id, name: '像好客的人' }])
  await deleteSegment(ctx, id)
  expect(await usersOf(ctx, { kind: 'segment', key: id })).toEqual([])
})

it('explains a person node by node, root first', async () => {
  const { ctx, ids } = await shop()
  const explanation = await explainRule(ctx, { rule: both, personId: ids[0]! })
  expect(explanation.holds).toBe(true)
  expect(explanation.nodes).toMatchObject([
    { path: '', holds: true, value: null },
    { path: 'rules.0', holds: true, value: '上海', sentence: { en: expect.stringContaining('上海') } },
    { path: 'rules.1', holds: true, value: '2' },
  ])
  expect(await explainRule(ctx, { rule: both, personId: ids[1]! })).toMatchObject({ holds: false, nodes: [{}, { holds: true }, { holds: false, value: '0' }] })
  const { ids: foreign } = await shop()
  await expect(explainRule(ctx, { rule: both, personId: foreign[0]! })).rejects.toMatchObject({ errorName: 'not-found' })
})

it('lists the segments a person is in first, and those that cannot be read as unknown', async () => {
  const { ctx, ids } = await shop()
  await createSegment(ctx, { name: '上海且下单', description: '', rule: both })
  const other = await createSegment(ctx, { name: '上海', description: '', rule: inShanghai })
  await createSegment(ctx, { name: '不在上海', description: '', rule: { kind: 'not', rule: { kind: 'segment', segmentId: other.id } } })
  await sql`insert into segments (workspace_id, name, rule)
    values (${ctx.workspaceId}, '断了', ${JSON.stringify({ kind: 'segment', segmentId: '00000000-0000-4000-8000-000000000000' })}::jsonb)`.execute(
    kit.platform.db,
  )
  const of = async (personId: number) => (await listPersonSegments(ctx, personId)).items.map(({ name, holds }) => [name, holds])
  expect(await of(ids[1]!)).toEqual([
    ['上海', true],
    ['断了', null],
    ['不在上海', false],
    ['上海且下单', false],
  ])
  expect((await of(ids[0]!)).filter(([, holds]) => holds).map(([name]) => name)).toEqual(['上海', '上海且下单'])
  await expect(listPersonSegments(await kit.workspace(), ids[0]!)).rejects.toMatchObject({ errorName: 'not-found' })
})

it('stops counting when the caller hangs up', async () => {
  const { ctx } = await shop()
  const gone = new AbortController()
  gone.abort(new Error('gone'))
  await expect(countRule(ctx, both, { signal: gone.signal })).rejects.toThrow()
})
