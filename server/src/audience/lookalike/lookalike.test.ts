import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Rule } from '../../../../contracts/rule.ts'
import type { Lookalike } from '../../../../contracts/lookalike.ts'
import { startTestKit, type TestKit } from '../../../test/kit.ts'
import type { Context } from '../../access/index.ts'
import { registerPopulation } from '../../people/index.ts'
import { createSegment } from '../save-segment.ts'
import { deleteSegment } from '../delete-segment.ts'
import { setPopulation } from '../segments/set-population.ts'
import { createStaticSegment } from '../segments/static-segments.ts'
import { cancelLookalike, deleteLookalike } from './end-lookalike.ts'
import { listLookalikePeople } from './list-lookalike-people.ts'
import { readLookalike } from './lookalike-row.ts'
import { stepLookalikes } from './run-lookalikes.ts'
import { roles } from './score-statement.ts'
import { startLookalike } from './start-lookalike.ts'
import { makeTown, trueAuc, type Town } from './testing/make-town.ts'

const now = '2026-11-22T04:00:00Z'
let kit: TestKit
let town: Town
let ctx: Context
let seedId: string
beforeAll(async () => {
  kit = await startTestKit({ now })
  registerPopulation(setPopulation)
  ctx = await kit.workspace()
  town = await makeTown(ctx, { people: 6_000, now: new Date(now) })
  seedId = await keep('种子', town.members)
})
afterAll(() => kit.stop())

const step = () => stepLookalikes(kit.platform, new AbortController().signal)
const asked: { withRuleFeatures: boolean; excluded: string[] } = { withRuleFeatures: false, excluded: [] }

async function keep(name: string, personIds: number[], where = ctx): Promise<string> {
  return (await createStaticSegment(where, { name, description: '', of: { kind: 'people', personIds } })).id
}

async function made(seedSegmentId: string, options: Partial<typeof asked> = {}): Promise<Lookalike> {
  const { id } = await startLookalike(ctx, { seedSegmentId, ...asked, ...options })
  expect(await step()).toBe(true)
  return readLookalike(ctx, id)
}

const scoresOf = async ({ id }: { id: string }) =>
  kit.platform.warehouse.rows<{ personId: number; score: number; role: number }>({
    sql: 'select person_id as personId, score, role from lookalike_scores where workspace_id = {workspaceId:UInt32} and lookalike_id = {id:UUID} order by person_id',
    params: { workspaceId: ctx.workspaceId, id },
  })

