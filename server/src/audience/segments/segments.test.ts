import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Rule } from '../../../../contracts/rule.ts'
import type { PeopleSet } from '../../../../contracts/segments.ts'
import { startTestKit, type TestKit } from '../../../test/kit.ts'
import type { Context } from '../../access/index.ts'
import { drainInbox } from '../../collect/index.ts'
import { importFile } from '../../collect/imports/testing/import-kit.ts'
import { stepUndos } from '../../collect/imports/undo/run-undo.ts'
import { startImportUndo } from '../../collect/imports/undo/start-undo.ts'
import { registerPersonTable, registerPopulation } from '../../people/index.ts'
import { listPeople } from '../../people/listing/list-people.ts'
import { makeEvent, makePerson, merge } from '../../people/merging/testing/merge-kit.ts'
import { countRule } from '../audience-statement.ts'
import { explainRule } from '../explain-rule.ts'
import { listPersonSegments } from '../list-person-segments.ts'
import { refreshDueSegments, refreshSegment } from '../refresh-segments.ts'
import { audiencePopulation } from '../population.ts'
import { createSegment, updateSegment } from '../save-segment.ts'
import { readSegment } from '../segment-row.ts'
import { downloadSegmentMembers } from './download-members.ts'
import { overlapSegments } from './overlap-segments.ts'
import { refreshWorkspace } from './refresh-workspace.ts'
import { previewSegmentChange } from './preview-change.ts'
import { readSegmentRefresh } from './read-refresh.ts'
import { countSegmentMoves, readSegmentHistory, thinHistory } from './segment-history.ts'
import { setPopulation } from './set-population.ts'
import { changeSegmentMembers, createStaticSegment } from './static-segments.ts'
import { sweepSets } from './sweep-sets.ts'

let kit: TestKit
beforeAll(async () => {
  kit = await startTestKit({ now: '2026-11-22T04:00:00Z' })
  registerPopulation(setPopulation)
  registerPopulation(audiencePopulation)
  registerPersonTable({ kind: 'state', name: 'import_people', key: ['import_id'] })
})
afterAll(() => kit.stop())

const dayMs = 86_400_000
const city = (...values: string[]) => Rule.parse({ kind: 'attribute', attribute: 'city', test: { type: 'text', operator: 'oneOf', values } })
const ordered = Rule.parse({
  kind: 'event',
  event: 'Order Completed',
  measure: { kind: 'times' },
  comparison: { operator: 'atLeast', values: [1] },
  window: { kind: 'last', amount: 1, unit: 'day' },
})

/** Six people of both stores: three in 上海, two in 北京, one in 广州. */
async function shop(): Promise<{ ctx: Context; ids: number[] }> {
  const ctx = await kit.workspace()
  const ids: number[] = []
  for (const [index, name] of ['上海', '上海', '上海', '北京', '北京', '广州'].entries()) {
    ids.push(await makePerson(ctx, { attributes: { city: [name, 1] }, identities: [`user_id:${index}`], phone: `+861380000000${index}` }))
  }
  return { ctx, ids }
}

const at = () => kit.clock.now().toISOString()
/** A moment ago: windows end before now. */
const order = (ctx: Context, personId: number) => makeEvent(ctx, personId, { timeMs: kit.clock.now().getTime() - 1_000 })
const people = async (ctx: Context, set: PeopleSet) => (await setPopulation.page(ctx, { set }, { before: null, limit: 50 })).personIds.toReversed()
const refreshAll = () => refreshDueSegments(kit.platform, new AbortController().signal)
const plain = { description: '' }

