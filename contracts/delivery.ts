import { z } from 'zod'
import { Done, Instant, type LocaleText, pageOf, PageQuery, Uuid, WorkspaceParams } from './common.ts'
import { defineRoute, needs } from './http.ts'
import { Channel } from './people.ts'

/**
 * States of a message.
 * planned → suppressed(reason) | ready | cancelled; ready → claimed | suppressed | cancelled; claimed → accepted | ready (throttled, transient) |
 * failed | unknown; accepted → delivered | failed | unknown; unknown → delivered | failed (a late receipt) | ready (an operator decides).
 */
export const messageStates = ['planned', 'suppressed', 'ready', 'claimed', 'accepted', 'delivered', 'failed', 'unknown', 'cancelled'] as const
export const MessageState = z.enum(messageStates)
export type MessageState = z.infer<typeof MessageState>
export const messageStateLabels: Record<MessageState, LocaleText> = {
  planned: { zh: '已计划', en: 'Planned' },
  suppressed: { zh: '未发送（拦截）', en: 'Suppressed' },
  ready: { zh: '待发送', en: 'Ready' },
  claimed: { zh: '发送中', en: 'Sending' },
  accepted: { zh: '已提交', en: 'Accepted' },
  delivered: { zh: '已送达', en: 'Delivered' },
  failed: { zh: '失败', en: 'Failed' },
  unknown: { zh: '结果未知', en: 'Unknown' },
  cancelled: { zh: '已取消', en: 'Cancelled' },
}

/** Why a message is not sent to a person. `controlGroup` is chosen by chance so that the effect can be measured. */
export const suppressionReasons = [
  'controlGroup',
  'noAddress',
  'noConsent',
  'optedOut',
  'invalidNumber',
  'frequencyCap',
  'missingVariable',
  'duplicateAddress',
] as const
export const SuppressionReason = z.enum(suppressionReasons)
export type SuppressionReason = z.infer<typeof SuppressionReason>
export const suppressionReasonLabels: Record<SuppressionReason, LocaleText> = {
  controlGroup: { zh: '对照组', en: 'Control group' },
  noAddress: { zh: '没有手机号', en: 'No phone' },
  noConsent: { zh: '未同意营销', en: 'No consent' },
  optedOut: { zh: '已退订', en: 'Opted out' },
  invalidNumber: { zh: '空号', en: 'Invalid number' },
  frequencyCap: { zh: '超过频控', en: 'Frequency cap' },
  missingVariable: { zh: '变量缺值', en: 'Missing variable' },
  duplicateAddress: { zh: '号码重复', en: 'Duplicate number' },
}

/** What a provider's failure means for us, whatever its own codes are. */
export const failureClasses = ['invalidNumber', 'unreachable', 'blacklisted', 'blockedContent', 'throttled', 'unregistered', 'rejected', 'unknown'] as const
export const FailureClass = z.enum(failureClasses)
export type FailureClass = z.infer<typeof FailureClass>
export const failureClassLabels: Record<FailureClass, LocaleText> = {
  invalidNumber: { zh: '空号', en: 'Invalid number' },
  unreachable: { zh: '关机或不在服务区', en: 'Unreachable' },
  blacklisted: { zh: '黑名单', en: 'Blacklisted' },
  blockedContent: { zh: '内容被拦截', en: 'Content blocked' },
  throttled: { zh: '流控', en: 'Throttled' },
  unregistered: { zh: '签名或模板未报备', en: 'Signature or template not registered' },
  rejected: { zh: '被拒绝', en: 'Rejected' },
  unknown: { zh: '未知原因', en: 'Unknown cause' },
}

