import { orderEvent } from '../../../contracts/collect.ts'
import type { Overview } from '../../../contracts/insight.ts'
import { productEvents } from '../../../contracts/rule.ts'
import type { Context } from '../access/index.ts'
import { readMainLayerModel } from '../audience/index.ts'
import { conversionRate, listMeasuredCampaigns } from '../campaigns/index.ts'
import { canonicalPerson, type PersonColumn } from '../people/index.ts'
import { workspaceTimezone } from '../workspaces/index.ts'
import { findAttention } from './find-attention.ts'

interface Totals {
  active: number
  activeBefore: number
  orders: number
  ordersBefore: number
  revenueFen: number
  revenueFenBefore: number
  buyers: number
  buyersBefore: number
  sent: number
  sentBefore: number
  delivered: number
  deliveredBefore: number
  optedOut: number
  optedOutBefore: number
  costFen: number
  costFenBefore: number
}

interface Span {
  workspaceId: number
  days: number
  /** What happened in this very millisecond counts. */
  nowMs: number
  timezone: string
  orderEvent: string
}

interface Reading {
  span: Span
  person: PersonColumn
}

/** Events the product writes itself are not somebody being active. */
const ownEvents = `(${productEvents.map((event) => `'${event}'`).join(', ')})`

/** The state of the business over the last `days`, and the same length of time before. A handful of statements, whatever the number of people. */
export async function readOverview(ctx: Context, { days }: { days: number }): Promise<Overview> {
  const now = ctx.platform.clock.now()
  const span: Span = { workspaceId: ctx.workspaceId, days, nowMs: now.getTime(), timezone: await workspaceTimezone(ctx), orderEvent }
  const reading: Reading = { span, person: await canonicalPerson(ctx) }
  const [totals, people, series, topEvents, main, campaigns, attention] = await Promise.all([
    readTotals(ctx, reading),
    readPeople(ctx, span),
    readSeries(ctx, reading),
    readTopEvents(ctx, reading),
    readMainLayerModel(ctx),
    listMeasuredCampaigns(ctx, 6),
    findAttention(ctx),
  ])
  const trend = (value: number, previous: number) => ({ value, previous })
  return {
    asOf: now.toISOString(),
    days,
    people: { total: people.total, withPhone: people.withPhone, new: trend(people.new, people.newBefore), active: trend(totals.active, totals.activeBefore) },
    orders: {
      count: trend(totals.orders, totals.ordersBefore),
      revenueFen: trend(totals.revenueFen, totals.revenueFenBefore),
      buyers: trend(totals.buyers, totals.buyersBefore),
    },
    messages: {
      sent: trend(totals.sent, totals.sentBefore),
      delivered: trend(totals.delivered, totals.deliveredBefore),
      optedOut: trend(totals.optedOut, totals.optedOutBefore),
      costFen: trend(Math.round(totals.costFen), Math.round(totals.costFenBefore)),
    },
    series,
    layerModel: { id: main.id, name: main.name, computedAt: main.computedAt },
    layers: main.layers,
    topEvents,
    campaigns: campaigns.map(({ id, name, state, outcome }) => ({
      id,
      name,
      state,
      sent: outcome.treated.people,
      conversionRate: conversionRate(outcome.treated),
      revenueFen: outcome.treated.revenueFen,
      costFen: Math.round(outcome.costFen),
    })),
    attention,
  }
}

const params = (span: Span): Record<string, string | number> => ({ ...span })

/** Each number for the span and, with the suffix `Before`, for the span before it. */
function pair(name: string, aggregate: (inSpan: string) => string): string {
  return `${aggregate('time >= start')} as ${name}, ${aggregate('time < start')} as ${name}Before`
}

