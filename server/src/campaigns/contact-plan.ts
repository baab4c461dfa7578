import { CompiledQuery } from 'kysely'
import type { Context } from '../access/index.ts'
import { compileTemplate } from '../content/index.ts'
import type { ContactPlan, TransactionClient } from '../delivery/index.ts'
import type { Database } from '../platform/platform.ts'
import type { CampaignRow } from './campaign-row.ts'
import type { LaunchParts } from './launch-readiness.ts'

/** How a campaign's audience is decided, from its settings and the workspace's policy. */
export function contactPlan(ctx: Context, campaign: CampaignRow, { content, account, policy }: LaunchParts): Omit<ContactPlan, 'audienceTable'> {
  const words = campaign.content ?? content
  if (!words || !account) throw new Error('a contact plan needs content and account')
  return {
    workspaceId: ctx.workspaceId,
    campaignId: campaign.id,
    accountId: account.id,
    channel: 'sms',
    category: words.category,
    controlPercent: campaign.controlPercent,
    frequencyCap: campaign.ignoreFrequencyCap || !policy.frequencyCap.enabled ? null : policy.frequencyCap,
    requiredAttributes: compileTemplate(words).required,
    now: ctx.platform.clock.now(),
  }
}

/** The connection of a transaction, for statements with numbered parameters. */
export function clientOf(tx: Database): TransactionClient {
  return {
    async query(text, values = []) {
      const { rows } = await tx.executeQuery(CompiledQuery.raw(text, values))
      return { rows: rows as never[] }
    },
  }
}