export const Message = z.object({
  messageId: z.int(),
  personId: z.int(),
  personName: z.string().nullable(),
  phone: z.string().nullable().describe('masked'),
  channel: Channel,
  campaignId: Uuid.nullable(),
  campaign: z.string().nullable(),
  state: MessageState,
  reason: SuppressionReason.nullable(),
  failureClass: FailureClass.nullable(),
  failureCode: z.string().nullable(),
  text: z.string().nullable(),
  parts: z.int().nullable(),
  costFen: z.number().nullable(),
  account: z.string().nullable(),
  vendorId: z.string().nullable(),
  attempts: z.int(),
  plannedAt: Instant,
  claimedAt: Instant.nullable(),
  acceptedAt: Instant.nullable(),
  finishedAt: Instant.nullable(),
})
export type Message = z.infer<typeof Message>
export const Reply = z.object({
  id: z.int(),
  at: Instant,
  personId: z.int().nullable(),
  personName: z.string().nullable(),
  phone: z.string().nullable(),
  text: z.string(),
  kind: z.enum(['optOut', 'other']),
  campaignId: Uuid.nullable(),
  campaign: z.string().nullable(),
  account: z.string().nullable(),
})
export type Reply = z.infer<typeof Reply>
export const SuppressionEntry = z.object({
  id: z.int(),
  channel: Channel,
  address: z.string().describe('masked'),
  reason: z.enum(['optedOut', 'invalidNumber', 'blacklisted', 'manual']),
  source: z.string(),
  at: Instant,
  personId: z.int().nullable(),
})

const base = '/api/workspaces/:workspaceId'
export const deliveryRoutes = {
  listMessages: defineRoute({
    method: 'GET',
    path: `${base}/messages`,
    access: needs('campaigns.read'),
    summary: 'Messages, newest first',
    params: WorkspaceParams,
    query: PageQuery.extend({
      campaignId: Uuid.optional(),
      personId: z.coerce.number().int().positive().optional(),
      state: MessageState.optional(),
      reason: SuppressionReason.optional(),
      failureCode: z.string().max(80).optional(),
    }),
    answer: pageOf(Message),
  }),
  settleUnknown: defineRoute({
    method: 'POST',
    path: `${base}/unknown-messages/settle`,
    access: needs('campaigns.launch'),
    summary: 'Decide what becomes of unknown messages of a campaign: send again or leave as failed',
    params: WorkspaceParams,
    body: z.object({ campaignId: Uuid, decision: z.enum(['sendAgain', 'fail']) }),
    answer: z.object({ settled: z.int() }),
  }),
  listReplies: defineRoute({
    method: 'GET',
    path: `${base}/replies`,
    access: needs('campaigns.read'),
    summary: 'Replies, newest first',
    params: WorkspaceParams,
    query: PageQuery.extend({
      kind: z.enum(['optOut', 'other']).optional(),
      campaignId: Uuid.optional(),
      personId: z.coerce.number().int().positive().optional(),
    }),
    answer: pageOf(Reply),
  }),
  listSuppressions: defineRoute({
    method: 'GET',
    path: `${base}/suppressions`,
    access: needs('campaigns.read'),
    summary: 'Suppression list, newest first',
    params: WorkspaceParams,
    query: PageQuery.extend({
      search: z.string().max(30).optional().describe('exact phone'),
      reason: z.enum(['optedOut', 'invalidNumber', 'blacklisted', 'manual']).optional(),
    }),
    answer: pageOf(SuppressionEntry),
  }),
  addSuppression: defineRoute({
    method: 'POST',
    path: `${base}/suppressions`,
    access: needs('people.write'),
    summary: 'Put a phone on the suppression list by hand',
    params: WorkspaceParams,
    body: z.object({ phone: z.string().min(5).max(30), note: z.string().max(200).default('') }),
    answer: SuppressionEntry,
  }),
  removeSuppression: defineRoute({
    method: 'DELETE',
    path: `${base}/suppressions/:suppressionId`,
    access: needs('people.write'),
    summary: 'Take an entry off the suppression list; an opt-out needs new consent and can not be removed here',
    params: WorkspaceParams.extend({ suppressionId: z.coerce.number().int().positive() }),
    answer: Done,
  }),
}