it('keeps people of a rule, a segment, an intersection or a list as they were, and changes them by hand alone', async () => {
  const { ctx, ids } = await shop()
  const shanghai = await createSegment(ctx, { ...plain, name: '上海', rule: city('上海') })
  const north = await createSegment(ctx, { ...plain, name: '京沪', rule: city('上海', '北京') })
  const of = async (name: string, set: PeopleSet) => {
    const segment = await createStaticSegment(ctx, { ...plain, name, of: set })
    expect(segment).toMatchObject({ kind: 'static', freshness: { state: 'static', nextAt: null } })
    return people(ctx, { kind: 'segment', segmentId: segment.id })
  }
  expect(await of('快照', { kind: 'segment', segmentId: shanghai.id })).toEqual(ids.slice(0, 3))
  expect(await of('规则', { kind: 'rule', rule: city('广州') })).toEqual([ids[5]])
  expect(await of('差集', { kind: 'intersection', inside: [north.id], outside: [shanghai.id] })).toEqual(ids.slice(3, 5))
  expect(await of('并集', { kind: 'union', segmentIds: [shanghai.id, north.id] })).toEqual(ids.slice(0, 5))
  const list = await createStaticSegment(ctx, { ...plain, name: '名单', of: { kind: 'people', personIds: [ids[0]!, ids[5]!] } })
  expect(list).toMatchObject({ count: 2, sentence: { zh: '逐个选出的人' } })
  const change = (operation: 'add' | 'remove', set: PeopleSet) => changeSegmentMembers(ctx, { id: list.id, operation, of: set })
  expect(await change('add', { kind: 'segment', segmentId: shanghai.id })).toMatchObject({ changed: 2, segment: { count: 4 } })
  expect(await change('remove', { kind: 'people', personIds: [ids[5]!] })).toMatchObject({ changed: 1, segment: { count: 3 } })
  expect(await countRule(ctx, { kind: 'not', rule: { kind: 'segment', segmentId: list.id } })).toMatchObject({ count: 3, total: 6 })
  expect((await explainRule(ctx, { rule: list.rule, personId: ids[1]! })).holds).toBe(true)
  expect((await listPersonSegments(ctx, ids[5]!)).items.find((item) => item.name === '名单')).toMatchObject({ holds: false })
  await expect(changeSegmentMembers(ctx, { id: shanghai.id, operation: 'add', of: { kind: 'people', personIds: [ids[3]!] } })).rejects.toMatchObject({
    errorName: 'precondition',
  })
  await expect(refreshSegment(ctx, list.id)).rejects.toMatchObject({ errorName: 'precondition' })
  await expect(updateSegment(ctx, { id: list.id, rule: city('广州') })).rejects.toMatchObject({ errorName: 'precondition' })
  await merge(ctx, [{ keptId: ids[5]!, mergedId: ids[0]! }])
  expect(await people(ctx, { kind: 'segment', segmentId: list.id })).toEqual([ids[1], ids[2], ids[5]])
  expect((await countRule(ctx, list.rule)).count).toBe(3)
})

