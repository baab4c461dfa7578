import { sql } from 'kysely'
import type { Campaign } from '../../../contracts/campaigns.ts'
import { mutate, type Context } from '../access/index.ts'
import { AppError } from '../platform/errors.ts'
import { requireCampaign, toCampaign } from './campaign-row.ts'
import { estimateCampaign } from './estimate-campaign.ts'
import { readLaunchParts } from './launch-readiness.ts'
import { planTask } from './plan-campaign.ts'
import { moveCampaign } from './run-campaign.ts'

/** How much an audience may have grown since it was confirmed. */
const growthMax = 1.1

/**
 * Confirms and launches: the words of the template are frozen, and the plan is made in the background (now, or at the scheduled time).
 * Throws `validation` with everything that is missing, `precondition` when the audience outgrew what was confirmed or the cost exceeds the budget.
 */
export async function launchCampaign(ctx: Context, id: string, { confirmRecipients }: { confirmRecipients: number }): Promise<Campaign> {
  const estimate = await estimateCampaign(ctx, id)
  const blocking = estimate.problems.filter((problem) => problem.blocking)
  if (blocking.length > 0) throw new AppError('validation', { problems: blocking.map(({ at, zh, en }) => ({ at, zh, en })) })
  if (estimate.recipients > confirmRecipients * growthMax) {
    throw new AppError('precondition', {
      zh: `确认后人群有变化：确认时 ${confirmRecipients} 人，现在 ${estimate.recipients} 人，请重新确认`,
      en: `The audience has grown since you confirmed: ${confirmRecipients} then, ${estimate.recipients} now; confirm again`,
    })
  }
  const now = ctx.platform.clock.now()
  await mutate(
    ctx,
    { action: 'campaign.launch', targetKind: 'campaign', targetId: id, detail: { recipients: estimate.recipients, costFen: estimate.costFen } },
    async (tx) => {
      const row = await requireCampaign(tx, ctx.workspaceId, id, { lock: true })
      const { content } = await readLaunchParts(ctx, row)
      const later = row.scheduledAt !== null && row.scheduledAt > now
      await moveCampaign(tx, ctx, row, later ? 'scheduled' : 'planning')
      await sql`update campaigns set content = ${JSON.stringify(content)}::jsonb, launched_at = ${later ? row.scheduledAt : now}
      where workspace_id = ${ctx.workspaceId} and id = ${id}::uuid`.execute(tx)
      if (!later) await ctx.platform.jobs.add(tx, planTask, { workspaceId: ctx.workspaceId, campaignId: id }, { key: `plan-${id}` })
    },
  )
  return toCampaign(await requireCampaign(ctx.platform.db, ctx.workspaceId, id))
}
