import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Rule } from '../../../../contracts/rule.ts'
import { TagRuleInput } from '../../../../contracts/tag-rules.ts'
import { TagInput } from '../../../../contracts/tags.ts'
import { startTestKit, type TestKit } from '../../../test/kit.ts'
import type { Context } from '../../access/index.ts'
import { inTransaction } from '../../platform/postgres/in-transaction.ts'
import { applyTags, createTag } from '../../tags/index.ts'
import { loadPeople, type TestPerson } from '../rule/testing/load-people.ts'
import { LiveTags } from './live-tags.ts'
import { previewTagRule } from './preview-tag-rule.ts'
import { stepTagRules } from './run-tag-rule.ts'
import { askTagRule, deleteTagRule, pauseTagRule, saveTagRule } from './save-tag-rule.ts'
import { keepTagDays, readTagDays } from './tag-days.ts'
import { listTagRules, readTagRule } from './tag-rule-row.ts'

let kit: TestKit
let ctx: Context
beforeAll(async () => {
  kit = await startTestKit({ now: '2026-11-22T04:00:00Z' })
})
beforeEach(async () => {
  ctx = await kit.workspace()
})
afterAll(() => kit.stop())

const inCity = (city: string): Rule => ({ kind: 'attribute', attribute: 'city', test: { type: 'text', operator: 'is', values: [city] } })
const bought: Rule = {
  kind: 'event',
  event: 'Order Completed',
  filters: [],
  measure: { kind: 'times' },
  comparison: { operator: 'atLeast', values: [1] },
  window: { kind: 'last', amount: 30, unit: 'day' },
}

