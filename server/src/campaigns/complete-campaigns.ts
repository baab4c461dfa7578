import { sql } from 'kysely'
import { systemContext, writeAudit } from '../access/index.ts'
import type { Platform } from '../platform/platform.ts'

/** Running campaigns with nothing left to send become `completed`; receipts, replies and orders go on being counted. */
export async function completeSentCampaigns(platform: Platform): Promise<void> {
  await platform.db.transaction().execute(async (tx) => {
    const now = platform.clock.now()
    const { rows } = await sql<{ id: string; workspaceId: number }>`
      update campaigns set state = 'completed', finished_at = ${now}, updated_at = ${now}, hold_reason = null
      where state = 'running' and not exists (
        select 1 from messages where messages.cause_id = campaigns.id and messages.state in ('planned', 'ready', 'claimed'))
      returning id, workspace_id as "workspaceId"`.execute(tx)
    for (const { id, workspaceId } of rows) {
      await writeAudit(tx, systemContext(platform, workspaceId, 'campaigns'), { action: 'campaign.complete', targetKind: 'campaign', targetId: id })
    }
  })
}