it('follows the data in the background, and says who came and went between any two moments', async () => {
  const { ctx, ids } = await shop()
  const began = at()
  const buyers = await createSegment(ctx, { ...plain, name: '一天内下单', rule: ordered })
  const moments = [at()]
  for (const personId of ids.slice(0, 3)) {
    kit.clock.advance(8 * 3_600_000)
    await order(ctx, personId)
    await refreshAll()
    moments.push(at())
  }
  expect(await readSegment(ctx, buyers.id)).toMatchObject({ count: 3, freshness: { state: 'fresh', lagSeconds: 0, asOf: at(), problem: null } })
  // A day after the first order it is none of the last day any more, although nothing came in.
  kit.clock.advance(8 * 3_600_000)
  await refreshAll()
  moments.push(at())
  const between = (from: number, to: number) => ({ id: buyers.id, from: moments[from]!, to: moments[to]! })
  expect(await countSegmentMoves(ctx, between(0, 3))).toEqual({ before: 0, after: 3, entered: 3, left: 0 })
  expect(await countSegmentMoves(ctx, between(1, 4))).toEqual({ before: 1, after: 2, entered: 2, left: 1 })
  expect(await countSegmentMoves(ctx, between(2, 3))).toEqual({ before: 2, after: 3, entered: 1, left: 0 })
  const moved = (direction: 'entered' | 'left', from: number, to: number) =>
    people(ctx, { kind: 'moves', segmentId: buyers.id, direction, from: moments[from]!, to: moments[to]! })
  expect(await moved('entered', 1, 4)).toEqual([ids[1], ids[2]])
  expect(await moved('left', 0, 4)).toEqual([])
  expect(await moved('left', 3, 4)).toEqual([ids[0]])
  const then = (moment: number) => people(ctx, { kind: 'moment', segmentId: buyers.id, at: moments[moment]! })
  expect([await then(0), await then(1), await then(3), await then(4)]).toEqual([[], ids.slice(0, 1), ids.slice(0, 3), ids.slice(1, 3)])
  const history = await readSegmentHistory(ctx, { id: buyers.id, from: new Date(Date.parse(began) - dayMs).toISOString(), to: at() })
  expect(history.points.map(({ count, entered, left }) => [count, entered, left])).toEqual([
    [0, 0, 0],
    [1, 1, 0],
    [2, 1, 0],
    [3, 1, 0],
    [2, 0, 1],
  ])
  expect(history.since).toBe(began)
  // Three orders and their people; the rest of the granules is other workspaces'.
  const refreshed = await readSegmentRefresh(ctx)
  expect(refreshed).toMatchObject({ running: false, finishedAt: at(), segments: 1, states: { fresh: 1, stale: 0 } })
  const { rowsRead, tookMs } = (await readSegment(ctx, buyers.id)).freshness
  expect(rowsRead).toBeGreaterThanOrEqual(3)
  expect(tookMs).toBeGreaterThan(0)
  expect(refreshed.rowsRead).toBeGreaterThanOrEqual(rowsRead!)
  // Where nothing came in nothing is read, and what the last reading cost is still said.
  await kit.platform.warehouse.run({ sql: 'truncate table person_changes' })
  kit.clock.advance(1_000)
  await refreshWorkspace(kit.platform, ctx.workspaceId, { now: true, changedShareMax: 1 })
  expect([(await readSegmentRefresh(ctx)).rowsRead, (await readSegment(ctx, buyers.id)).freshness.rowsRead]).toEqual([expect.any(Number), rowsRead])
  kit.clock.advance(40 * dayMs)
  await thinHistory(ctx)
  expect((await readSegmentHistory(ctx, { id: buyers.id, from: began, to: at() })).points.map((point) => point.count)).toEqual([2, 2])
})

it('takes people out again whose orders an undone import takes back, without reading everybody', async () => {
  const { ctx } = await shop()
  const { id } = await createSegment(ctx, { ...plain, name: '下过单', rule: { ...ordered, window: { kind: 'ever' } } as Rule })
  const refresh = () => refreshWorkspace(kit.platform, ctx.workspaceId, { now: true, changedShareMax: 1 })
  const done = await importFile(ctx, { target: 'orders', content: '会员号,订单号,时间,金额\nA1,O1,2026-11-01,5\nA2,O2,2026-11-02,6\n' })
  await importFile(ctx, { target: 'people', content: '会员号,城市\nA1,杭州\nA2,杭州\n' })
  expect([await refresh(), (await readSegment(ctx, id)).count]).toEqual(['incremental', 2])
  // What came in before is long ago.
  await kit.platform.warehouse.run({ sql: 'truncate table person_changes' })
  await startImportUndo(ctx, done)
  while (await stepUndos(kit.platform));
  expect([await refresh(), (await readSegment(ctx, id)).count]).toEqual(['incremental', 0])
})

it('lists the stored people of a segment, as many as its count says and of the moment it says, filtered or not', async () => {
  const { ctx, ids } = await shop()
  const { id, count } = await createSegment(ctx, { ...plain, name: '上海', rule: city('上海') })
  const asOf = at()
  const list = async (query: object) => {
    const { items, total, asOf: of } = await listPeople(ctx, { segmentId: id, limit: 50, ...query })
    return { people: items.map((person) => person.personId).toReversed(), total, of }
  }
  await makePerson(ctx, { attributes: { city: ['上海', 1] } })
  kit.clock.advance(60_000)
  expect(await list({})).toEqual({ people: ids.slice(0, 3), total: count, of: asOf })
  expect(await list({ hasPhone: 'true' })).toEqual({ people: ids.slice(0, 3), total: null, of: asOf })
  expect(await list({ city: '北京' })).toMatchObject({ people: [] })
  // An unsaved rule is read now.
  expect((await listPeople(ctx, { rule: city('上海'), limit: 50 })).total).toBe(4)
  await refreshSegment(ctx, id)
  expect(await list({})).toMatchObject({ total: 4, of: at() })
})

