import { sql } from 'kysely'
import { orderEvent } from '../../../../contracts/collect.ts'
import { timelineKinds, type TimelineItem, type TimelineKind, type TimelineQuery } from '../../../../contracts/people.ts'
import type { Context } from '../../access/index.ts'
import { pageOf, wrongCursor } from '../../platform/paging.ts'
import { maskAddresses } from '../masking/mask-addresses.ts'
import { propertyMask } from '../masking/personal-properties.ts'
import { historyOf, type PersonHistory } from '../merging/aliases.ts'
import { findPerson } from './read-person.ts'

/** Events that are no plain behaviour, by the kind they are shown as. */
export const eventsOfKind: Record<Exclude<TimelineKind, 'event'>, readonly string[]> = {
  order: [orderEvent],
  message: ['Message Accepted', 'Message Delivered', 'Message Failed', 'Control Assigned'],
  reply: ['Message Replied', 'Message Opted Out'],
}
const namedEvents = Object.values(eventsOfKind).flat()

export function kindOfEvent(event: string): TimelineKind {
  return timelineKinds.find((kind) => kind !== 'event' && eventsOfKind[kind].includes(event)) ?? 'event'
}

export type TimelineAsk = Omit<TimelineQuery, 'limit'> & { personId: number; limit: number }

interface StoredEvent {
  id: string
  timeMs: number
  event: string
  amountFen: number | null
  sourceId: string
  properties: string
}
interface ShownEvent extends Omit<StoredEvent, 'properties'> {
  properties: Record<string, unknown>
}

/** Pages read for one answer of a search whose finds are all masked away: what is not shown must not be found either. */
const roundsMax = 20

/** What a person did and got, newest first, by time and id: a page costs the same with a hundred events and with a hundred thousand. Throws `not-found`. */
export async function readTimeline(ctx: Context, ask: TimelineAsk): Promise<{ items: TimelineItem[]; nextCursor?: string }> {
  const { id } = await findPerson(ctx, ask.personId)
  const page = pageOf(await readShown(ctx, ask, await historyOf(ctx, id)), ask.limit, cursorOf)
  const sources = await readSourceNames(
    ctx,
    page.rows.map((event) => event.sourceId),
  )
  const items = page.rows.map((event) => ({
    id: event.id,
    at: new Date(event.timeMs).toISOString(),
    kind: kindOfEvent(event.event),
    event: event.event,
    amountFen: event.amountFen,
    source: sources.get(event.sourceId) ?? null,
    properties: event.properties,
  }))
  return { items, nextCursor: page.nextCursor }
}

const cursorOf = (event: { timeMs: number; id: string }): string => `${event.timeMs}_${event.id}`

/** One row more than the page, when there is one. A search counts only where its text is still there once addresses are masked. */
async function readShown(ctx: Context, ask: TimelineAsk, person: PersonHistory): Promise<ShownEvent[]> {
  const wanted = ask.search?.toLowerCase()
  const shown: ShownEvent[] = []
  const mask = await propertyMask(ctx)
  let { cursor } = ask
  for (let round = 0; round < roundsMax && shown.length <= ask.limit; round++) {
    const stored = await readEvents(ctx, { ...ask, cursor }, person)
    for (const event of stored) {
      const properties = mask(event.event, maskAddresses(JSON.parse(event.properties)) as Record<string, unknown>)
      if (wanted === undefined || JSON.stringify(properties).toLowerCase().includes(inJson(wanted))) shown.push({ ...event, properties })
    }
    if (stored.length <= ask.limit) break
    cursor = cursorOf(stored.at(-1)!)
  }
  return shown.slice(0, ask.limit + 1)
}

/** A text as it stands inside JSON. */
const inJson = (text: string): string => JSON.stringify(text).slice(1, -1)

async function readEvents(ctx: Context, ask: TimelineAsk, person: PersonHistory): Promise<StoredEvent[]> {
  const { conditions, params } = narrow(ask)
  return ctx.platform.warehouse.rows<StoredEvent>({
    sql: `
      select toString(event_id) as id, toUnixTimestamp64Milli(time) as timeMs, toString(event) as event, amount_fen as amountFen, toString(source_id) as sourceId, properties
      from events_by_person
      where ${['workspace_id = {workspaceId:UInt32}', person.condition, ...conditions].join(' and ')}
      order by time desc, event_id desc
      limit {limit:UInt32}`,
    params: { ...params, ...person.params, workspaceId: ctx.workspaceId, limit: ask.limit + 1 },
  })
}

/** The conditions of what is asked; values are parameters, never text of the statement. */
function narrow(ask: TimelineAsk): { conditions: string[]; params: Record<string, string | number | string[]> } {
  const conditions: string[] = []
  const params: Record<string, string | number | string[]> = {}
  const add = (condition: string, values: Record<string, string | number | string[]>): void => {
    conditions.push(condition)
    Object.assign(params, values)
  }
  const after = placeOf(ask.cursor)
  if (after) add('time <= fromUnixTimestamp64Milli({afterMs:Int64}) and (time < fromUnixTimestamp64Milli({afterMs:Int64}) or event_id < {afterId:UUID})', after)
  if (ask.kind === 'event') add('event not in {named:Array(String)}', { named: namedEvents })
  else if (ask.kind) add('event in {named:Array(String)}', { named: [...eventsOfKind[ask.kind]] })
  const names = ask.events?.split('\n').filter((name) => name !== '') ?? []
  if (names.length > 0) add('event in {events:Array(String)}', { events: names })
  if (ask.from) add('time >= fromUnixTimestamp64Milli({fromMs:Int64})', { fromMs: msOf(ask.from) })
  if (ask.to) add('time < fromUnixTimestamp64Milli({toMs:Int64})', { toMs: msOf(ask.to) })
  if (ask.sourceId) add('source_id = {sourceId:UUID}', { sourceId: ask.sourceId })
  // The warehouse writes a slash in JSON as `\/`.
  if (ask.search) add(String.raw`positionCaseInsensitiveUTF8(replaceAll(properties, '\\/', '/'), {search:String}) > 0`, { search: inJson(ask.search) })
  return { conditions, params }
}

/** Instants that the warehouse's column can hold: 1900 to 2299. */
const msOf = (instant: string): number => Math.min(10_413_791_999_999, Math.max(-2_208_988_800_000, Date.parse(instant)))

function placeOf(cursor: string | undefined): { afterMs: number; afterId: string } | null {
  if (cursor === undefined) return null
  const match = /^(-?\d{1,16})_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(cursor)
  if (!match) throw wrongCursor()
  return { afterMs: Number(match[1]), afterId: match[2]! }
}

/** Names of data sources by id. */
export async function readSourceNames(ctx: Context, sourceIds: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await sql<{ id: string; name: string }>`
    select id, name from sources where workspace_id = ${ctx.workspaceId} and id = any(${[...new Set(sourceIds)]}::uuid[])
    union all
    select id, file_name from imports where workspace_id = ${ctx.workspaceId} and id = any(${[...new Set(sourceIds)]}::uuid[])`.execute(ctx.platform.db)
  return new Map(rows.map((row) => [row.id, row.name]))
}
