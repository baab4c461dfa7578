import { sql } from 'kysely'
import { attributeLabel, coerceAttribute, isRejection, type AttributeData } from '../people/index.ts'
import { FieldKey } from '../../../contracts/rule.ts'
import type { AttributeType } from '../../../contracts/people.ts'
import type { Database, Platform } from '../platform/platform.ts'
import { attributesMax, eventNamesMax, propertiesMax, propertiesPerEventMax } from './field-limits.ts'

const dayMs = 86_400_000
const calendarDay = /^\d{4}-\d{2}-\d{2}$/
const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/

/** What another process listed, or somebody declared, is known here after so long. */
const keptMs = 30_000
const examplesMax = 5

interface Seen {
  type: AttributeType
  /** Day (epoch days) on which the stores were last told; -1 for not yet. */
  day: number
}

interface SeenEvent {
  day: number
  properties: Map<string, Seen>
}

interface WorkspaceFields {
  attributes: Map<string, Seen>
  events: Map<string, SeenEvent>
  /** Properties of all events. */
  properties: number
  readAtMs: number
}

/** How often a source sent an event, and each of its properties with it. */
interface Tally {
  count: number
  properties: Map<string, number>
}

/** What a chunk says about names: new ones, those not seen for a day, those past the limits; and how often each source sent which. */
export interface FieldNews {
  attributes: Map<string, AttributeType>
  events: Set<string>
  properties: { event: string; property: string; type: AttributeType }[]
  /** By event; '' for the names of events themselves. */
  overflows: Map<string, { count: number; examples: Set<string> }>
  /** By source and event. */
  tallies: Map<string, Map<string, Tally>>
}

/**
 * Which attributes, events and event properties exist, and of what type they were first. Kept in memory, so that an item whose names are
 * known costs a look-up per name and no statement; told to PostgreSQL when a name is new, and once a day that it is still in use.
 */
export class FieldCatalogue {
  readonly #platform: Platform
  readonly #workspaces = new Map<number, WorkspaceFields>()

  constructor(platform: Platform) {
    this.#platform = platform
  }

  /** Reads what is known of a workspace; must be done before its items are noted. */
  async open(workspaceId: number): Promise<void> {
    const known = this.#workspaces.get(workspaceId)
    if (known && performance.now() - known.readAtMs < keptMs) return
    const fields: WorkspaceFields = { attributes: new Map(), events: new Map(), properties: 0, readAtMs: performance.now() }
    const { db } = this.#platform
    const attributes = await sql<{ key: string; type: AttributeType }>`select key, type from attributes where workspace_id = ${workspaceId}`.execute(db)
    for (const { key, type } of attributes.rows) fields.attributes.set(key, { type, day: known?.attributes.get(key)?.day ?? -1 })
    const events = await sql<{ event: string }>`select event from event_definitions where workspace_id = ${workspaceId}`.execute(db)
    for (const { event } of events.rows) fields.events.set(event, { day: known?.events.get(event)?.day ?? -1, properties: new Map() })
    const properties = await sql<{ event: string; property: string; type: AttributeType }>`
      select event, property, type from event_properties where workspace_id = ${workspaceId}`.execute(db)
    for (const { event, property, type } of properties.rows) {
      fields.events.get(event)?.properties.set(property, { type, day: known?.events.get(event)?.properties.get(property)?.day ?? -1 })
      fields.properties++
    }
    this.#workspaces.set(workspaceId, fields)
  }

  /** A trait in the declared type of its attribute where it can be read as such, else as it is. */
  coerceTraits(workspaceId: number, traits: Record<string, AttributeData | null>): void {
    const { attributes } = this.#workspaces.get(workspaceId)!
    for (const key in traits) {
      const value = traits[key]!
      const declared = attributes.get(key)?.type
      if (value === null || declared === undefined || declared === typeof value || (declared === 'text' && typeof value === 'string')) continue
      const coerced = coerceAttribute(declared, value)
      if (!isRejection(coerced)) traits[key] = coerced
    }
  }

  noteTraits(workspaceId: number, traits: Readonly<Record<string, AttributeData | null>>, news: FieldNews): void {
    const { attributes } = this.#workspaces.get(workspaceId)!
    const today = this.#today()
    for (const key in traits) {
      const seen = attributes.get(key)
      if (seen?.day === today) continue
      const type = seen?.type ?? typeOf(traits[key])
      if (type === null || (!seen && (attributes.size >= attributesMax || !FieldKey.safeParse(key).success))) continue
      news.attributes.set(key, type)
    }
  }

  /** Notes an event with its properties, and that `sourceId` sent it. */
  noteEvent(
    workspaceId: number,
    { event, properties = {}, sourceId }: { event: string; properties?: Readonly<Record<string, unknown>> | undefined; sourceId: string | null },
    news: FieldNews,
  ): void {
    const fields = this.#workspaces.get(workspaceId)!
    const today = this.#today()
    let known = fields.events.get(event)
    if (!known) {
      if (fields.events.size >= eventNamesMax) return noteOverflow(news, '', event)
      fields.events.set(event, (known = { day: -1, properties: new Map() }))
    }
    if (known.day !== today) news.events.add(event)
    const tally = sourceId === null ? null : tallyOf(news, sourceId, event)
    if (tally) tally.count++
    for (const property in properties) {
      const seen = known.properties.get(property)
      if (seen?.day !== today && !this.#noteProperty(fields, { event, property, value: properties[property], known }, news)) continue
      if (tally) tally.properties.set(property, (tally.properties.get(property) ?? 0) + 1)
    }
  }

  /** A property that is new, or not seen today; false when it is not listed. */
  #noteProperty(
    fields: WorkspaceFields,
    { event, property, value, known }: { event: string; property: string; value: unknown; known: SeenEvent },
    news: FieldNews,
  ): boolean {
    const seen = known.properties.get(property)
    const type = seen?.type ?? typeOf(value)
    if (type === null) return false
    if (!seen) {
      if (!FieldKey.safeParse(property).success) return false
      if (known.properties.size >= propertiesPerEventMax || fields.properties >= propertiesMax) {
        noteOverflow(news, event, property)
        return false
      }
      fields.properties++
      known.properties.set(property, { type, day: -1 })
    }
    news.properties.push({ event, property, type })
    return true
  }

