import { sql } from 'kysely'
import type { Context } from '../../access/index.ts'
import { maskAddress } from '../../people/index.ts'

const valuesMax = 50

/**
 * The most frequent values of an event property as text, those that contain `search` when it is given. Whoever may not see personal data gets none of a personal
 * property, and of others phones and e-mail addresses masked.
 */
export async function listPropertyValues(
  ctx: Context,
  query: { event: string; property: string; search?: string },
): Promise<{ value: string; count: number }[]> {
  const mayReveal = ctx.permissions.has('people.reveal')
  if (!mayReveal && (await isPersonal(ctx, query))) return []
  const rows = await ctx.platform.warehouse.rows<{ value: string; count: number }>({
    // The path of a JSON column cannot be a parameter; through its text it can, and the event's rows alone are read.
    sql: `select value, count() as count from (
        select toString(getSubcolumn(properties, {property:String})) as value from events where workspace_id = {workspaceId:UInt32} and event = {event:String})
      where value != '' and positionCaseInsensitiveUTF8(value, {search:String}) > 0
      group by value order by count desc, value limit ${valuesMax}`,
    params: { workspaceId: ctx.workspaceId, event: query.event, property: query.property, search: query.search ?? '' },
    limits: { secondsMax: 10 },
  })
  return mayReveal ? rows : rows.map(({ value, count }) => ({ value: maskAddress(value), count }))
}

async function isPersonal(ctx: Context, { event, property }: { event: string; property: string }): Promise<boolean> {
  const { rows } = await sql`
    select from event_properties
    where workspace_id = ${ctx.workspaceId} and event = ${event} and property in (${property}, split_part(${property}, '.', 1)) and is_pii`.execute(
    ctx.platform.db,
  )
  return rows.length > 0
}
