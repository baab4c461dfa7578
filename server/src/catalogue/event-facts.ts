import { sql } from 'kysely'
import { eventLabels } from '../../../contracts/collect.ts'
import type { EventFacts } from '../../../contracts/catalogue.ts'
import type { Context } from '../access/index.ts'
import { canonicalPerson, warehouseTime } from '../people/index.ts'
import { isPathKey, textValue } from '../platform/warehouse/json-path.ts'
import { workspaceTimezone } from '../workspaces/index.ts'
import type { FactsAsk } from './attribute-facts.ts'

const eventsMax = 300
const propertiesMax = 60
const daysShown = 30
const dayMs = 86_400_000
const limits = { secondsMax: 600, memoryBytesMax: 4 * 1024 ** 3 }

type Ask = Pick<FactsAsk, 'signal' | 'onDone'> & { isExact: boolean }

/** Volume, people and fill rates of every event: two passes over all events, then one over each event's own rows of the last 30 days. */
export async function readEventFacts(ctx: Context, ask: Ask): Promise<EventFacts[]> {
  const [totals, days, names] = await Promise.all([readTotals(ctx, ask), readDays(ctx, ask), readNames(ctx)])
  const facts: EventFacts[] = []
  for (const total of totals) {
    const known = names.get(total.event)
    const since = ask.isExact || total.last30Days === 0 ? null : daysAgo(ctx, daysShown)
    const properties = await readFillRates(ctx, { event: total.event, properties: known?.properties ?? [], since }, ask)
    facts.push({
      event: total.event,
      label: known?.label ?? eventLabels[total.event] ?? null,
      count: total.count,
      people: total.people,
      firstAt: new Date(total.firstMs).toISOString(),
      lastAt: new Date(total.lastMs).toISOString(),
      last30Days: total.last30Days,
      days: days.get(total.event) ?? Array.from({ length: daysShown }, () => 0),
      properties,
    })
    await ask.onDone(1)
  }
  return facts
}

interface Totals {
  event: string
  count: number
  people: number
  firstMs: number
  lastMs: number
  last30Days: number
}

async function readTotals(ctx: Context, { signal }: Ask): Promise<Totals[]> {
  const person = await canonicalPerson(ctx)
  return ctx.platform.warehouse.rows<Totals>({
    sql: `select event, count() as count, uniq(${person.of('person_id')}) as people, toUnixTimestamp64Milli(min(time)) as firstMs,
        toUnixTimestamp64Milli(max(time)) as lastMs, countIf(time >= {since:DateTime64(3, 'UTC')}) as last30Days
      from events where workspace_id = {workspaceId:UInt32} group by event order by count desc, event limit ${eventsMax}`,
    params: { workspaceId: ctx.workspaceId, since: daysAgo(ctx, daysShown) },
    limits,
    signal,
  })
}

/** How often each event happened on each of the last days in the workspace's zone, today last. */
async function readDays(ctx: Context, { signal }: Ask): Promise<Map<string, number[]>> {
  const zone = await workspaceTimezone(ctx)
  const rows = await ctx.platform.warehouse.rows<{ event: string; ago: number; count: number }>({
    sql: `select event, dateDiff('day', toDate(time, {zone:String}), toDate({now:DateTime64(3, 'UTC')}, {zone:String})) as ago, count() as count
      from events where workspace_id = {workspaceId:UInt32} and time >= {since:DateTime64(3, 'UTC')} group by event, ago`,
    params: { workspaceId: ctx.workspaceId, zone, now: daysAgo(ctx, 0), since: daysAgo(ctx, daysShown + 1) },
    limits,
    signal,
  })
  const days = new Map<string, number[]>()
  for (const { event, ago, count } of rows) {
    if (ago < 0 || ago >= daysShown) continue
    const ofEvent = days.get(event) ?? Array.from({ length: daysShown }, () => 0)
    ofEvent[daysShown - 1 - ago] = count
    days.set(event, ofEvent)
  }
  return days
}

interface Known {
  label: EventFacts['label']
  properties: { key: string; type: string }[]
}

async function readNames(ctx: Context): Promise<Map<string, Known>> {
  const { rows } = await sql<{ event: string; zh: string; en: string; properties: Known['properties'] }>`
    select definitions.event, definitions.label_zh as zh, definitions.label_en as en, coalesce(
      (select jsonb_agg(jsonb_build_object('key', property, 'type', type) order by property) from event_properties
        where workspace_id = ${ctx.workspaceId} and event = definitions.event and state <> 'blocked'), '[]') as properties
    from event_definitions as definitions where definitions.workspace_id = ${ctx.workspaceId} limit 3000`.execute(ctx.platform.db)
  return new Map(rows.map(({ event, zh, en, properties }) => [event, { label: zh || en ? { zh: zh || en, en: en || zh } : null, properties }]))
}

interface FillAsk {
  event: string
  properties: Known['properties']
  since: string | null
}

async function readFillRates(ctx: Context, { event, properties, since }: FillAsk, { signal }: Ask): Promise<EventFacts['properties']> {
  const readable = properties.filter(({ key }) => isPathKey(key)).slice(0, propertiesMax)
  if (readable.length === 0) return []
  const columns = readable.map(({ key }, index) => `countIf(isNotNull(${textValue('properties', key)})) as p${index}`)
  const row = await ctx.platform.warehouse.row<Record<string, number>>({
    sql: `select count() as looked, ${columns.join(', ')} from events where workspace_id = {workspaceId:UInt32} and event = {event:String}
      ${since === null ? '' : `and time >= {since:DateTime64(3, 'UTC')}`}`,
    params: { workspaceId: ctx.workspaceId, event, ...(since === null ? {} : { since }) },
    limits,
    signal,
  })
  return readable.map(({ key, type }, index) => ({ key, type, fillRate: row['looked'] ? (row[`p${index}`] ?? 0) / row['looked'] : 0 }))
}

function daysAgo(ctx: Context, days: number): string {
  return warehouseTime(ctx.platform.clock.now().getTime() - days * dayMs)
}