/** People in both stores, in the cities given. */
async function peopleIn(cities: readonly string[], more: Partial<TestPerson> = {}): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    insert into people (workspace_id, attributes) select ${ctx.workspaceId}, jsonb_build_object('name', '客户' || n, 'city', city)
    from unnest(${cities}::text[]) with ordinality as given (city, n) order by n returning id`.execute(kit.platform.db)
  const ids = rows.map((row) => row.id)
  await loadPeople(
    kit.platform.warehouse,
    ctx.workspaceId,
    ids.map((personId, index) => ({ personId, attributes: { city: cities[index] }, ...more })),
  )
  return ids
}

/** Moves people to a city in the warehouse, where rules are read. */
async function move(personId: number, city: string): Promise<void> {
  const at = '2026-01-01 00:00:00.000'
  const row = {
    workspace_id: ctx.workspaceId,
    person_id: personId,
    attributes: { city },
    has_phone: 1,
    has_email: 0,
    created_at: at,
    version: 2,
    is_deleted: 0,
  }
  await kit.platform.warehouse.insertRows('people', [row], { token: `move ${personId} ${city}` })
}

const order = (personId: number) =>
  loadPeople(kit.platform.warehouse, ctx.workspaceId, [
    { personId, attributes: { city: '上海' }, events: [{ event: 'Order Completed', at: '2026-11-22T03:00:00Z', amountFen: 100 }] },
  ])

const newTag = (more: Partial<TagInput> = {}) => createTag(ctx, TagInput.parse({ name: `标签 ${crypto.randomUUID().slice(0, 8)}`, ...more }))
const save = (tagId: string, cases: [value: string, rule: Rule][], more: Partial<TagRuleInput> = {}) =>
  saveTagRule(ctx, { tagId, ...TagRuleInput.parse({ cases: cases.map(([value, rule]) => ({ value, rule })) }), ...more })
async function run(): Promise<void> {
  while (await stepTagRules(kit.platform));
}
async function byHand(tagId: string, personId: number, value = ''): Promise<void> {
  await inTransaction(kit.platform.pool, (client) =>
    applyTags(client, { workspaceId: ctx.workspaceId, entries: [{ personId, tagId, value }], source: 'manual', originId: null, now: kit.clock.now() }),
  )
}
async function held(tagId: string): Promise<string[]> {
  const { rows } = await sql<{ text: string }>`
    select person_id || coalesce(nullif('=' || value, '='), '') || ' ' || source as text from person_tags
    where workspace_id = ${ctx.workspaceId} and tag_id = ${tagId}::uuid order by person_id, value`.execute(kit.platform.db)
  return rows.map((row) => row.text)
}

describe('a rule of a tag', () => {
  it('gives and takes what differs, leaves what was given by hand, and says what a run did', async () => {
    const [a = 0, b = 0, c = 0] = await peopleIn(['上海', '上海', '杭州'])
    const tag = await newTag()
    await byHand(tag.id, c)
    const saved = await save(tag.id, [['', inCity('上海')]])
    expect(saved).toMatchObject({ lastRun: null, sentences: [{ zh: expect.stringContaining('上海') }], pausedAt: null })
    await run()
    expect(await held(tag.id)).toEqual([`${a} rule`, `${b} rule`, `${c} manual`])
    expect((await readTagRule(ctx, tag.id)).lastRun).toMatchObject({ cause: 'saved', state: 'finished', people: 2, given: 2, taken: 0 })

    await move(b, '北京')
    await byHand(tag.id, a)
    await askTagRule(ctx, tag.id)
    await run()
    expect(await held(tag.id)).toEqual([`${a} manual`, `${c} manual`])
    expect((await readTagRule(ctx, tag.id)).lastRun).toMatchObject({ cause: 'asked', given: 0, taken: 1 })
    // What was made the operator's own is taken away by no rule.
    await move(a, '北京')
    await askTagRule(ctx, tag.id)
    await run()
    expect(await held(tag.id)).toEqual([`${a} manual`, `${c} manual`])
  })

  it('gives the value of the first case that holds and replaces it, but not a value set by hand', async () => {
    const [a = 0, b = 0, c = 0, d = 0] = await peopleIn(['上海', '杭州', '北京', '上海'])
    const tag = await newTag({ kind: 'value', many: false, values: ['华东', '沪', '其他'] })
    await byHand(tag.id, d, '其他')
    const east: Rule = { kind: 'any', rules: [inCity('上海'), inCity('杭州')] }
    await save(tag.id, [
      ['沪', inCity('上海')],
      ['华东', east],
    ])
    await run()
    expect(await held(tag.id)).toEqual([`${a}=沪 rule`, `${b}=华东 rule`, `${d}=其他 manual`])
    await move(a, '杭州')
    await move(b, '北京')
    expect(await previewTagRule(ctx, { tagId: tag.id, cases: [{ value: '华东', rule: east }], leaving: 'take' })).toMatchObject({
      people: 2,
      values: [{ value: '华东', people: 2 }],
      given: 1,
      taken: 1,
      byHand: 1,
      gets: [{ personId: a, name: '客户1', value: '华东' }],
      loses: [{ personId: b, value: '华东' }],
    })
    await askTagRule(ctx, tag.id)
    await run()
    expect(await held(tag.id)).toEqual([`${a}=华东 rule`, `${d}=其他 manual`])
    expect(c).toBeGreaterThan(b)
  })

  it('works in pages: more people than one holds, each exactly once, and again changes nothing', async () => {
    await peopleIn(Array.from({ length: 12_345 }, (_, index) => (index % 2 ? '上海' : '杭州')))
    const tag = await newTag()
    await save(tag.id, [['', { kind: 'all', rules: [] }]])
    await run()
    expect((await readTagRule(ctx, tag.id)).lastRun).toMatchObject({ people: 12_345, given: 12_345 })
    await save(tag.id, [['', inCity('杭州')]])
    await run()
    expect((await readTagRule(ctx, tag.id)).lastRun).toMatchObject({ people: 6_173, given: 0, taken: 6_172 })
    await askTagRule(ctx, tag.id)
    await run()
    expect((await readTagRule(ctx, tag.id)).lastRun).toMatchObject({ given: 0, taken: 0 })
    const { rows } = await sql<{ changes: number }>`
      select count(*)::int as changes from person_tag_changes where workspace_id = ${ctx.workspaceId} and tag_id = ${tag.id}::uuid`.execute(kit.platform.db)
    expect(rows[0]!.changes).toBe(12_345 + 6_172)
  })

  it('lets tags stay when told so, does nothing while paused, and runs again when its time has come', async () => {
    const [a = 0] = await peopleIn(['上海'])
    const tag = await newTag({ expiresAfterDays: 30 })
    await save(tag.id, [['', inCity('上海')]], { leaving: 'stay', refreshMinutes: 60 })
    await run()
    const { rows } = await sql<{ days: number }>`
      select extract(day from expires_at - set_at)::int as days from person_tags where tag_id = ${tag.id}::uuid`.execute(kit.platform.db)
    expect(rows).toEqual([{ days: 30 }])
    await move(a, '北京')
    expect((await pauseTagRule(ctx, { tagId: tag.id, paused: true })).nextRunAt).toBeNull()
    await expect(askTagRule(ctx, tag.id)).rejects.toMatchObject({ errorName: 'precondition' })
    kit.clock.advance(2 * 3_600_000)
    await run()
    expect((await readTagRule(ctx, tag.id)).lastRun).toMatchObject({ cause: 'saved' })
    await pauseTagRule(ctx, { tagId: tag.id, paused: false })
    await run()
    expect(await held(tag.id)).toEqual([`${a} rule`])
    const before = (await readTagRule(ctx, tag.id)).nextRunAt!
    expect(Date.parse(before)).toBe(kit.clock.now().getTime() + 3_600_000)
    kit.clock.advance(3_600_000)
    await run()
    expect((await readTagRule(ctx, tag.id)).lastRun).toMatchObject({ cause: 'schedule', state: 'finished', given: 0 })
    await deleteTagRule(ctx, tag.id)
    expect(await listTagRules(ctx)).toEqual([])
    expect(await held(tag.id)).toEqual([`${a} rule`])
  })

  it('says at its node what is wrong, refuses circles, and a run that fails says why and holds up no other', async () => {
    const [flag, other] = [await newTag(), await newTag()]
    const asksFor = (tagId: string): Rule => ({ kind: 'tag', tagId, values: [], window: { kind: 'ever' } })
    await save(flag.id, [['', inCity('上海')]])
    await save(other.id, [['', asksFor(flag.id)]])
    await expect(save(flag.id, [['', { kind: 'not', rule: asksFor(other.id) }]])).rejects.toMatchObject({ problems: [{ at: 'body.cases' }] })
    await expect(save(flag.id, [['高', inCity('上海')]])).rejects.toMatchObject({ problems: [{ at: 'body.cases.0.value' }] })
    const gone = '0190a000-0000-7000-8000-00000000dead'
    await expect(save(flag.id, [['', { kind: 'all', rules: [{ kind: 'segment', segmentId: gone }] }]])).rejects.toMatchObject({
      problems: [{ at: 'body.cases.0.rule.rules.0.segmentId' }],
    })
    const broken = JSON.stringify([{ value: '', rule: { kind: 'segment', segmentId: gone } }])
    await sql`update tag_rules set cases = ${broken}::jsonb where tag_id = ${flag.id}::uuid`.execute(kit.platform.db)
    await run()
    expect((await readTagRule(ctx, flag.id)).lastRun).toMatchObject({ state: 'failed', error: { zh: expect.stringContaining('分群') } })
    expect((await readTagRule(ctx, other.id)).lastRun).not.toBeNull()
  })

  it('keeps the coverage of each day', async () => {
    await peopleIn(['上海', '上海'])
    const tag = await newTag()
    await sql`update tags set people = 2, counted_at = ${kit.clock.now()} where id = ${tag.id}::uuid`.execute(kit.platform.db)
    await keepTagDays(kit.platform)
    const first = await readTagDays(ctx, { tagId: tag.id, days: 30 })
    kit.clock.advance(86_400_000)
    await sql`update tags set people = 5, counted_at = ${kit.clock.now()} where id = ${tag.id}::uuid`.execute(kit.platform.db)
    await keepTagDays(kit.platform)
    await keepTagDays(kit.platform)
    expect((await readTagDays(ctx, { tagId: tag.id, days: 30 })).map(({ people }) => people)).toEqual([2, 5])
    expect(first).toHaveLength(1)
    kit.clock.advance(-86_400_000)
  })
})

describe('live tags', () => {
  it('follow what was just consumed, for the people it was about and no others, once', async () => {
    const [a = 0, b = 0, c = 0] = await peopleIn(['上海', '上海', '上海'])
    const [tag, still] = [await newTag(), await newTag()]
    await save(tag.id, [['', { kind: 'all', rules: [bought, inCity('上海')] }]], { live: true })
    await save(still.id, [['', bought]])
    await run()
    const live = new LiveTags()
    expect(await live.step(kit.platform)).toBe(false)
    for (const id of [a, b, c]) await order(id)
    live.note({ workspaceId: ctx.workspaceId, personIds: [a], events: ['Order Completed'] })
    live.note({ workspaceId: ctx.workspaceId, personIds: [b], events: ['Product Viewed'] })
    expect(await live.step(kit.platform)).toBe(true)
    expect(await live.step(kit.platform)).toBe(false)
    expect(await held(tag.id)).toEqual([`${a} rule`, `${b} rule`])
    expect(await held(still.id)).toEqual([])
    live.note({ workspaceId: ctx.workspaceId, personIds: [a, b], events: ['Order Completed'] })
    live.note({ workspaceId: ctx.workspaceId, personIds: [c], events: ['Page Viewed'] })
    await pauseTagRule(ctx, { tagId: tag.id, paused: true })
    await live.step(kit.platform)
    expect(await held(tag.id)).toHaveLength(2)
    await pauseTagRule(ctx, { tagId: tag.id, paused: false })
    live.note({ workspaceId: ctx.workspaceId, personIds: [c], events: ['Page Viewed'] })
    await live.step(kit.platform)
    expect(await held(tag.id)).toHaveLength(2)
    expect(await readTagRule(ctx, tag.id)).toMatchObject({ liveGiven: 2, liveTaken: 0, liveAt: expect.any(String) })
  })

  it('take a tag away from whoever does what ends it', async () => {
    const [a = 0] = await peopleIn(['上海'])
    const tag = await newTag()
    await save(tag.id, [['', { kind: 'not', rule: bought }]], { live: true })
    await run()
    expect(await held(tag.id)).toEqual([`${a} rule`])
    await order(a)
    const live = new LiveTags()
    live.note({ workspaceId: ctx.workspaceId, personIds: [a], events: ['Order Completed'] })
    await live.step(kit.platform)
    expect(await held(tag.id)).toEqual([])
    expect(await readTagRule(ctx, tag.id)).toMatchObject({ liveGiven: 0, liveTaken: 1 })
  })
})
