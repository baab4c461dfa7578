import { sql } from 'kysely'
import type { z } from 'zod'
import type { EventSchema } from '../../../../contracts/event-schemas.ts'
import type { Problem } from '../../../../contracts/errors.ts'
import type { Database } from '../../platform/platform.ts'

type Answer = z.input<typeof EventSchema>

/** An event as PostgreSQL knows it. */
export interface EventRow extends Pick<Answer, 'event' | 'label' | 'description' | 'state' | 'onViolation' | 'violations' | 'properties'> {
  lastViolation: { at: string; problems: Problem[] } | null
  firstSeenAt: Date
  lastSeenAt: Date
}

/** The listed events of a workspace, or one of them, with their properties; by name. */
export async function readEventRows(db: Database, workspaceId: number, { event }: { event?: string } = {}): Promise<EventRow[]> {
  const { rows } = await sql<EventRow>`
    with listed as (
      select event, jsonb_agg(jsonb_build_object('key', property, 'type', type, 'label', jsonb_build_object('zh', label_zh, 'en', label_en),
        'description', description, 'unit', unit, 'isTypeSet', is_type_set, 'isRequired', is_required, 'isPii', is_pii, 'state', state,
        'firstSeenAt', first_seen_at, 'lastSeenAt', last_seen_at) order by property) as properties
      from event_properties where workspace_id = ${workspaceId} and (${event ?? null}::text is null or event = ${event ?? null}) group by event)
    select event, jsonb_build_object('zh', label_zh, 'en', label_en) as label, description, state, on_violation as "onViolation", violations,
      case when last_violation is null then null else jsonb_build_object('at', last_violation_at, 'problems', last_violation) end as "lastViolation",
      first_seen_at as "firstSeenAt", last_seen_at as "lastSeenAt", coalesce(properties, '[]') as properties
    from event_definitions left join listed using (event)
    where workspace_id = ${workspaceId} and (${event ?? null}::text is null or event = ${event ?? null}) order by event`.execute(db)
  return rows.map((row) => ({
    ...row,
    lastViolation: row.lastViolation && { ...row.lastViolation, at: instantOf(row.lastViolation.at) },
    properties: row.properties.map((one) => ({ ...one, firstSeenAt: instantOf(one.firstSeenAt), lastSeenAt: instantOf(one.lastSeenAt) })),
  }))
}

/** PostgreSQL writes instants in JSON with its own zone; answers have them in UTC. */
export function instantOf(text: string): string {
  return new Date(text).toISOString()
}
