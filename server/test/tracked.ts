import { sql } from 'kysely'
import type { Context } from '../src/access/index.ts'
import { until } from './live-server.ts'

export interface TrackedEvent {
  event: string
  time: string
  person_id: number
  amount_fen: number | null
  properties: Record<string, unknown>
}

/** The events of a workspace once at least `count` have arrived and nothing waits any more: one too many is seen as well. */
export async function arrived(ctx: Context, count: number): Promise<TrackedEvent[]> {
  const { platform, workspaceId } = ctx
  const read = async () => {
    const { rows } = await sql<{ waiting: number }>`select count(*) as waiting from inbox where workspace_id = ${workspaceId}`.execute(platform.db)
    const events = await platform.warehouse.rows<TrackedEvent>({
      sql: 'select event, time, person_id, amount_fen, properties from events where workspace_id = {workspaceId:UInt32} order by time, event',
      params: { workspaceId },
    })
    return { waiting: rows[0]!.waiting, events }
  }
  const { events } = await until(read, (found) => found.events.length >= count && found.waiting === 0)
  return events
}

/** Everybody in a workspace with their attributes and what they are called; phones and e-mail addresses only by kind. */
export async function peopleOf({ platform, workspaceId }: Context): Promise<{ attributes: Record<string, unknown>; names: string[]; hasPhone: boolean }[]> {
  const { rows } = await sql<{ attributes: Record<string, unknown>; names: string[]; hasPhone: boolean }>`
    select attributes, phone_key is not null as "hasPhone",
      (select coalesce(array_agg(namespace || ':' || coalesce(value, '') order by namespace, value), '{}') from identities where person_id = people.id) as names
    from people where workspace_id = ${workspaceId} order by id`.execute(platform.db)
  return rows
}
