import { sql, type RawBuilder } from 'kysely'
import type { z } from 'zod'
import type { Campaign, CampaignState, Goal } from '../../../contracts/campaigns.ts'
import { notFound } from '../platform/errors.ts'
import type { Database } from '../platform/platform.ts'
import type { CampaignOutcome } from './campaign-outcome.ts'
import { conversionRate } from './campaign-outcome.ts'

export type Goal = z.infer<typeof Goal>
export type Progress = Campaign['progress']

/** The words of the template as they were at launch. */
export interface CampaignContent {
  templateId: string
  template: string
  category: 'marketing' | 'notice'
  signature: string
  body: string
  optOutText: string
}

export interface CampaignRow {
  id: string
  code: string
  name: string
  type: string
  state: CampaignState
  segmentId: string | null
  segment: string | null
  templateId: string | null
  template: string | null
  accountId: string | null
  account: string | null
  content: CampaignContent | null
  controlPercent: number
  goal: Goal
  ignoreFrequencyCap: boolean
  budgetFen: number | null
  scheduledAt: Date | null
  endsAt: Date | null
  holdReason: string | null
  progress: Partial<Progress>
  outcome: CampaignOutcome | null
  refreshedAt: Date | null
  createdAt: Date
  updatedAt: Date
  launchedAt: Date | null
  finishedAt: Date | null
}

const columns = sql`
  campaigns.id, campaigns.code, campaigns.name, campaigns.type, campaigns.state,
  campaigns.segment_id as "segmentId", segments.name as segment, campaigns.template_id as "templateId", templates.name as template,
  campaigns.account_id as "accountId", accounts.name as account, campaigns.content, campaigns.control_percent as "controlPercent",
  campaigns.goal, campaigns.ignore_frequency_cap as "ignoreFrequencyCap", campaigns.budget_fen as "budgetFen",
  campaigns.scheduled_at as "scheduledAt", campaigns.ends_at as "endsAt", campaigns.hold_reason as "holdReason",
  campaigns.progress, campaigns.outcome, campaigns.refreshed_at as "refreshedAt",
  campaigns.created_at as "createdAt", campaigns.updated_at as "updatedAt", campaigns.launched_at as "launchedAt", campaigns.finished_at as "finishedAt"`

/** Campaigns of a workspace with the names of what they use; `condition` narrows and orders. */
export async function selectCampaigns(db: Database, workspaceId: number, condition: RawBuilder<unknown>): Promise<CampaignRow[]> {
  const { rows } = await sql<CampaignRow>`
    select ${columns}
    from campaigns
    left join segments on segments.id = campaigns.segment_id
    left join templates on templates.id = campaigns.template_id
    left join accounts on accounts.id = campaigns.account_id
    where campaigns.workspace_id = ${workspaceId} and ${condition}`.execute(db)
  return rows
}

/** The campaign, or `not-found`. With `lock` the row stays locked until the transaction ends. */
export async function requireCampaign(db: Database, workspaceId: number, id: string, options: { lock?: boolean } = {}): Promise<CampaignRow> {
  const lock = options.lock ? sql`for update of campaigns` : sql``
  const [row] = await selectCampaigns(db, workspaceId, sql`campaigns.id = ${id}::uuid ${lock}`)
  if (!row) throw notFound({ zh: '活动', en: 'campaign' })
  return row
}

const noProgress: Progress = { planned: 0, suppressed: 0, control: 0, waiting: 0, sent: 0, delivered: 0, failed: 0, unknown: 0, cancelled: 0 }

/** The row as the contract shows it. */
export function toCampaign(row: CampaignRow, progress: Partial<Progress> = row.progress): Campaign {
  return {
    id: row.id,
    code: row.code,
    name: row.name,
    type: row.type,
    state: row.state,
    segmentId: row.segmentId,
    segment: row.segment,
    templateId: row.templateId,
    template: row.content?.template ?? row.template,
    accountId: row.accountId,
    account: row.account,
    controlPercent: row.controlPercent,
    goal: row.goal,
    ignoreFrequencyCap: row.ignoreFrequencyCap,
    budgetFen: row.budgetFen,
    scheduledAt: row.scheduledAt?.toISOString() ?? null,
    endsAt: row.endsAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    launchedAt: row.launchedAt?.toISOString() ?? null,
    finishedAt: row.finishedAt?.toISOString() ?? null,
    holdReason: row.state === 'running' ? holdReasonText(row.holdReason) : null,
    progress: { ...noProgress, ...progress },
    result: row.outcome ? toResult(row.outcome) : null,
  }
}

function toResult(outcome: CampaignOutcome): NonNullable<Campaign['result']> {
  return {
    costFen: Math.round(outcome.costFen),
    conversions: outcome.treated.converted,
    revenueFen: outcome.treated.revenueFen,
    conversionRate: conversionRate(outcome.treated),
  }
}

/** The sender leaves a short code, `quietHours:<until>` or `accountFailing:<why>`. */
function holdReasonText(reason: string | null): Campaign['holdReason'] {
  if (!reason) return null
  const [kind, ...rest] = reason.split(':')
  const detail = rest.join(':')
  if (kind === 'quietHours')
    return { zh: `免打扰时段，${detail ? `${detail} 后` : '结束后'}继续发送`, en: `Quiet hours; sending goes on ${detail ? `at ${detail}` : 'when they end'}` }
  if (kind === 'accountDisabled')
    return { zh: '通道账号已停用，请在「设置 · 通道账号」中启用', en: 'The channel account is disabled; enable it under Settings · Channel accounts' }
  if (kind === 'accountFailing') return { zh: `通道异常：${detail}`, en: `The channel is failing: ${detail}` }
  return { zh: reason, en: reason }
}
