import { sql } from 'kysely'
import { decodeBody } from '../../collect/inbox-body.ts'
import type { InboxRow } from '../../collect/index.ts'
import type { Platform } from '../../platform/platform.ts'

/** The oldest callback of the inbox, as its consumer hands it over; `finish` takes it out, after the handler, in a transaction of its own. */
export async function readConsumerRow(platform: Platform): Promise<{ workspaceId: number; row: InboxRow; finish: () => Promise<void> } | null> {
  const { rows } = await sql<{ id: number; workspaceId: number; originId: string; receivedAt: Date; body: Buffer }>`
    select id, workspace_id as "workspaceId", origin_id as "originId", received_at as "receivedAt", body from inbox where kind = 'callback' order by id limit 1`.execute(
    platform.db,
  )
  const [found] = rows
  if (!found) return null
  const { id, workspaceId, originId, receivedAt, body } = found
  const items = await decodeBody(await platform.vaults.of(workspaceId), body)
  return {
    workspaceId,
    row: { id, sourceId: null, originId, receivedAt, items },
    finish: async () => {
      await sql`delete from inbox where id = ${id}`.execute(platform.db)
    },
  }
}
