import type { PersonActivity } from '../../../../contracts/people.ts'
import type { Context } from '../../access/index.ts'
import { workspaceTimezone } from '../../workspaces/index.ts'
import { historyOf } from '../merging/aliases.ts'
import { findPerson } from './read-person.ts'
import { eventsOfKind, kindOfEvent, readSourceNames } from './read-timeline.ts'

const daysMax = 4_000
const eventsMax = 200
const sourcesMax = 50

/** A person's days by the workspace's zone, and which events from which sources there are: one pass over the person's rows. Throws `not-found`. */
export async function readPersonActivity(ctx: Context, { personId }: { personId: number }): Promise<PersonActivity> {
  const { id } = await findPerson(ctx, personId)
  const person = await historyOf(ctx, id)
  const timezone = await workspaceTimezone(ctx)
  const params = {
    workspaceId: ctx.workspaceId,
    ...person.params,
    timezone,
    orders: [...eventsOfKind.order],
    messages: [...eventsOfKind.message, ...eventsOfKind.reply],
  }
  const ofPerson = `from events_by_person where workspace_id = {workspaceId:UInt32} and ${person.condition}`
  const [days, events, sources] = await Promise.all([
    ctx.platform.warehouse.rows<PersonActivity['days'][number]>({
      sql: `
        select toString(day) as date, toInt64(count()) as events, toInt64(countIf(event in {orders:Array(String)})) as orders, toInt64(countIf(event in {messages:Array(String)})) as messages
        from (select toDate32(time, {timezone:String}) as day, event ${ofPerson})
        group by day order by day desc limit ${daysMax}`,
      params,
    }),
    ctx.platform.warehouse.rows<{ event: string; count: number }>({
      sql: `select toString(event) as event, toInt64(count()) as count ${ofPerson} group by event order by count desc, event limit ${eventsMax}`,
      params,
    }),
    ctx.platform.warehouse.rows<{ id: string; count: number }>({
      sql: `select toString(source_id) as id, toInt64(count()) as count ${ofPerson} group by source_id order by count desc, source_id limit ${sourcesMax}`,
      params,
    }),
  ])
  const names = await readSourceNames(
    ctx,
    sources.map((source) => source.id),
  )
  return {
    days: days.toReversed(),
    events: events.map((row) => ({ ...row, kind: kindOfEvent(row.event) })),
    sources: sources.map((row) => ({ ...row, name: names.get(row.id) ?? null })),
  }
}
