import { sql } from 'kysely'
import { attributeLabel, coerceAttribute, isRejection, type AttributeScalar } from '../people/index.ts'
import { FieldKey } from '../../../contracts/rule.ts'
import type { AttributeType } from '../../../contracts/people.ts'
import type { Database, Platform } from '../platform/platform.ts'

/** Past these many an event or a workspace gets no further names listed: somebody puts values into keys. The values themselves are kept. */
const propertiesPerEventMax = 300
const attributesMax = 500

const dayMs = 86_400_000
const calendarDay = /^\d{4}-\d{2}-\d{2}$/
const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/

interface Seen {
  type: AttributeType
  /** Day (epoch days) on which the stores were last told; -1 for not yet. */
  day: number
}

interface WorkspaceFields {
  attributes: Map<string, Seen>
  events: Map<string, Map<string, Seen>>
}

/** Names first seen, or not seen for a day, since the last `save`. */
export interface FieldNews {
  attributes: Map<string, AttributeType>
  properties: { event: string; property: string; type: AttributeType }[]
}

/**
 * Which attributes and event properties exist, and of what type they were first. Kept in memory, so that an item whose names are known
 * costs a look-up per name and no statement; told to PostgreSQL when a name is new, and once a day that it is still in use.
 */
export class FieldCatalogue {
  readonly #platform: Platform
  readonly #workspaces = new Map<number, WorkspaceFields>()

  constructor(platform: Platform) {
    this.#platform = platform
  }

  /** Reads what is known of a workspace; must be done before its items are noted. */
  async open(workspaceId: number): Promise<void> {
    if (this.#workspaces.has(workspaceId)) return
    const fields: WorkspaceFields = { attributes: new Map(), events: new Map() }
    const { db } = this.#platform
    const attributes = await sql<{ key: string; type: AttributeType }>`select key, type from attributes where workspace_id = ${workspaceId}`.execute(db)
    for (const { key, type } of attributes.rows) fields.attributes.set(key, { type, day: -1 })
    const properties = await sql<{ event: string; property: string; type: AttributeType }>`
      select event, property, type from event_properties where workspace_id = ${workspaceId}`.execute(db)
    for (const { event, property, type } of properties.rows) propertiesOf(fields, event).set(property, { type, day: -1 })
    this.#workspaces.set(workspaceId, fields)
  }

  /** A trait in the declared type of its attribute where it can be read as such, else as it is. */
  coerceTraits(workspaceId: number, traits: Record<string, AttributeScalar | null>): void {
    const { attributes } = this.#workspaces.get(workspaceId)!
    for (const key in traits) {
      const value = traits[key]!
      const declared = attributes.get(key)?.type
      if (value === null || declared === undefined || declared === typeof value || (declared === 'text' && typeof value === 'string')) continue
      const coerced = coerceAttribute(declared, value)
      if (!isRejection(coerced)) traits[key] = coerced
    }
  }

  noteTraits(workspaceId: number, traits: Readonly<Record<string, AttributeScalar | null>>, news: FieldNews): void {
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

  noteProperties(workspaceId: number, { event, properties }: { event: string; properties: Readonly<Record<string, unknown>> }, news: FieldNews): void {
    const known = propertiesOf(this.#workspaces.get(workspaceId)!, event)
    const today = this.#today()
    for (const property in properties) {
      const seen = known.get(property)
      if (seen?.day === today) continue
      const type = seen?.type ?? typeOf(properties[property])
      if (type === null || (!seen && (known.size >= propertiesPerEventMax || !FieldKey.safeParse(property).success))) continue
      known.set(property, { type, day: seen?.day ?? -1 })
      news.properties.push({ event, property, type })
    }
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
    if (news.properties.length > 0) {
      await sql`
        insert into event_properties (workspace_id, event, property, type, last_seen_at)
        select distinct on (event, property) ${workspaceId}, event, property, type, ${now}::timestamptz
        from json_to_recordset(${JSON.stringify(news.properties)}::json) as given (event text, property text, type text) order by event, property
        on conflict (workspace_id, event, property) do update set last_seen_at = excluded.last_seen_at`.execute(tx)
    }
  }

  remember(workspaceId: number, news: FieldNews): void {
    const fields = this.#workspaces.get(workspaceId)!
    const day = this.#today()
    for (const [key, type] of news.attributes) fields.attributes.set(key, { type, day })
    for (const { event, property, type } of news.properties) propertiesOf(fields, event).set(property, { type, day })
  }

  #today(): number {
    return Math.floor(this.#platform.clock.now().getTime() / dayMs)
  }
}

export function noNews(): FieldNews {
  return { attributes: new Map(), properties: [] }
}

function propertiesOf(fields: WorkspaceFields, event: string): Map<string, Seen> {
  let properties = fields.events.get(event)
  if (!properties) fields.events.set(event, (properties = new Map()))
  return properties
}

/** Null for what is no single value: lists and objects are kept, but rules have no use for them yet. */
function typeOf(value: unknown): AttributeType | null {
  if (typeof value === 'number') return 'number'
  if (typeof value === 'boolean') return 'boolean'
  if (typeof value !== 'string') return null
  return calendarDay.test(value) || instant.test(value) ? 'date' : 'text'
}