describe('a seed with a reason', () => {
  let model: Lookalike
  beforeAll(async () => {
    model = await made(seedId)
  })

  it('is told apart about as well as its true reasons allow, and by them', () => {
    expect(model).toMatchObject({ state: 'finished', problem: null, progress: 1 })
    const result = model.result!
    const best = trueAuc(town)
    expect(result.auc).toBeGreaterThan(best - 0.05)
    expect(result.auc).toBeLessThan(best + 0.05)
    expect([result.aucLow < result.auc, result.aucHigh > result.auc]).toEqual([true, true])
    const sources = result.drivers.slice(0, 6).map(({ source }) => source)
    expect(sources).toContain('event:Order Completed')
    expect(sources).toContain('attribute:tier')
    const gold = result.drivers.find(({ label }) => label.zh === '等级：金卡')!
    expect(gold.weight).toBeGreaterThan(0)
    expect(gold.seedMean).toBeGreaterThan(gold.everyoneMean)
    expect(result.drivers.every(({ label }) => label.zh !== '' && label.en !== '')).toBe(true)
    expect(result.drivers.some(({ source }) => source === 'attribute:name')).toBe(false)
    expect(result).toMatchObject({ seed: town.members.length, people: town.people.length, warnings: [] })
  })

  it('has a curve that begins above chance and ends at everybody', () => {
    const { curve } = model.result!
    const last = curve.at(-1)!
    expect(last).toMatchObject({ size: town.people.length - town.members.length, share: 1, recall: 1, lift: 1 })
    expect(curve[0]!.lift).toBeGreaterThan(2)
    for (const [index, point] of curve.entries()) {
      expect(point.recall).toBeGreaterThanOrEqual(curve[Math.max(0, index - 1)]!.recall)
      expect(point.liftLow).toBeLessThanOrEqual(point.lift + 1e-9)
      expect(point.liftHigh).toBeGreaterThanOrEqual(point.lift - 1e-9)
    }
  })

  it('ranks everybody once and says the same when it is made again', async () => {
    const scores = await scoresOf(model)
    expect(scores.map(({ personId }) => personId)).toEqual(town.people.map(({ personId }) => personId))
    const members = new Set(town.members)
    expect(scores.every(({ personId, role }) => (role === roles.heldOut || role === roles.seed) === members.has(personId))).toBe(true)
    const again = await made(seedId)
    expect(await scoresOf(again)).toEqual(scores)
    const { tookSeconds: _, ...result } = model.result!
    expect(again.result).toMatchObject(result)
  })

  it('lists people by rank, page by page, with or without the seed', async () => {
    const pages = await listLookalikePeople(ctx, { id: model.id, limit: 30, seed: 'without' })
    const rest = await listLookalikePeople(ctx, { id: model.id, limit: 30, seed: 'without', cursor: pages.nextCursor! })
    const items = [...pages.items, ...rest.items]
    expect(items.map(({ rank }) => rank)).toEqual(Array.from({ length: 60 }, (_, index) => index + 1))
    expect(items.every(({ likeness }, index) => index === 0 || likeness <= items[index - 1]!.likeness)).toBe(true)
    expect(items.some(({ person }) => town.members.includes(person.personId))).toBe(false)
    const all = await listLookalikePeople(ctx, { id: model.id, limit: 60, seed: 'with' })
    expect(all.items.filter(({ inSeed, person }) => inSeed !== town.members.includes(person.personId))).toEqual([])
    expect(all.items.filter(({ inSeed }) => inSeed).length).toBeGreaterThan(10)
  })

  it('is kept as a static segment: the best so many, alone or with the seed', async () => {
    const best = await listLookalikePeople(ctx, { id: model.id, limit: 150, seed: 'without' })
    const of = { kind: 'lookalike', lookalikeId: model.id, size: 150, withSeed: false } as const
    const kept = await createStaticSegment(ctx, { name: '相似的 150 人', description: '', of })
    expect(kept).toMatchObject({ count: 150, kind: 'static', sentence: { zh: `相似人群「${model.name}」的前 150 人` } })
    const page = await setPopulation.page(ctx, { set: { kind: 'segment', segmentId: kept.id } }, { before: null, limit: 200 })
    expect(page.personIds.toSorted((a, b) => a - b)).toEqual(best.items.map(({ person }) => person.personId).toSorted((a, b) => a - b))
    const both = await createStaticSegment(ctx, { name: '连同种子', description: '', of: { ...of, withSeed: true } })
    expect(both.count).toBe(150 + town.members.length)
    const { rows } = await sql<{ action: string }>`select action from audit_log where workspace_id = ${ctx.workspaceId} and target_id = ${kept.id}`.execute(
      kit.platform.db,
    )
    expect(rows).toEqual([{ action: 'segment.create' }])
  })

  it('leaves out what was asked to be left out', async () => {
    const { result } = await made(seedId, { excluded: ['attribute:tier', 'event:Order Completed'] })
    expect(result!.drivers.some(({ source }) => source === 'attribute:tier' || source === 'event:Order Completed')).toBe(false)
    expect(result!.leftOut.map(({ source, because }) => [source, because])).toEqual([
      ['attribute:tier', 'asked'],
      ['event:Order Completed', 'asked'],
    ])
    expect(result!.auc).toBeLessThan(model.result!.auc)
  })
})

it('says that people without a common reason are told apart no better than by chance', async () => {
  const random = town.people.filter(({ personId }) => (personId * 2_654_435_761) % 4_294_967_296 < 4_294_967_296 / 10)
  const { result } = await made(
    await keep(
      '随便的人',
      random.map(({ personId }) => personId),
    ),
  )
  expect(Math.abs(result!.auc - 0.5)).toBeLessThan(0.1)
  expect(result!.aucLow).toBeLessThanOrEqual(0.5)
  expect(result!.warnings.map(({ kind }) => kind)).toContain('chance')
})

