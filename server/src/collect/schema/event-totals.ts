import type { Context } from '../../access/index.ts'
import { canonicalPerson } from '../../people/index.ts'

/** How often, by how many people and between when an event happened. */
export interface EventTotals {
  event: string
  count: number
  people: number
  firstMs: number
  lastMs: number
}

const eventsMax = 3_000

/** The totals of every event of the workspace, or of one, the most frequent first. */
export async function readEventTotals(ctx: Context, { event }: { event?: string } = {}): Promise<EventTotals[]> {
  const person = await canonicalPerson(ctx)
  return ctx.platform.warehouse.rows<EventTotals>({
    sql: `select event, count() as count, uniq(${person.of('person_id')}) as people,
        toUnixTimestamp64Milli(min(time)) as firstMs, toUnixTimestamp64Milli(max(time)) as lastMs
      from events where workspace_id = {workspaceId:UInt32} ${event === undefined ? '' : 'and event = {event:String}'}
      group by event order by count desc, event limit ${eventsMax}`,
    params: { workspaceId: ctx.workspaceId, ...(event === undefined ? {} : { event }) },
  })
}