it('leaves a paused segment alone, tells a broken one by its node, and takes up both again', async () => {
  const { ctx, ids } = await shop()
  const buyers = await createSegment(ctx, { ...plain, name: '下单', rule: ordered })
  const nested = await createSegment(ctx, { ...plain, name: '引用', rule: { kind: 'segment', segmentId: buyers.id } })
  await updateSegment(ctx, { id: buyers.id, paused: true })
  await order(ctx, ids[0]!)
  kit.clock.advance(120_000)
  await refreshAll()
  expect(await readSegment(ctx, buyers.id)).toMatchObject({ count: 0, freshness: { state: 'paused', nextAt: null } })
  expect(await readSegment(ctx, nested.id)).toMatchObject({ count: 1 })
  expect(await updateSegment(ctx, { id: buyers.id, paused: false })).toMatchObject({ freshness: { state: 'fresh' } })
  kit.clock.advance(120_000)
  await refreshAll()
  expect(await readSegment(ctx, buyers.id)).toMatchObject({ count: 1 })
})

it('names the condition that costs too much where each segment has it, in words, and keeps the people of before', async () => {
  const { ctx } = await shop()
  const viewed = { ...ordered, event: 'Product Viewed' } as Rule
  const first = await createSegment(ctx, { ...plain, name: '一', rule: { kind: 'all', rules: [{ kind: 'not', rule: viewed }, city('上海')] } })
  const second = await createSegment(ctx, { ...plain, name: '二', rule: { kind: 'any', rules: [viewed, ordered, { kind: 'not', rule: city('上海') }] } })
  const read = async (id: string) => (await readSegment(ctx, id)).freshness
  await refreshWorkspace(kit.platform, ctx.workspaceId, { now: true, full: true, limits: { memoryBytesMax: 1_000 } })
  const texts = { node: { zh: expect.stringContaining('上海'), en: expect.stringContaining('上海') }, zh: expect.stringContaining('缩短时间窗口') }
  expect(await read(first.id)).toMatchObject({ state: 'costly', problem: { at: 'rule.rules.1', ...texts } })
  expect(await read(second.id)).toMatchObject({ state: 'costly', problem: { at: 'rule.rules.2.rule', ...texts } })
  expect(await readSegment(ctx, first.id)).toMatchObject({ count: 3 })
  await refreshWorkspace(kit.platform, ctx.workspaceId, { now: true, full: true })
  expect(await read(first.id)).toMatchObject({ state: 'fresh', problem: null })
})

it('shows how segments overlap, each combination with exactly its people', async () => {
  const { ctx, ids } = await shop()
  await order(ctx, ids[2]!)
  await order(ctx, ids[5]!)
  const a = await createSegment(ctx, { ...plain, name: '上海', rule: city('上海') })
  const b = await createSegment(ctx, { ...plain, name: '京沪', rule: city('上海', '北京') })
  const c = await createSegment(ctx, { ...plain, name: '下单', rule: { ...ordered, window: { kind: 'ever' } } as Rule })
  const overlap = await overlapSegments(ctx, [a.id, b.id, c.id])
  expect(overlap).toMatchObject({ union: 6, sizes: [{ count: 3 }, { count: 5 }, { count: 2 }] })
  const expected = [
    [[a.id, b.id], ids.slice(0, 2)],
    [[b.id], ids.slice(3, 5)],
    [[a.id, b.id, c.id], [ids[2]]],
    [[c.id], [ids[5]]],
  ] as const
  expect(overlap.regions).toHaveLength(expected.length)
  for (const [inside, members] of expected) {
    const region = overlap.regions.find((each) => each.inside.join() === inside.join())
    expect(region?.count).toBe(members.length)
    expect(await people(ctx, { kind: 'intersection', inside: region!.inside, outside: region!.outside })).toEqual(members)
  }
  await expect(overlapSegments(ctx, [a.id, a.id])).rejects.toMatchObject({ errorName: 'validation' })
})

