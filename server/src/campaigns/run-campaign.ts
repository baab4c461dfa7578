import { sql } from 'kysely'
import type { Campaign, CampaignState } from '../../../contracts/campaigns.ts'
import { mutate, type Context } from '../access/index.ts'
import { wakeSender } from '../delivery/index.ts'
import type { Database } from '../platform/platform.ts'
import { requireTransition } from './campaign-state.ts'
import { requireCampaign, toCampaign, type CampaignRow } from './campaign-row.ts'
import { countProgress } from './count-progress.ts'

/** Moves a locked campaign to another state, or throws `precondition`. */
export async function moveCampaign(tx: Database, ctx: Context, row: CampaignRow, to: CampaignState): Promise<void> {
  requireTransition(row.state, to)
  const now = ctx.platform.clock.now()
  const ended = to === 'completed' || to === 'cancelled'
  await sql`
    update campaigns set state = ${to}, updated_at = ${now}, finished_at = ${ended ? now : row.finishedAt}
    where workspace_id = ${ctx.workspaceId} and id = ${row.id}::uuid`.execute(tx)
}

interface Command {
  action: string
  to: CampaignState
  effect?: (tx: Database) => Promise<void>
}

async function command(ctx: Context, id: string, { action, to, effect }: Command): Promise<Campaign> {
  await mutate(ctx, { action, targetKind: 'campaign', targetId: id }, async (tx) => {
    const row = await requireCampaign(tx, ctx.workspaceId, id, { lock: true })
    await moveCampaign(tx, ctx, row, to)
    await effect?.(tx)
  })
  const row = await requireCampaign(ctx.platform.db, ctx.workspaceId, id)
  return toCampaign(row, await countProgress(ctx.platform.db, ctx.workspaceId, id))
}

/** Stops sending; messages already handed to the provider finish. */
export async function pauseCampaign(ctx: Context, id: string): Promise<Campaign> {
  return command(ctx, id, { action: 'campaign.pause', to: 'paused' })
}

/** Goes on sending. */
export async function resumeCampaign(ctx: Context, id: string): Promise<Campaign> {
  const campaign = await command(ctx, id, { action: 'campaign.resume', to: 'running' })
  wakeSender(ctx.platform)
  return campaign
}

/** Cancels what is not yet sent; what was sent stays and goes on being measured. */
export async function cancelCampaign(ctx: Context, id: string): Promise<Campaign> {
  return command(ctx, id, {
    action: 'campaign.cancel',
    to: 'cancelled',
    effect: async (tx) => {
      await sql`
        update messages set state = 'cancelled', finished_at = ${ctx.platform.clock.now()}
        where workspace_id = ${ctx.workspaceId} and cause_kind = 'campaign' and cause_id = ${id}::uuid and state in ('planned', 'ready')`.execute(tx)
    },
  })
}
