import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { preferenceKeys, type PreferenceKey, type PreferenceSettings } from '../../../../contracts/tag-rules.ts'
import { startTestKit, type TestKit } from '../../../test/kit.ts'
import type { Context } from '../../access/index.ts'
import { loadPeople, type TestPerson } from '../rule/testing/load-people.ts'
import { stepTagRules } from '../tag-rules/run-tag-rule.ts'
import { readTagRule } from '../tag-rules/tag-rule-row.ts'
import { listBuiltInTags, switchOnTag } from './built-in-tags.ts'

let kit: TestKit
let ctx: Context
const nowMs = Date.parse('2026-11-22T04:00:00Z')
beforeAll(async () => {
  kit = await startTestKit({ now: new Date(nowMs) })
})
beforeEach(async () => {
  ctx = await kit.workspace()
})
afterAll(() => kit.stop())

type TestEvent = NonNullable<TestPerson['events']>[number]
const hourMs = 3_600_000
const dayMs = 24 * hourMs

/** Numbers that are the same in every run. */
function lottery(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

const categories = ['护肤', '彩妆', '香氛', '母婴']

/** Some hundred people with orders, views and messages over 500 days, so that windows cut. */
function history(people: number): TestEvent[][] {
  const draw = lottery(7)
  const upTo = (max: number) => Math.floor(draw() * max)
  return Array.from({ length: people }, (_, index): TestEvent[] => {
    const taste = upTo(categories.length)
    const ticket = 0.5 + draw()
    const events: TestEvent[] = []
    const at = (daysMax: number) => new Date(nowMs - Math.floor(draw() * daysMax * 24) * hourMs - 1).toISOString()
    for (let left = upTo(9); left > 0; left--) {
      const category = categories[draw() < 0.6 ? taste : upTo(categories.length)]!
      const amountFen = Math.round(ticket * (5_000 + categories.indexOf(category) * 3_000) * (0.8 + draw() * 0.4))
      const properties: Record<string, unknown> = { category: index % 5 === 0 ? [category, category, '护肤'] : category }
      if (draw() < 0.5) properties['coupon'] = `C${upTo(9)}`
      if (draw() < 0.1) properties['coupon'] = ''
      if (draw() < 0.6) properties['discount'] = Math.round(draw() * 5_000) / 100
      events.push({ event: 'Order Completed', at: at(500), amountFen, properties })
    }
    for (let left = upTo(12); left > 0; left--) events.push({ event: 'Product Viewed', at: at(200), properties: {} })
    for (let left = upTo(8); left > 0; left--) {
      const messageId = index * 100 + left
      const channel = draw() < 0.4 ? { channel: 'email' } : draw() < 0.5 ? { channel: 'sms' } : {}
      events.push({ event: 'Message Accepted', at: at(400), properties: { messageId, ...channel } })
      if (draw() < 0.4) events.push({ event: 'Message Replied', at: at(300), properties: { messageId, ...channel } })
      if (draw() < 0.2) events.push({ event: 'Message Clicked', at: at(300), properties: { messageId, ...channel } })
    }
    return events
  })
}

/** People with their events, the events and properties known as the inbox would have noted them. */
async function seed(of: readonly TestEvent[][]): Promise<number[]> {
  const { db, warehouse } = kit.platform
  const { rows } = await sql<{ id: number }>`
    insert into people (workspace_id, attributes) select ${ctx.workspaceId}, '{}' from generate_series(1, ${of.length}) returning id`.execute(db)
  const ids = rows.map((row) => row.id)
  await loadPeople(
    warehouse,
    ctx.workspaceId,
    ids.map((personId, index) => ({ personId, events: of[index]! })),
  )
  for (const event of new Set(of.flat().map((each) => each.event)))
    await sql`insert into event_definitions (workspace_id, event) values (${ctx.workspaceId}, ${event})`.execute(db)
  if (of.flat().some(({ event }) => event === 'Order Completed'))
    for (const [property, type] of Object.entries({ category: 'text', coupon: 'text', discount: 'number' }))
      await sql`
        insert into event_properties (workspace_id, event, property, type, last_seen_at)
        values (${ctx.workspaceId}, 'Order Completed', ${property}, ${type}, now())`.execute(db)
  return ids
}

async function run(): Promise<void> {
  while (await stepTagRules(kit.platform));
}

async function valuesOf(tagId: string): Promise<Map<number, string>> {
  const { rows } = await sql<{ person_id: number; value: string }>`
    select person_id, value from person_tags where workspace_id = ${ctx.workspaceId} and tag_id = ${tagId}::uuid`.execute(kit.platform.db)
  return new Map(rows.map((row) => [row.person_id, row.value]))
}

/* ---------- the same, computed event by event ---------- */

interface Counted {
  key: string
  n: number
  last: number
}

/** Most often, then latest, then greatest. */
function most(counted: Counted[], compare: (a: string, b: string) => number): string | undefined {
  return counted.toSorted((a, b) => b.n - a.n || b.last - a.last || compare(b.key, a.key))[0]?.key
}

function tally(events: readonly TestEvent[], keysOf: (event: TestEvent) => string[]): Counted[] {
  const counted = new Map<string, Counted>()
  for (const event of events)
    for (const key of new Set(keysOf(event))) {
      const before = counted.get(key) ?? { key, n: 0, last: 0 }
      counted.set(key, { key, n: before.n + 1, last: Math.max(before.last, Date.parse(event.at)) })
    }
  return [...counted.values()]
}

const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b))
const since = (events: readonly TestEvent[], days: number) => events.filter(({ at }) => Date.parse(at) >= nowMs - days * dayMs)
const named = (events: readonly TestEvent[], ...names: string[]) => events.filter(({ event }) => names.includes(event))
const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0)
const shanghai = (at: string) => new Date(Date.parse(at) + 8 * hourMs)
const categoriesOf = ({ properties }: TestEvent) => [properties?.['category']].flat() as string[]
const noHabit = (events: readonly TestEvent[]) => events.length < 5 || new Set(events.map(({ at }) => shanghai(at).toISOString().slice(0, 10))).size < 2

