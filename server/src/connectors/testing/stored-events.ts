import type { Context } from '../../access/index.ts'
import { drainInbox } from '../../collect/index.ts'

export interface StoredEvent {
  event: string
  personId: number
  amountFen: number | null
  properties: Record<string, unknown>
  time: string
}

/** Every event of a workspace, once the inbox is empty. */
export async function storedEvents({ platform, workspaceId }: Context): Promise<StoredEvent[]> {
  await drainInbox(platform)
  const rows = await platform.warehouse.rows<Omit<StoredEvent, 'properties'> & { properties: string | Record<string, unknown> }>({
    sql: `select event, person_id as personId, amount_fen as amountFen, properties, toString(events.time) as time from events
      where workspace_id = {workspaceId:UInt32} order by events.time, event, event_id`,
    params: { workspaceId },
  })
  return rows.map((row) => ({
    ...row,
    properties: typeof row.properties === 'string' ? (JSON.parse(row.properties) as Record<string, unknown>) : row.properties,
  }))
}
