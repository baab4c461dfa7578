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

/** A message that was in the provider's hands when its campaign was cancelled, and came back unsent, is cancelled too. */
export async function cancelReturnedMessages(platform: Platform): Promise<void> {
  const now = platform.clock.now()
  await sql`
    update messages set state = 'cancelled', finished_at = ${now}
    from campaigns
    where campaigns.state = 'cancelled' and campaigns.finished_at > ${now}::timestamptz - interval '1 day'
      and messages.cause_id = campaigns.id and messages.workspace_id = campaigns.workspace_id and messages.state in ('planned', 'ready')`.execute(platform.db)
}