it('previews who would enter and who would leave with another rule', async () => {
  const { ctx, ids } = await shop()
  const segment = await createSegment(ctx, { ...plain, name: '上海', rule: city('上海') })
  const rule = city('北京', '广州')
  const preview = await previewSegmentChange(ctx, { id: segment.id, rule })
  expect(preview).toMatchObject({ before: 3, after: 3, entered: 3, left: 3 })
  expect([preview.people?.entered, preview.people?.left].map((some) => some?.map((person) => person.personId).toReversed())).toEqual([
    ids.slice(3),
    ids.slice(0, 3),
  ])
  const blind = { ...ctx, permissions: new Set([...ctx.permissions].filter((permission) => permission !== 'people.read')) }
  expect(await previewSegmentChange(blind, { id: segment.id, rule })).toMatchObject({ entered: 3, people: null })
  const change = (direction: 'entered' | 'left') => people(ctx, { kind: 'change', segmentId: segment.id, rule, direction })
  expect([await change('entered'), await change('left')]).toEqual([ids.slice(3), ids.slice(0, 3)])
  expect(await readSegment(ctx, segment.id)).toMatchObject({ count: 3 })
})

it('tells of entering and leaving by events, once each, where the segment asks for it', async () => {
  const { ctx, ids } = await shop()
  const { id } = await createSegment(ctx, { ...plain, name: '下单', rule: ordered })
  await order(ctx, ids[0]!)
  await refreshSegment(ctx, id)
  await updateSegment(ctx, { id, announces: true })
  await order(ctx, ids[1]!)
  kit.clock.advance(dayMs + 1)
  await order(ctx, ids[2]!)
  await refreshSegment(ctx, id)
  await refreshSegment(ctx, id)
  await drainInbox(kit.platform)
  const events = await kit.platform.warehouse.rows<{ event: string; person: number; segment: string }>({
    sql: `select event, person_id as person, properties.segmentId::String as segment from events
      where workspace_id = {workspaceId:UInt32} and event in ('Segment Entered', 'Segment Left') order by person_id`,
    params: { workspaceId: ctx.workspaceId },
  })
  expect(events).toEqual([
    { event: 'Segment Left', person: ids[0], segment: id },
    { event: 'Segment Entered', person: ids[2], segment: id },
  ])
})

it('exports members masked with an audit row, all of one moment however long it takes, and nothing past the limit', async () => {
  const { ctx } = await shop()
  const segment = await createSegment(ctx, { ...plain, name: '上海', rule: city('上海') })
  let text = ''
  for await (const lines of await downloadSegmentMembers(ctx, segment.id)) text += lines
  expect(text.trim().split('\n')).toHaveLength(4)
  expect(text).toMatch(/138\*{4}000\d/)
  expect(text).not.toContain('13800000000')
  const { rows } = await sql<{
    count: number
  }>`select (detail ->> 'count')::int as count from audit_log where workspace_id = ${ctx.workspaceId} and action = 'segment.export'`.execute(kit.platform.db)
  expect(rows).toEqual([{ count: 3 }])
  const begun = await downloadSegmentMembers(ctx, segment.id)
  await makePerson(ctx, { attributes: { city: ['上海', 1] } })
  await refreshSegment(ctx, segment.id)
  text = ''
  for await (const lines of begun) text += lines
  expect(text.trim().split('\n')).toHaveLength(4)
  await sql`update segments set count = 100001 where id = ${segment.id}::uuid`.execute(kit.platform.db)
  await expect(downloadSegmentMembers(ctx, segment.id)).rejects.toMatchObject({ errorName: 'precondition', zh: expect.stringContaining('100000') })
})

it('sweeps sets that nobody looks up any more, and none that is shown', async () => {
  const { ctx, ids } = await shop()
  const { id } = await createSegment(ctx, { ...plain, name: '下单', rule: ordered })
  // A set of long ago, by the number of its run.
  await kit.platform.warehouse.run({
    sql: `insert into segment_sets (workspace_id, segment_id, run, people) select {workspaceId:UInt32}, {id:UUID}, 5, bitmapBuild([toUInt32(1)])`,
    params: { workspaceId: ctx.workspaceId, id },
  })
  expect(await sweepSets(kit.platform, ctx.workspaceId, { sweptAtLeast: 1 })).toBe(1)
  await order(ctx, ids[0]!)
  await refreshSegment(ctx, id)
  expect(await people(ctx, { kind: 'segment', segmentId: id })).toEqual([ids[0]])
})
