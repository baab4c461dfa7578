import { sql } from 'kysely'
import type { Database } from '../platform/platform.ts'

/** Why a running campaign sends nothing right now: `quietHours:<local time it ends>`, `accountDisabled`, `accountFailing:<why>`; null when it sends. */
export async function setHoldReason(
  db: Database,
  campaign: { workspaceId: number; campaignId: string; holdReason: string | null },
  reason: string | null,
): Promise<void> {
  if (campaign.holdReason === reason) return
  await sql`
    update campaigns set hold_reason = ${reason}
    where workspace_id = ${campaign.workspaceId} and id = ${campaign.campaignId}::uuid and hold_reason is distinct from ${reason}`.execute(db)
}

/** Campaigns whose account was disabled, or enabled again. */
export async function noteDisabledAccounts(db: Database): Promise<void> {
  await sql`
    update campaigns set hold_reason = case when accounts.enabled then null else 'accountDisabled' end
    from accounts
    where accounts.id = campaigns.account_id and accounts.workspace_id = campaigns.workspace_id and campaigns.state = 'running'
      and accounts.enabled = (campaigns.hold_reason is not distinct from 'accountDisabled')`.execute(db)
}
