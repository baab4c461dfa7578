import { sql } from 'kysely'
import type { SourceEvent } from '../../../../contracts/event-schemas.ts'
import type { Context } from '../../access/index.ts'
import { instantOf } from '../schema/event-row.ts'
import { readSource } from './source-row.ts'

const eventsMax = 500

/** The events that came from a source with their properties, the most frequent first. Throws `not-found`. */
export async function listSourceEvents(ctx: Context, sourceId: string): Promise<SourceEvent[]> {
  await readSource(ctx, sourceId)
  const { rows } = await sql<SourceEvent>`
    with sent as (select * from source_events where workspace_id = ${ctx.workspaceId} and source_id = ${sourceId}::uuid),
    events as (select * from sent where property = '' order by count desc limit ${eventsMax})
    select events.event, jsonb_build_object('zh', coalesce(label_zh, ''), 'en', coalesce(label_en, '')) as label, coalesce(state, 'visible') as state,
      events.count, to_jsonb(events.first_seen_at) #>> '{}' as "firstAt", to_jsonb(events.last_seen_at) #>> '{}' as "lastAt",
      (select coalesce(jsonb_agg(jsonb_build_object('key', sent.property, 'type', type, 'count', sent.count, 'firstAt', sent.first_seen_at, 'lastAt', sent.last_seen_at)
          order by sent.count desc, sent.property), '[]')
        from sent join event_properties on event_properties.workspace_id = sent.workspace_id and event_properties.event = sent.event
          and event_properties.property = sent.property
        where sent.event = events.event) as properties
    from events left join event_definitions on event_definitions.workspace_id = events.workspace_id and event_definitions.event = events.event
    order by events.count desc, events.event`.execute(ctx.platform.db)
  return rows.map((row) => ({
    ...row,
    firstAt: instantOf(row.firstAt),
    lastAt: instantOf(row.lastAt),
    properties: row.properties.map((one) => ({ ...one, firstAt: instantOf(one.firstAt), lastAt: instantOf(one.lastAt) })),
  }))
}
