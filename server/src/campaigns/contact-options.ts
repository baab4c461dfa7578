import type { Context } from '../access/index.ts'
import type { ContactOptions } from '../delivery/index.ts'
import type { CampaignRow } from './campaign-row.ts'
import type { LaunchParts } from './launch-readiness.ts'

/** How a campaign's audience is decided, from its settings and the workspace's policy. */
export function contactOptions(ctx: Context, campaign: CampaignRow, { content, account, policy }: LaunchParts): Omit<ContactOptions, 'audienceTable'> {
  const words = campaign.content ?? content
  if (!words || !account) throw new Error('contactOptions needs content and account')
  return {
    workspaceId: ctx.workspaceId,
    campaignId: campaign.id,
    accountId: account.id,
    category: words.category,
    controlPercent: campaign.controlPercent,
    frequencyCap: campaign.ignoreFrequencyCap || !policy.frequencyCap.enabled ? null : policy.frequencyCap,
    content: words,
    now: ctx.platform.clock.now(),
  }
}
