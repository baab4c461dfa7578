import { sql } from 'kysely'
import type { PropertyType, SchemaState, ViolationRule } from '../../../../contracts/event-schemas.ts'
import type { Platform } from '../../platform/platform.ts'
import { eventNamesMax } from '../field-limits.ts'
import { FreshCache } from './fresh-cache.ts'

/** What is expected of the properties of an event. */
export interface PropertyRules {
  required: string[]
  /** Types that people said; other types are only what was seen first. */
  types: Map<string, PropertyType>
  blocked: Set<string>
}

export interface EventRules {
  isBlocked: boolean
  onViolation: ViolationRule
  /** Null when nothing is expected: by far the most events. */
  properties: PropertyRules | null
}

export interface SourceRules {
  perSecond: number | null
  perDay: number | null
  /** Messages taken in the last 24 hours as far as the database knew; those since are added by this process. */
  takenLastDay: number
  isWatched: boolean
}

/** What the door of a workspace knows. */
export interface DoorRules {
  events: ReadonlyMap<string, EventRules>
  /** Names let in by this process that the list does not hold yet, and when. */
  newNames: Map<string, number>
  sources: Map<string, SourceRules>
  /** Things in quarantine, at most `quarantineMax`. */
  quarantined: number
}

/** A change made by another process counts within the first; when PostgreSQL is away that long, nothing comes in anyway. */
const ages = { freshMs: 3_000, staleMaxMs: 30_000 }
const dayMs = 86_400_000
/** Past these many things in quarantine, further ones are not kept: a sender that never fits must not fill the disk. */
export const quarantineMax = 100_000
/** A name that was let in and is still not listed: its events wait, or were repeats. */
const newNamesKeptMs = 600_000

const caches = new WeakMap<Platform, FreshCache<number, DoorRules>>()

/** What is let in: from memory, at most a few seconds old. */
export async function readDoorRules(platform: Platform, workspaceId: number): Promise<DoorRules> {
  return cacheOf(platform).read(workspaceId)
}

/** Makes a change of events, properties or limits count at once in this process. */
export function forgetDoorRules(platform: Platform, workspaceId: number): void {
  cacheOf(platform).forget(workspaceId)
}

/** Whether one more name of an event may come in; remembers it when it is new. */
export function letInName(rules: DoorRules, event: string): boolean {
  if (rules.newNames.has(event)) return true
  if (rules.events.size + rules.newNames.size >= eventNamesMax) return false
  rules.newNames.set(event, performance.now())
  return true
}

function cacheOf(platform: Platform): FreshCache<number, DoorRules> {
  let cache = caches.get(platform)
  if (!cache) caches.set(platform, (cache = new FreshCache((workspaceId, previous) => loadRules(platform, workspaceId, previous), ages)))
  return cache
}

async function loadRules(platform: Platform, workspaceId: number, previous: DoorRules | undefined): Promise<DoorRules> {
  const [events, sources, quarantined] = await Promise.all([
    loadEvents(platform, workspaceId),
    loadSources(platform, workspaceId),
    countQuarantined(platform, workspaceId),
  ])
  const newNames = new Map<string, number>()
  const nowMs = performance.now()
  for (const [name, sinceMs] of previous?.newNames ?? []) if (!events.has(name) && nowMs - sinceMs < newNamesKeptMs) newNames.set(name, sinceMs)
  return { events, newNames, sources, quarantined }
}

interface EventRow {
  event: string
  state: SchemaState
  onViolation: ViolationRule
  properties: { key: string; type: PropertyType; isTypeSet: boolean; isRequired: boolean; isBlocked: boolean }[] | null
}

async function loadEvents(platform: Platform, workspaceId: number): Promise<Map<string, EventRules>> {
  const { rows } = await sql<EventRow>`
    with expected as (
      select event, jsonb_agg(jsonb_build_object('key', property, 'type', type, 'isTypeSet', is_type_set, 'isRequired', is_required, 'isBlocked', state = 'blocked')) as properties
      from event_properties
      where workspace_id = ${workspaceId} and (is_type_set or is_required or state = 'blocked') group by event)
    select event, state, on_violation as "onViolation", properties
    from event_definitions left join expected using (event) where workspace_id = ${workspaceId}`.execute(platform.db)
  return new Map(
    rows.map(({ event, state, onViolation, properties }) => [
      event,
      { isBlocked: state === 'blocked', onViolation, properties: properties && propertyRules(properties) },
    ]),
  )
}

function propertyRules(rows: NonNullable<EventRow['properties']>): PropertyRules {
  const rules: PropertyRules = { required: [], types: new Map(), blocked: new Set() }
  for (const { key, type, isTypeSet, isRequired, isBlocked } of rows) {
    if (isBlocked) rules.blocked.add(key)
    else {
      if (isRequired) rules.required.push(key)
      if (isTypeSet) rules.types.set(key, type)
    }
  }
  return rules
}

async function loadSources(platform: Platform, workspaceId: number): Promise<Map<string, SourceRules>> {
  const now = platform.clock.now()
  const { rows } = await sql<SourceRules & { id: string }>`
    select id, rate_per_second as "perSecond", events_per_day as "perDay", coalesce(watched_until > ${now}, false) as "isWatched",
      case when events_per_day is null then 0 else coalesce((
        select sum(taken) from source_hours
        where source_hours.workspace_id = sources.workspace_id and source_id = sources.id and hour > ${new Date(now.getTime() - dayMs)}), 0)::bigint end as "takenLastDay"
    from sources where workspace_id = ${workspaceId}`.execute(platform.db)
  return new Map(rows.map(({ id, ...rules }) => [id, rules]))
}

async function countQuarantined(platform: Platform, workspaceId: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from (select from quarantine where workspace_id = ${workspaceId} limit ${quarantineMax}) as held`.execute(platform.db)
  return rows[0]!.count
}