function mediansOf(everyone: readonly TestEvent[][]): Map<string, number> {
  const prices = new Map<string, number[]>()
  for (const event of everyone.flatMap((events) => named(since(events, 365), 'Order Completed')))
    prices.set(categoriesOf(event)[0]!, [...(prices.get(categoriesOf(event)[0]!) ?? []), event.amountFen! / 100])
  return new Map([...prices].map(([category, all]) => [category, all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)]!]))
}

type Recomputed = (events: readonly TestEvent[], everyone: readonly TestEvent[][]) => string | undefined
const recomputed: Record<PreferenceKey, Recomputed> = {
  favouriteCategory(events) {
    const counted = tally(named(since(events, 365), 'Order Completed'), categoriesOf)
    return sum(counted.map(({ n }) => n)) < 3 ? undefined : most(counted, byBytes)
  },
  priceSensitivity(events, everyone) {
    const orders = named(since(events, 365), 'Order Completed')
    if (orders.length < 3) return undefined
    const medians = mediansOf(everyone)
    const ratio = sum(orders.map((order) => order.amountFen! / 100 / medians.get(categoriesOf(order)[0]!)!)) / orders.length
    return ratio < 0.8 ? '高' : ratio <= 1.25 ? '中' : '低'
  },
  activeHour(events) {
    const own = since(events, 90).filter(({ event }) => event !== 'Message Accepted')
    const hour = ({ at }: TestEvent) => [`${String(shanghai(at).getUTCHours()).padStart(2, '0')}:00`]
    return noHabit(own) ? undefined : most(tally(own, hour), byBytes)
  },
  activeWeekday(events) {
    const own = since(events, 90).filter(({ event }) => event !== 'Message Accepted')
    const days = ['周日', '周一', '周二', '周三', '周四', '周五', '周六']
    const order = [...days.slice(1), '周日']
    const best = most(
      tally(own, ({ at }) => [days[shanghai(at).getUTCDay()]!]),
      (a, b) => order.indexOf(a) - order.indexOf(b),
    )
    return noHabit(own) ? undefined : best
  },
  bestChannel(events) {
    const channelOf = ({ properties }: TestEvent) => (properties?.['channel'] as string | undefined) ?? 'sms'
    const recent = since(events, 365)
    const rated = ['sms', 'email'].flatMap((channel) => {
      const ours = recent.filter((event) => channelOf(event) === channel)
      const sent = named(ours, 'Message Accepted').length
      const answers = named(ours, 'Message Replied', 'Message Clicked')
      const answered = Math.min(sent, new Set(answers.map(({ properties }) => properties?.['messageId'])).size)
      return sent < 3 || answered === 0 ? [] : [{ channel, rate: answered / sent, answered, last: Math.max(...answers.map(({ at }) => Date.parse(at))) }]
    })
    const [best] = rated.toSorted((a, b) => b.rate - a.rate || b.answered - a.answered || b.last - a.last || byBytes(b.channel, a.channel))
    return best && { sms: '短信', email: '邮件' }[best.channel]
  },
  couponAffinity(events) {
    const orders = named(since(events, 365), 'Order Completed')
    if (orders.length < 2) return undefined
    const used = orders.filter(({ properties }) => Boolean(properties?.['coupon'])).length
    const share = used / orders.length
    return used === 0 ? '从不用券' : share < 0.3 ? '偶尔用券' : share < 0.7 ? '经常用券' : '几乎总用券'
  },
  discountShare(events) {
    const orders = named(since(events, 365), 'Order Completed')
    if (orders.length < 2) return undefined
    const discount = sum(orders.map(({ properties }) => Number(properties?.['discount'] ?? 0)))
    const share = discount / (sum(orders.map(({ amountFen }) => amountFen! / 100)) + discount)
    return share === 0 ? '无折扣' : share < 0.1 ? '10% 以内' : share < 0.3 ? '10%–30%' : '30% 以上'
  },
}

