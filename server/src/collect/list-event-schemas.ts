import { sql } from 'kysely'
import type { z } from 'zod'
import type { EventSchema } from '../../../contracts/collect.ts'
import type { Context } from '../access/index.ts'

type EventSchemaAnswer = z.input<typeof EventSchema>
type Property = EventSchemaAnswer['properties'][number]

interface EventTotals {
  event: string
  count: number
  people: number
  firstMs: number
  lastMs: number
}

/** The events of the workspace with how often, by whom and when they happened, the most frequent first, and the properties they carry. */
export async function listEventSchemas(ctx: Context): Promise<EventSchemaAnswer[]> {
  const { platform, workspaceId } = ctx
  const [totals, properties] = await Promise.all([
    platform.warehouse.rows<EventTotals>({
      sql: `select event, count() as count, uniq(person_id) as people,
          toUnixTimestamp64Milli(min(time)) as firstMs, toUnixTimestamp64Milli(max(time)) as lastMs
        from events where workspace_id = {workspaceId:UInt32} group by event order by count desc, event limit 1000`,
      params: { workspaceId },
    }),
    readProperties(ctx),
  ])
  return totals.map(({ event, count, people, firstMs, lastMs }) => ({
    event,
    count,
    people,
    firstAt: new Date(firstMs).toISOString(),
    lastAt: new Date(lastMs).toISOString(),
    properties: properties.get(event) ?? [],
  }))
}

async function readProperties(ctx: Context): Promise<Map<string, Property[]>> {
  const { rows } = await sql<{ event: string; properties: Property[] }>`
    select event, jsonb_agg(jsonb_build_object('key', property, 'type', type) order by property) as properties
    from event_properties where workspace_id = ${ctx.workspaceId} group by event`.execute(ctx.platform.db)
  return new Map(rows.map(({ event, properties }) => [event, properties]))
}
