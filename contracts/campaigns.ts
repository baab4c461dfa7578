import { z } from 'zod'
import { Done, Fen, Instant, LocaleText, pageOf, PageQuery, Uuid, WorkspaceParams, WorkspaceUuidParams } from './common.ts'
import { Problem } from './errors.ts'
import { RenderedSms } from './content.ts'
import { FailureClass, SuppressionReason } from './delivery.ts'
import { defineRoute, needs } from './http.ts'

/** draft → scheduled | planning → running ⇄ paused → completed; cancelled from any state before completed. `imported` is history from another system. */
export const campaignStates = ['draft', 'scheduled', 'planning', 'running', 'paused', 'completed', 'cancelled', 'imported'] as const
export const CampaignState = z.enum(campaignStates)
export type CampaignState = z.infer<typeof CampaignState>
export const campaignStateLabels: Record<CampaignState, LocaleText> = {
  draft: { zh: '草稿', en: 'Draft' },
  scheduled: { zh: '已排期', en: 'Scheduled' },
  planning: { zh: '计划中', en: 'Planning' },
  running: { zh: '发送中', en: 'Running' },
  paused: { zh: '已暂停', en: 'Paused' },
  completed: { zh: '已完成', en: 'Completed' },
  cancelled: { zh: '已取消', en: 'Cancelled' },
  imported: { zh: '历史导入', en: 'Imported' },
}

/** What counts as success: an event within `windowDays` after the contact; with `property`, only where it holds the campaign's code. */
export const Goal = z.object({ event: z.string().min(1).max(128), windowDays: z.int().min(1).max(365), property: z.string().max(64).nullable().default(null) })

export const CampaignInput = z.object({
  name: z.string().trim().min(1).max(80),
  type: z.string().trim().max(40).default(''),
  segmentId: Uuid.nullable(),
  templateId: Uuid.nullable(),
  accountId: Uuid.nullable(),
  controlPercent: z.number().min(0).max(90),
  goal: Goal,
  scheduledAt: Instant.nullable().default(null),
  ignoreFrequencyCap: z.boolean().default(false),
  budgetFen: Fen.nullable().default(null),
})
export const Campaign = CampaignInput.extend({
  id: Uuid,
  code: z.string(),
  state: CampaignState,
  segment: z.string().nullable(),
  template: z.string().nullable(),
  account: z.string().nullable(),
  endsAt: Instant.nullable(),
  createdAt: Instant,
  updatedAt: Instant,
  launchedAt: Instant.nullable(),
  finishedAt: Instant.nullable(),
  holdReason: LocaleText.nullable().describe('why nothing is being sent right now, e.g. quiet hours'),
  progress: z.object({
    planned: z.int(),
    suppressed: z.int(),
    control: z.int(),
    waiting: z.int(),
    sent: z.int(),
    delivered: z.int(),
    failed: z.int(),
    unknown: z.int(),
    cancelled: z.int(),
  }),
  /** Short result for lists; null until something was sent. */
  result: z.object({ costFen: Fen, conversions: z.int(), revenueFen: Fen, conversionRate: z.number() }).nullable(),
})
export type Campaign = z.infer<typeof Campaign>

/** What a launch would do now: who gets it, who does not and why, what it costs. */
export const CampaignEstimate = z.object({
  audience: z.int(),
  recipients: z.int(),
  control: z.int(),
  suppressed: z.array(z.object({ reason: SuppressionReason, count: z.int() })),
  partsPerMessage: z.object({ average: z.number(), maximum: z.int() }),
  costFen: Fen,
  secondsToSend: z.number(),
  sample: RenderedSms.nullable(),
  problems: z.array(Problem.extend({ blocking: z.boolean() })),
  /** The smallest difference in conversion rate that this control group can show (80 % power, 5 % level), in percentage points; null without a base rate. */
  detectableDifferencePercent: z.number().nullable(),
})
export type CampaignEstimate = z.infer<typeof CampaignEstimate>

/** A difference with its 95 % confidence interval; null when one of the groups is empty. */
export const Interval = z.object({ value: z.number(), low: z.number(), high: z.number() })
export type Interval = z.infer<typeof Interval>

/** Numbers of a campaign report that open their people: `outcome` of the people list. */
export const campaignOutcomes = [
  'planned',
  'sent',
  'accepted',
  'delivered',
  'failed',
  'unknown',
  'waiting',
  'cancelled',
  'replied',
  'optedOut',
  'converted',
  'control',
  'controlConverted',
] as const
/** Also `suppressed:<reason>` and `failed:<code>`. */
export const CampaignReport = z.object({
  campaign: Campaign,
  asOf: Instant,
  planned: z.int(),
  suppressed: z.array(z.object({ reason: SuppressionReason, count: z.int() })),
  waiting: z.int(),
  cancelled: z.int(),
  sent: z.int(),
  delivered: z.int(),
  unknown: z.int(),
  failed: z.array(z.object({ class: FailureClass, code: z.string(), count: z.int() })),
  replied: z.int(),
  optedOut: z.int(),
  /** The treated are those sent to; the control group is those held back by chance from the same audience. */
  treated: z.object({ people: z.int(), converted: z.int(), orders: z.int(), revenueFen: Fen }),
  control: z.object({ people: z.int(), converted: z.int(), orders: z.int(), revenueFen: Fen }),
  costFen: Fen,
  roi: z.number().nullable().describe('(incremental revenue − cost) / cost; null without cost or control group'),
  attributedRoi: z.number().nullable().describe('(revenue of the treated in the window − cost) / cost'),
  lift: z.object({
    conversionRateDifference: Interval.nullable().describe('treated − control, as a fraction'),
    revenuePerPersonDifferenceFen: Interval.nullable(),
    incrementalConversions: Interval.nullable(),
    incrementalRevenueFen: Interval.nullable(),
    significant: z.boolean().nullable(),
    sentence: LocaleText.describe('the result in plain words'),
  }),
  /** How wide a step of `series` is: five minutes in the first two hours, an hour in the first three days, then a day of the workspace. */
  seriesStep: z.enum(['fiveMinutes', 'hour', 'day']),
  series: z.array(z.object({ at: Instant, sent: z.int(), delivered: z.int(), replied: z.int(), optedOut: z.int(), conversions: z.int(), revenueFen: Fen })),
})
export type CampaignReport = z.infer<typeof CampaignReport>