describe('preferences', () => {
  it('say of everyone what is computed event by event, and nothing of whoever has too little evidence', async () => {
    const everyone = history(400)
    const ids = await seed(everyone)
    for (const key of preferenceKeys) await switchOnTag(ctx, { key, settings: {}, locale: 'zh' })
    await run()
    const listed = await listBuiltInTags(ctx)
    for (const key of preferenceKeys) {
      const { tag, rule, proposed } = listed.find((each) => each.key === key)!
      expect(rule).toMatchObject({ lastRun: { state: 'finished', error: null }, settings: proposed })
      const wanted = new Map(
        everyone.map((events, index) => [ids[index]!, recomputed[key](events, everyone)] as const).filter(([, value]) => value !== undefined),
      )
      expect([key, Object.fromEntries(await valuesOf(tag!.id))]).toEqual([key, Object.fromEntries(wanted)])
      // Both are there: people with a value, of more than one kind, and people without.
      expect(new Set(wanted.values()).size).toBeGreaterThan(1)
      expect(wanted.size).toBeLessThan(ids.length)
    }
  })

  it('follow settings that are changed, in the language they began with', async () => {
    const order = (category: string, daysAgo: number): TestEvent => ({
      event: 'Order Completed',
      at: new Date(nowMs - daysAgo * dayMs).toISOString(),
      amountFen: 100,
      properties: { category, maker: '甲' },
    })
    const [kept = 0] = await seed([[order('护肤', 1), order('护肤', 2), order('彩妆', 3), order('彩妆', 40), order('彩妆', 50)]])
    const { tagId } = await switchOnTag(ctx, { key: 'favouriteCategory', settings: {}, locale: 'zh' })
    await run()
    expect(await valuesOf(tagId)).toEqual(new Map([[kept, '彩妆']]))
    const again = await switchOnTag(ctx, { key: 'favouriteCategory', settings: { days: 30 }, locale: 'en' })
    expect(again).toMatchObject({ tagId, settings: { days: 30, locale: 'zh', event: 'Order Completed' } satisfies Partial<PreferenceSettings> })
    await run()
    expect(await valuesOf(tagId)).toEqual(new Map([[kept, '护肤']]))
    await expect(switchOnTag(ctx, { key: 'favouriteCategory', settings: { event: 'Nothing' }, locale: 'zh' })).rejects.toMatchObject({
      problems: [{ at: 'body.settings.event' }],
    })
  })

  it('say what the data lacks, and take a name of their own beside a tag somebody made', async () => {
    const listed = await listBuiltInTags(ctx)
    expect(listed.every(({ missing, tag }) => missing.length > 0 && tag === null)).toBe(true)
    await expect(switchOnTag(ctx, { key: 'couponAffinity', settings: {}, locale: 'zh' })).rejects.toMatchObject({ errorName: 'precondition' })
    await expect(switchOnTag(ctx, { key: 'clicked', settings: {}, locale: 'zh' })).rejects.toMatchObject({ errorName: 'precondition' })
    await sql`insert into tags (workspace_id, name, kind, created_at, updated_at) values (${ctx.workspaceId}, '活跃时段', 'flag', now(), now())`.execute(
      kit.platform.db,
    )
    await seed([[{ event: 'Product Viewed', at: new Date(nowMs - dayMs).toISOString() }]])
    expect(await switchOnTag(ctx, { key: 'activeHour', settings: {}, locale: 'zh' })).toMatchObject({ tagName: '活跃时段（自动计算）', source: 'preference' })
  })
})

describe('feedback', () => {
  it('gives the tags whose rules the data carries', async () => {
    const message = (messageId: number, daysAgo: number): TestEvent => ({
      event: 'Message Accepted',
      at: new Date(nowMs - daysAgo * dayMs).toISOString(),
      properties: { messageId },
    })
    const reply = (messageId: number, daysAgo: number): TestEvent => ({ ...message(messageId, daysAgo), event: 'Message Replied' })
    const order = (daysAgo: number, coupon?: string): TestEvent => ({
      event: 'Order Completed',
      at: new Date(nowMs - daysAgo * dayMs).toISOString(),
      amountFen: 100,
      properties: coupon === undefined ? {} : { coupon },
    })
    const [ignores = 0, replies = 0, buys = 0, couponed = 0] = await seed([
      [message(1, 40), message(2, 30), message(3, 20)],
      [message(4, 40), message(5, 30), reply(5, 29.5), message(6, 20)],
      [message(7, 30), order(28)],
      [message(8, 30), order(24, 'C1')],
    ])
    const people = async (key: 'replied' | 'ignoredThrice' | 'boughtAfterMessage' | 'boughtAfterCoupon') => {
      const { tagId } = await switchOnTag(ctx, { key, settings: {}, locale: 'zh' })
      await run()
      expect(await readTagRule(ctx, tagId)).toMatchObject({ live: true, source: 'feedback', preset: key, lastRun: { error: null } })
      return [...(await valuesOf(tagId)).keys()]
    }
    expect(await people('replied')).toEqual([replies])
    expect(await people('ignoredThrice')).toEqual([ignores])
    expect(await people('boughtAfterMessage')).toEqual([buys])
    expect(await people('boughtAfterCoupon')).toEqual([couponed])
  })
})
