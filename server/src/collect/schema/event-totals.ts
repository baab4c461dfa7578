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

/** Those who did it under a former id, and whom they are today. */
const underFormerIds = 'arrayFilter(alias -> bitmapContains(everyone, alias.1), aliases)'
const onlyUnderFormerIds = `arrayDistinct(arrayFilter(id -> not bitmapContains(everyone, id), arrayMap(alias -> alias.2, ${underFormerIds})))`

/**
 * The totals of every event of the workspace, or of one, the most frequent first: kept as events come in, so that asking costs the same
 * however many there are. A person who is one with others counts once.
 */
export async function readEventTotals(ctx: Context, { event }: { event?: string } = {}): Promise<EventTotals[]> {
  const { isMapped } = await canonicalPerson(ctx)
  const people = isMapped ? `bitmapCardinality(everyone) - length(${underFormerIds}) + length(${onlyUnderFormerIds})` : 'bitmapCardinality(everyone)'
  const aliases = isMapped
    ? `, (select groupArray((alias_id, person_id)) from person_aliases final where workspace_id = {workspaceId:UInt32} and alias_id <> person_id) as aliases`
    : ''
  return ctx.platform.warehouse.rows<EventTotals>({
    sql: `with groupBitmapMergeState(people) as everyone${aliases}
      select event, sum(count) as count, ${people} as people,
        toUnixTimestamp64Milli(min(first_at)) as firstMs, toUnixTimestamp64Milli(max(last_at)) as lastMs
      from event_totals where workspace_id = {workspaceId:UInt32} ${event === undefined ? '' : 'and event = {event:String}'}
      group by event order by count desc, event limit ${eventsMax}`,
    params: { workspaceId: ctx.workspaceId, ...(event === undefined ? {} : { event }) },
  })
}