const base = '/api/workspaces/:workspaceId'
export const campaignRoutes = {
  listCampaigns: defineRoute({
    method: 'GET',
    path: `${base}/campaigns`,
    access: needs('campaigns.read'),
    summary: 'Campaigns, newest first',
    params: WorkspaceParams,
    query: PageQuery.extend({ search: z.string().max(80).optional(), state: CampaignState.optional() }),
    answer: pageOf(Campaign),
  }),
  createCampaign: defineRoute({
    method: 'POST',
    path: `${base}/campaigns`,
    access: needs('campaigns.write'),
    summary: 'Save a draft',
    params: WorkspaceParams,
    body: CampaignInput,
    answer: Campaign,
  }),
  readCampaign: defineRoute({
    method: 'GET',
    path: `${base}/campaigns/:id`,
    access: needs('campaigns.read'),
    summary: 'One campaign',
    params: WorkspaceUuidParams,
    answer: Campaign,
  }),
  updateCampaign: defineRoute({
    method: 'PATCH',
    path: `${base}/campaigns/:id`,
    access: needs('campaigns.write'),
    summary: 'Change a draft',
    params: WorkspaceUuidParams,
    body: CampaignInput.partial(),
    answer: Campaign,
  }),
  deleteCampaign: defineRoute({
    method: 'DELETE',
    path: `${base}/campaigns/:id`,
    access: needs('campaigns.write'),
    summary: 'Delete a draft',
    params: WorkspaceUuidParams,
    answer: Done,
  }),
  duplicateCampaign: defineRoute({
    method: 'POST',
    path: `${base}/campaigns/:id/duplicate`,
    access: needs('campaigns.write'),
    summary: 'A new draft with the same settings',
    params: WorkspaceUuidParams,
    answer: Campaign,
  }),
  estimateCampaign: defineRoute({
    method: 'POST',
    path: `${base}/campaigns/:id/estimate`,
    access: needs('campaigns.read'),
    readOnly: true,
    summary: 'Reach, reasons, cost and time of a launch',
    params: WorkspaceUuidParams,
    answer: CampaignEstimate,
  }),
  testSend: defineRoute({
    method: 'POST',
    path: `${base}/campaigns/:id/test-send`,
    access: needs('campaigns.launch'),
    summary: 'Send the message to given phones as a person would get it',
    params: WorkspaceUuidParams,
    body: z.object({ phones: z.array(z.string().min(5).max(30)).min(1).max(10), personId: z.int().positive().optional() }),
    answer: z.object({ results: z.array(z.object({ phone: z.string(), accepted: z.boolean(), error: z.string().nullable() })) }),
  }),
  launchCampaign: defineRoute({
    method: 'POST',
    path: `${base}/campaigns/:id/launch`,
    access: needs('campaigns.launch'),
    summary: 'Confirm and launch, now or at its scheduled time',
    params: WorkspaceUuidParams,
    body: z.object({
      confirmRecipients: z.int().describe('recipients of the estimate that was confirmed; refused when the audience has since grown by more than 10 %'),
    }),
    answer: Campaign,
  }),
  pauseCampaign: defineRoute({
    method: 'POST',
    path: `${base}/campaigns/:id/pause`,
    access: needs('campaigns.launch'),
    summary: 'Stop sending; what is in hand finishes',
    params: WorkspaceUuidParams,
    answer: Campaign,
  }),
  resumeCampaign: defineRoute({
    method: 'POST',
    path: `${base}/campaigns/:id/resume`,
    access: needs('campaigns.launch'),
    summary: 'Go on sending',
    params: WorkspaceUuidParams,
    answer: Campaign,
  }),
  cancelCampaign: defineRoute({
    method: 'POST',
    path: `${base}/campaigns/:id/cancel`,
    access: needs('campaigns.launch'),
    summary: 'Cancel all that is not yet sent',
    params: WorkspaceUuidParams,
    answer: Campaign,
  }),
  readCampaignReport: defineRoute({
    method: 'GET',
    path: `${base}/campaigns/:id/report`,
    access: needs('campaigns.read'),
    summary: 'Live report of a campaign',
    params: WorkspaceUuidParams,
    answer: CampaignReport,
  }),
}
