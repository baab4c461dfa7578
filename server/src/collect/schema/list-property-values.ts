import { sql } from 'kysely'
import type { Context } from '../../access/index.ts'

const valuesMax = 50

/** The most frequent values of an event property as text, those that contain `search` when it is given; none of a personal one to whoever may not see it. */
export async function listPropertyValues(
  ctx: Context,
  query: { event: string; property: string; search?: string },
): Promise<{ value: string; count: number }[]> {
  if (!ctx.permissions.has('people.reveal') && (await isPersonal(ctx, query))) return []
  return ctx.platform.warehouse.rows<{ value: string; count: number }>({
    // The path of a JSON column cannot be a parameter; through its text it can, and the event's rows alone are read.
    sql: `select value, count() as count from (
        select toString(getSubcolumn(properties, {property:String})) as value from events where workspace_id = {workspaceId:UInt32} and event = {event:String})
      where value != '' and positionCaseInsensitiveUTF8(value, {search:String}) > 0
      group by value order by count desc, value limit ${valuesMax}`,
    params: { workspaceId: ctx.workspaceId, event: query.event, property: query.property, search: query.search ?? '' },
    limits: { secondsMax: 10 },
  })
}

async function isPersonal(ctx: Context, { event, property }: { event: string; property: string }): Promise<boolean> {
  const { rows } = await sql`
    select from event_properties
    where workspace_id = ${ctx.workspaceId} and event = ${event} and property in (${property}, split_part(${property}, '.', 1)) and is_pii`.execute(
    ctx.platform.db,
  )
  return rows.length > 0
}