async function readTotals(ctx: Context, { span, person }: Reading): Promise<Totals> {
  const order = 'event = {orderEvent:String}'
  return ctx.platform.warehouse.row<Totals>({
    sql: `
      with fromUnixTimestamp64Milli({nowMs:Int64}, 'UTC') - toIntervalDay({days:UInt16}) as start
      select
        ${pair('active', (when) => `uniqExactIf(${person.of('person_id')}, ${when} and event not in ${ownEvents})`)},
        ${pair('orders', (when) => `countIf(${when} and ${order})`)},
        ${pair('revenueFen', (when) => `sumIf(ifNull(amount_fen, 0), ${when} and ${order})`)},
        ${pair('buyers', (when) => `uniqExactIf(${person.of('person_id')}, ${when} and ${order})`)},
        ${pair('sent', (when) => `countIf(${when} and event = 'Message Accepted')`)},
        ${pair('delivered', (when) => `countIf(${when} and event = 'Message Delivered')`)},
        ${pair('optedOut', (when) => `countIf(${when} and event = 'Message Opted Out')`)},
        ${pair('costFen', (when) => `sumIf(if(event = 'Message Accepted', ifNull(properties.costFen::Nullable(Float64), 0), 0), ${when})`)}
      from events
      where workspace_id = {workspaceId:UInt32} and time >= start - toIntervalDay({days:UInt16}) and time <= fromUnixTimestamp64Milli({nowMs:Int64}, 'UTC')`,
    params: params(span),
  })
}

interface PeopleTotals {
  total: number
  withPhone: number
  new: number
  newBefore: number
}

async function readPeople(ctx: Context, span: Span): Promise<PeopleTotals> {
  return ctx.platform.warehouse.row<PeopleTotals>({
    sql: `
      with fromUnixTimestamp64Milli({nowMs:Int64}, 'UTC') - toIntervalDay({days:UInt16}) as start
      select count() as total, countIf(has_phone = 1) as withPhone, countIf(created_at >= start) as new,
        countIf(created_at < start and created_at >= start - toIntervalDay({days:UInt16})) as newBefore
      from people final where workspace_id = {workspaceId:UInt32}`,
    params: params(span),
  })
}

async function readSeries(ctx: Context, { span, person }: Reading): Promise<Overview['series']> {
  return ctx.platform.warehouse.rows<Overview['series'][number]>({
    sql: `
      with fromUnixTimestamp64Milli({nowMs:Int64}, 'UTC') as now,
        -- Whole days of the workspace: the first one is not cut.
        toDateTime64(toStartOfDay(now - toIntervalDay({days:UInt16} - 1), {timezone:String}), 3, 'UTC') as start
      select toString(day) as date, active, newPeople, orders, revenueFen, sent
      from (
        select day, sum(active) as active, sum(newPeople) as newPeople, sum(orders) as orders, sum(revenueFen) as revenueFen, sum(sent) as sent
        from (
          select toDate(time, {timezone:String}) as day, uniqExactIf(${person.of('person_id')}, event not in ${ownEvents}) as active, 0 as newPeople,
            countIf(event = {orderEvent:String}) as orders, sumIf(ifNull(amount_fen, 0), event = {orderEvent:String}) as revenueFen, countIf(event = 'Message Accepted') as sent
          from events where workspace_id = {workspaceId:UInt32} and time >= start and time <= now group by day
          union all
          select toDate(created_at, {timezone:String}) as day, 0, count(), 0, 0, 0
          from people final where workspace_id = {workspaceId:UInt32} and created_at >= start and created_at <= now group by day
        )
        group by day order by day with fill from toDate(start, {timezone:String}) to toDate(now, {timezone:String}) + 1
      )
      order by day`,
    params: params(span),
  })
}

async function readTopEvents(ctx: Context, { span, person }: Reading): Promise<Overview['topEvents']> {
  return ctx.platform.warehouse.rows<Overview['topEvents'][number]>({
    sql: `
      select event, count() as count, uniqExact(${person.of('person_id')}) as people from events
      where workspace_id = {workspaceId:UInt32} and event not in ${ownEvents}
        and time >= fromUnixTimestamp64Milli({nowMs:Int64}, 'UTC') - toIntervalDay({days:UInt16}) and time <= fromUnixTimestamp64Milli({nowMs:Int64}, 'UTC')
      group by event order by count desc limit 8`,
    params: params(span),
  })
}
