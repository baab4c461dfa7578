import { sql } from 'kysely'
import { orderEvent } from '../../../contracts/collect.ts'
import type { TimelineItem } from '../../../contracts/people.ts'
import type { Context } from '../access/index.ts'
import { pageOf, wrongCursor } from '../platform/paging.ts'
import { maskAddresses } from './mask-addresses.ts'
import { findPerson } from './read-person.ts'

type Kind = TimelineItem['kind']

/** Events that are no plain behaviour, by the kind they are shown as. */
const eventsOfKind: Record<Exclude<Kind, 'event'>, readonly string[]> = {
  order: [orderEvent],
  message: ['Message Accepted', 'Message Delivered', 'Message Failed', 'Control Assigned'],
  reply: ['Message Replied', 'Message Opted Out'],
}
const namedEvents = Object.values(eventsOfKind).flat()

interface Ask {
  personId: number
  cursor?: string | undefined
  limit: number
  kind?: Kind | undefined
}

interface StoredEvent {
  id: string
  timeMs: number
  event: string
  amountFen: number | null
  sourceId: string
  properties: string
}

/** What a person did and got, newest first, by time and id: a page costs the same with a hundred events and with a hundred thousand. Throws `not-found`. */
export async function readTimeline(ctx: Context, ask: Ask): Promise<{ items: TimelineItem[]; nextCursor?: string }> {
  await findPerson(ctx, ask.personId)
  const stored = await readEvents(ctx, ask)
  const page = pageOf(stored, ask.limit, (last) => `${last.timeMs}_${last.id}`)
  const sources = await readSourceNames(ctx, page.rows)
  const items = page.rows.map((event) => ({
    id: event.id,
    at: new Date(event.timeMs).toISOString(),
    kind: kindOf(event.event),
    event: event.event,
    amountFen: event.amountFen,
    source: sources.get(event.sourceId) ?? null,
    properties: maskAddresses(JSON.parse(event.properties)) as Record<string, unknown>,
  }))
  return { items, nextCursor: page.nextCursor }
}

async function readEvents(ctx: Context, ask: Ask): Promise<StoredEvent[]> {
  const after = cursorOf(ask.cursor)
  return ctx.platform.warehouse.rows<StoredEvent>({
    sql: `
      select toString(event_id) as id, toUnixTimestamp64Milli(time) as timeMs, toString(event) as event, amount_fen as amountFen, toString(source_id) as sourceId, properties
      from events_by_person
      where workspace_id = {workspaceId:UInt32} and person_id = {personId:UInt32}
        ${after ? 'and time <= fromUnixTimestamp64Milli({timeMs:Int64}) and (time < fromUnixTimestamp64Milli({timeMs:Int64}) or event_id < {eventId:UUID})' : ''}
        ${ask.kind ? `and event ${ask.kind === 'event' ? 'not in' : 'in'} {events:Array(String)}` : ''}
      order by time desc, event_id desc
      limit {limit:UInt32}`,
    params: {
      workspaceId: ctx.workspaceId,
      personId: ask.personId,
      limit: ask.limit + 1,
      ...after,
      ...(ask.kind ? { events: ask.kind === 'event' ? namedEvents : eventsOfKind[ask.kind] } : {}),
    },
  })
}

function cursorOf(cursor: string | undefined): { timeMs: number; eventId: string } | null {
  if (cursor === undefined) return null
  const match = /^(-?\d{1,16})_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(cursor)
  if (!match) throw wrongCursor()
  return { timeMs: Number(match[1]), eventId: match[2]! }
}

function kindOf(event: string): Kind {
  for (const [kind, events] of Object.entries(eventsOfKind)) if (events.includes(event)) return kind as Kind
  return 'event'
}

async function readSourceNames(ctx: Context, events: readonly StoredEvent[]): Promise<Map<string, string>> {
  const ids = [...new Set(events.map((event) => event.sourceId))]
  const { rows } = await sql<{ id: string; name: string }>`
    select id, name from sources where workspace_id = ${ctx.workspaceId} and id = any(${ids}::uuid[])`.execute(ctx.platform.db)
  return new Map(rows.map((row) => [row.id, row.name]))
}