it('does not weigh what the rule of the seed names, unless told to, and then says so', async () => {
  const rule = Rule.parse({ kind: 'attribute', attribute: 'tier', test: { type: 'text', operator: 'is', values: ['金卡'] } })
  const inner = await createSegment(ctx, { name: '金卡', description: '', rule })
  const outer = await createSegment(ctx, { name: '金卡的人', description: '', rule: { kind: 'all', rules: [{ kind: 'segment', segmentId: inner.id }] } })
  const without = await made(outer.id)
  expect(without.result!.leftOut).toMatchObject([{ source: 'attribute:tier', because: 'rule' }])
  expect(without.result!.auc).toBeLessThan(0.7)
  const kinds = ({ result }: Lookalike) => result!.warnings.map(({ kind }) => kind)
  expect(kinds(without)).not.toContain('tooGood')
  const all = await made(outer.id, { withRuleFeatures: true })
  expect(all.result!.auc).toBeGreaterThan(0.98)
  expect(kinds(all)).toEqual(expect.arrayContaining(['ruleFeatures', 'tooGood']))
})

it('refuses a seed that is too small, of another workspace, or nearly everybody, and says what to do', async () => {
  const few = await keep('几个人', town.members.slice(0, 99))
  await expect(startLookalike(ctx, { seedSegmentId: few, ...asked })).rejects.toMatchObject({
    errorName: 'precondition',
    zh: expect.stringContaining('只有 99 人'),
  })
  const other = await kit.workspace()
  await expect(startLookalike(other, { seedSegmentId: seedId, ...asked })).rejects.toMatchObject({ errorName: 'not-found' })
  const nearly = await keep(
    '几乎所有人',
    town.people.slice(100).map(({ personId }) => personId),
  )
  expect(await made(nearly)).toMatchObject({ state: 'failed', result: null, problem: { zh: expect.stringContaining('没有可以再找的人') } })
})

it('fails with words when the seed is deleted before its turn, and keeps what was made when it is deleted after', async () => {
  const seed = await keep('短命', town.members)
  const { id } = await startLookalike(ctx, { seedSegmentId: seed, ...asked })
  await deleteSegment(ctx, seed)
  await step()
  expect(await readLookalike(ctx, id)).toMatchObject({
    state: 'failed',
    seed: { segmentId: null, name: '短命' },
    problem: { zh: expect.stringContaining('已被删除') },
  })
})

it('stops when it is cancelled or deleted on its way, and leaves no ranking behind', async () => {
  const run = kit.platform.warehouse.run.bind(kit.platform.warehouse)
  const ranked = async () =>
    (await kit.platform.warehouse.rows<{ id: string }>({ sql: 'select distinct toString(lookalike_id) as id from lookalike_scores' })).map((row) => row.id)
  for (const end of [cancelLookalike, deleteLookalike]) {
    const { id } = await startLookalike(ctx, { seedSegmentId: seedId, ...asked })
    kit.platform.warehouse.run = async (statement, options) => {
      await run(statement, options)
      if (!statement.sql.includes('insert into lookalike_scores')) return
      kit.platform.warehouse.run = run
      await end(ctx, id)
    }
    await step()
    const left = await readLookalike(ctx, id).catch((error: unknown) => error)
    expect(left).toMatchObject(end === cancelLookalike ? { state: 'cancelled', result: null, step: null } : { errorName: 'not-found' })
    expect(await ranked()).not.toContain(id)
  }
  expect(await step()).toBe(false)
})

it('is begun anew when its maker died, and given up after three times', async () => {
  const { id } = await startLookalike(ctx, { seedSegmentId: seedId, ...asked })
  const die = (attempts: number, leasedUntil: string) =>
    sql`update lookalikes set state = 'running', attempts = ${attempts}, run = 1, leased_until = ${leasedUntil} where id = ${id}::uuid`.execute(kit.platform.db)
  await die(1, '2026-11-22T04:00:30Z')
  expect(await step()).toBe(false)
  await die(1, '2026-11-22T03:59:00Z')
  expect(await step()).toBe(true)
  expect(await readLookalike(ctx, id)).toMatchObject({ state: 'finished' })
  await die(3, '2026-11-22T03:59:00Z')
  await step()
  expect(await readLookalike(ctx, id)).toMatchObject({ state: 'failed', problem: { zh: expect.stringContaining('中断了 3 次') } })
})

it('waits for whoever comes next when the process stops', async () => {
  const { id } = await startLookalike(ctx, { seedSegmentId: seedId, ...asked })
  await stepLookalikes(kit.platform, AbortSignal.abort(new Error('The process ends')))
  expect(await readLookalike(ctx, id)).toMatchObject({ state: 'waiting', step: null })
  await step()
  expect((await readLookalike(ctx, id)).state).toBe('finished')
})
