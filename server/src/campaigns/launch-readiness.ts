import { sql } from 'kysely'
import type { Problem } from '../../../contracts/errors.ts'
import type { Context } from '../access/index.ts'
import { readTemplate } from '../content/index.ts'
import { readSegment } from '../audience/index.ts'
import { readContactPolicy } from '../workspaces/index.ts'
import type { Rule } from '../../../contracts/rule.ts'
import type { ContactPolicy } from '../../../contracts/workspaces.ts'
import type { CampaignContent, CampaignRow } from './campaign-row.ts'

export interface LaunchAccount {
  id: string
  ratePerSecond: number
  partCostFen: number
}

/** Everything a launch needs, looked up once; `problems` says what is missing. */
export interface LaunchParts {
  rule: Rule | null
  content: CampaignContent | null
  account: LaunchAccount | null
  policy: ContactPolicy
  problems: Problem[]
}

const missing = {
  segmentId: { at: 'segmentId', zh: '请选择目标分群', en: 'Choose a segment' },
  templateId: { at: 'templateId', zh: '请选择短信模板', en: 'Choose a template' },
  accountId: {
    at: 'accountId',
    zh: '请选择通道账号；没有时请在「设置 · 通道账号」中添加',
    en: 'Choose a channel account; add one under Settings · Channel accounts',
  },
} satisfies Record<string, Problem>

/** Looks up audience, words and account of a campaign. */
export async function readLaunchParts(ctx: Context, campaign: CampaignRow): Promise<LaunchParts> {
  const [segment, template, account, policy] = await Promise.all([
    campaign.segmentId ? readSegment(ctx, campaign.segmentId) : null,
    campaign.templateId ? readTemplate(ctx, campaign.templateId) : null,
    campaign.accountId ? readAccount(ctx, campaign.accountId) : null,
    readContactPolicy(ctx),
  ])
  const problems: Problem[] = []
  if (!segment) problems.push(missing.segmentId)
  if (!template) problems.push(missing.templateId)
  if (!account) problems.push(missing.accountId)
  if (account && !account.enabled) problems.push({ at: 'accountId', zh: '通道账号已停用，请先启用', en: 'The channel account is disabled; enable it first' })
  return {
    rule: segment?.rule ?? null,
    content: template && {
      templateId: template.id,
      template: template.name,
      category: template.category,
      signature: template.signature,
      body: template.body,
      optOutText: template.optOutText,
    },
    account: account && { id: account.id, ratePerSecond: account.ratePerSecond, partCostFen: account.partCostFen ?? policy.smsPartCostFen },
    policy,
    problems,
  }
}

interface AccountRow {
  id: string
  enabled: boolean
  ratePerSecond: number
  partCostFen: number | null
}

async function readAccount(ctx: Context, id: string): Promise<AccountRow | null> {
  const { rows } = await sql<AccountRow>`
    select id, enabled, rate_per_second as "ratePerSecond", part_cost_fen::float8 as "partCostFen" from accounts
    where workspace_id = ${ctx.workspaceId} and id = ${id}::uuid`.execute(ctx.platform.db)
  return rows[0] ?? null
}