  /** Writes the news in the transaction that ends a chunk; `remember` them after its commit. */
  async save(tx: Database, workspaceId: number, news: FieldNews): Promise<void> {
    const now = this.#platform.clock.now()
    if (news.attributes.size > 0) {
      const rows = Array.from(news.attributes, ([key, type]) => ({ key, type, label_zh: attributeLabel(key).zh, label_en: attributeLabel(key).en }))
      await sql`
        insert into attributes (workspace_id, key, type, label_zh, label_en, last_seen_at)
        select ${workspaceId}, key, type, label_zh, label_en, ${now}
        from json_to_recordset(${JSON.stringify(rows)}::json) as given (key text, type text, label_zh text, label_en text) order by key
        on conflict (workspace_id, key) do update set last_seen_at = excluded.last_seen_at`.execute(tx)
    }
    if (news.events.size > 0)
      await sql`
        insert into event_definitions (workspace_id, event, first_seen_at, last_seen_at)
        select ${workspaceId}, event, ${now}, ${now} from unnest(${[...news.events].toSorted()}::text[]) as event
        on conflict (workspace_id, event) do update set last_seen_at = excluded.last_seen_at`.execute(tx)
    if (news.properties.length > 0)
      await sql`
        insert into event_properties (workspace_id, event, property, type, first_seen_at, last_seen_at)
        select distinct on (event, property) ${workspaceId}, event, property, type, ${now}::timestamptz, ${now}::timestamptz
        from json_to_recordset(${JSON.stringify(news.properties)}::json) as given (event text, property text, type text) order by event, property
        on conflict (workspace_id, event, property) do update set last_seen_at = excluded.last_seen_at`.execute(tx)
    await saveTallies(tx, { workspaceId, news, now })
    await saveOverflows(tx, { workspaceId, news, now })
  }

  remember(workspaceId: number, news: FieldNews): void {
    const fields = this.#workspaces.get(workspaceId)!
    const day = this.#today()
    for (const [key, type] of news.attributes) fields.attributes.set(key, { type, day })
    for (const event of news.events) {
      const known = fields.events.get(event)
      if (known) known.day = day
    }
    for (const { event, property, type } of news.properties) fields.events.get(event)?.properties.set(property, { type, day })
  }

  #today(): number {
    return Math.floor(this.#platform.clock.now().getTime() / dayMs)
  }
}

export function noNews(): FieldNews {
  return { attributes: new Map(), events: new Set(), properties: [], overflows: new Map(), tallies: new Map() }
}

function noteOverflow(news: FieldNews, event: string, name: string): void {
  let overflow = news.overflows.get(event)
  if (!overflow) news.overflows.set(event, (overflow = { count: 0, examples: new Set() }))
  overflow.count++
  if (overflow.examples.size < examplesMax) overflow.examples.add(name.slice(0, 128))
}

function tallyOf(news: FieldNews, sourceId: string, event: string): Tally {
  let ofSource = news.tallies.get(sourceId)
  if (!ofSource) news.tallies.set(sourceId, (ofSource = new Map()))
  let tally = ofSource.get(event)
  if (!tally) ofSource.set(event, (tally = { count: 0, properties: new Map() }))
  return tally
}

interface Save {
  workspaceId: number
  news: FieldNews
  now: Date
}

/** Rows in one order everywhere, so that two chunks do not wait for each other in a circle. */
async function saveTallies(tx: Database, { workspaceId, news, now }: Save): Promise<void> {
  const rows: { source: string; event: string; property: string; count: number }[] = []
  for (const [source, events] of news.tallies)
    for (const [event, tally] of events) {
      rows.push({ source, event, property: '', count: tally.count })
      for (const [property, count] of tally.properties) rows.push({ source, event, property, count })
    }
  if (rows.length === 0) return
  await sql`
    insert into source_events (workspace_id, source_id, event, property, count, first_seen_at, last_seen_at)
    select ${workspaceId}, source, event, property, count, ${now}, ${now}
    from json_to_recordset(${JSON.stringify(rows)}::json) as given (source uuid, event text, property text, count bigint) order by source, event, property
    on conflict (workspace_id, source_id, event, property) do update set
      count = source_events.count + excluded.count, last_seen_at = excluded.last_seen_at`.execute(tx)
}

async function saveOverflows(tx: Database, { workspaceId, news, now }: Save): Promise<void> {
  for (const [event, { count, examples }] of [...news.overflows].toSorted(([left], [right]) => (left < right ? -1 : 1)))
    await sql`
      insert into schema_overflows (workspace_id, event, count, examples, first_at, last_at)
      values (${workspaceId}, ${event}, ${count}, ${[...examples]}::text[], ${now}, ${now})
      on conflict (workspace_id, event) do update set
        count = schema_overflows.count + excluded.count, examples = excluded.examples, last_at = excluded.last_at`.execute(tx)
}

/** Null for what is neither a single value nor a list: objects are kept, but rules have no use for them. */
function typeOf(value: unknown): AttributeType | null {
  if (Array.isArray(value)) return 'list'
  if (typeof value === 'number') return 'number'
  if (typeof value === 'boolean') return 'boolean'
  if (typeof value !== 'string') return null
  return calendarDay.test(value) || instant.test(value) ? 'date' : 'text'
}
