import { z } from 'zod'
import { Instant, LocaleText, pageOf, PageQuery, Uuid, WorkspaceParams, WorkspaceUuidParams } from './common.ts'
import { Problem } from './errors.ts'
import { defineRoute, needs } from './http.ts'

/** The event that means a completed purchase, as in Segment's e-commerce vocabulary. Its money is `total` (or `revenue`) in yuan, its number `order_id`. */
export const orderEvent = 'Order Completed'

/** Events the product writes itself, through the same inbox as any other event. */
export const messageEvents = ['Message Accepted', 'Message Delivered', 'Message Failed', 'Message Replied', 'Message Opted Out'] as const

/** What people read in place of the names of events that mean something to the product; other events go by their own names. */
export const eventLabels: Readonly<Record<string, LocaleText>> = {
  [orderEvent]: { zh: '完成订单', en: 'Order completed' },
  'Message Accepted': { zh: '短信已提交', en: 'Message accepted' },
  'Message Delivered': { zh: '短信已送达', en: 'Message delivered' },
  'Message Failed': { zh: '短信未送达', en: 'Message failed' },
  'Message Replied': { zh: '回复短信', en: 'Replied' },
  'Message Opted Out': { zh: '回复退订', en: 'Opted out' },
  'Control Assigned': { zh: '进入对照组', en: 'In a control group' },
}

/* ---------- tracking API (Segment's shape) ---------- */

const Json = z.record(z.string(), z.unknown())
const trackingBase = {
  messageId: z.string().max(256).optional(),
  userId: z.union([z.string(), z.number()]).nullish(),
  anonymousId: z.union([z.string(), z.number()]).nullish(),
  timestamp: z.string().optional(),
  originalTimestamp: z.string().optional(),
  sentAt: z.string().optional(),
  context: Json.nullish(),
  integrations: Json.nullish(),
}
/** Documentation of one tracked message; the collector checks it by hand, faster, to the same rules. */
export const TrackingMessage = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('identify'), traits: Json.nullish(), ...trackingBase }),
  z.looseObject({ type: z.literal('track'), event: z.string().min(1).max(128), properties: Json.nullish(), ...trackingBase }),
])
export const TrackingBatch = z.looseObject({ batch: z.array(TrackingMessage).min(1).max(2500), sentAt: z.string().optional() })
export const TrackingAnswer = z.object({ success: z.literal(true) })

/* ---------- sources ---------- */

export const SourceKind = z.enum(['http', 'import', 'provider'])
export const Source = z.object({
  id: Uuid,
  name: z.string(),
  kind: SourceKind,
  writeKeyHint: z.string().nullable(),
  createdAt: Instant,
  disabledAt: Instant.nullable(),
  lastEventAt: Instant.nullable(),
  eventsAccepted: z.int(),
})
export type Source = z.infer<typeof Source>

/* ---------- imports ---------- */

export const importTargets = ['people', 'orders', 'events', 'campaignContacts'] as const
export const ImportTarget = z.enum(importTargets)
export type ImportTarget = z.infer<typeof ImportTarget>

/** A field a column can be mapped to. `attribute:` and `property:` take any key after the colon; an empty string leaves the column out. */
export interface ImportField {
  field: string
  label: LocaleText
  required?: boolean
  oneOf?: string
}
export const importFields: Record<ImportTarget, readonly ImportField[]> = {
  people: [
    { field: 'user_id', label: { zh: '用户 ID', en: 'User id' }, oneOf: 'identity' },
    { field: 'member_no', label: { zh: '会员号', en: 'Member number' }, oneOf: 'identity' },
    { field: 'phone', label: { zh: '手机号', en: 'Phone' }, oneOf: 'identity' },
    { field: 'email', label: { zh: '邮箱', en: 'E-mail' }, oneOf: 'identity' },
    { field: 'created_at', label: { zh: '注册时间', en: 'Registered at' } },
    { field: 'sms_consent', label: { zh: '同意接收营销短信(是/否)', en: 'Consents to marketing SMS (yes/no)' } },
  ],
  orders: [
    { field: 'user_id', label: { zh: '用户 ID', en: 'User id' }, oneOf: 'identity' },
    { field: 'member_no', label: { zh: '会员号', en: 'Member number' }, oneOf: 'identity' },
    { field: 'phone', label: { zh: '手机号', en: 'Phone' }, oneOf: 'identity' },
    { field: 'email', label: { zh: '邮箱', en: 'E-mail' }, oneOf: 'identity' },
    { field: 'order_id', label: { zh: '订单号(同号的多行是一张订单的明细)', en: 'Order number (rows with the same number are its lines)' }, required: true },
    { field: 'time', label: { zh: '下单时间', en: 'Ordered at' }, required: true },
    { field: 'amount', label: { zh: '金额(元)', en: 'Amount (yuan)' }, required: true },
  ],
  events: [
    { field: 'user_id', label: { zh: '用户 ID', en: 'User id' }, oneOf: 'identity' },
    { field: 'member_no', label: { zh: '会员号', en: 'Member number' }, oneOf: 'identity' },
    { field: 'phone', label: { zh: '手机号', en: 'Phone' }, oneOf: 'identity' },
    { field: 'email', label: { zh: '邮箱', en: 'E-mail' }, oneOf: 'identity' },
    { field: 'event', label: { zh: '事件名', en: 'Event name' }, oneOf: 'event' },
    { field: 'time', label: { zh: '发生时间', en: 'Time' }, required: true },
    { field: 'amount', label: { zh: '金额(元)', en: 'Amount (yuan)' } },
    { field: 'message_id', label: { zh: '唯一编号(用于去重)', en: 'Unique id (to drop duplicates)' } },
  ],
  campaignContacts: [
    { field: 'user_id', label: { zh: '用户 ID', en: 'User id' }, oneOf: 'identity' },
    { field: 'member_no', label: { zh: '会员号', en: 'Member number' }, oneOf: 'identity' },
    { field: 'phone', label: { zh: '手机号', en: 'Phone' }, oneOf: 'identity' },
    { field: 'email', label: { zh: '邮箱', en: 'E-mail' }, oneOf: 'identity' },
    { field: 'campaign', label: { zh: '活动编号', en: 'Campaign code' }, required: true },
    { field: 'campaign_name', label: { zh: '活动名称', en: 'Campaign name' } },
    { field: 'campaign_type', label: { zh: '活动类型', en: 'Campaign type' } },
    { field: 'time', label: { zh: '触达时间', en: 'Contacted at' }, required: true },
    { field: 'until', label: { zh: '活动结束时间', en: 'Campaign ends at' } },
    { field: 'state', label: { zh: '结果(送达/失败/对照)', en: 'Result (delivered/failed/control)' } },
    { field: 'cost', label: { zh: '费用(元)', en: 'Cost (yuan)' } },
  ],
}

/** File column (by position) → field; `attribute:城市`, `property:sku` or one of `importFields`; '' leaves the column out. */
export const ColumnMapping = z.array(z.string().max(80)).max(500)
export const ImportOptions = z.object({
  eventName: z.string().min(1).max(128).optional().describe('events: the name when no column gives it'),
  consentProof: z.string().trim().max(500).optional().describe('people: where and how these people agreed to marketing SMS; required with sms_consent'),
  timezone: z.string().max(60).optional().describe('zone of times without one; default is the zone of the workspace'),
  goalEvent: z.string().max(128).optional().describe('campaignContacts: the event that means success'),
  goalProperty: z
    .string()
    .max(64)
    .optional()
    .describe('campaignContacts: the property of the goal event that holds the campaign code; none counts any goal event'),
  goalWindowDays: z.int().min(1).max(365).optional().describe('campaignContacts: days after contact when no end is given'),
})
export type ImportOptions = z.infer<typeof ImportOptions>

export const importStates = ['uploaded', 'running', 'cancelling', 'cancelled', 'finished', 'failed'] as const
export const ImportState = z.enum(importStates)
export const ColumnAnalysis = z.object({
  header: z.string(),
  samples: z.array(z.string()),
  suggestion: z.string(),
  reason: z.enum(['header', 'content', 'none']),
})
export const Import = z.object({
  id: Uuid,
  fileName: z.string(),
  bytes: z.int(),
  state: ImportState,
  target: ImportTarget.nullable(),
  mapping: ColumnMapping.nullable(),
  options: ImportOptions,
  encoding: z.string(),
  delimiter: z.string(),
  columns: z.array(ColumnAnalysis),
  estimatedRows: z.int(),
  rowsRead: z.int(),
  rowsGood: z.int(),
  rowsBad: z.int(),
  rowsDuplicate: z.int().describe('seen before, in this file or in the workspace'),
  peopleNew: z.int(),
  peopleKnown: z.int(),
  bytesRead: z.int(),
  rowsPerSecond: z.number().nullable(),
  secondsLeft: z.number().nullable(),
  error: LocaleText.nullable(),
  createdAt: Instant,
  startedAt: Instant.nullable(),
  finishedAt: Instant.nullable(),
})
export type Import = z.infer<typeof Import>
export const BadRow = z.object({ row: z.int().describe('line number in the file, the header is 1'), problems: z.array(Problem), values: z.array(z.string()) })

export const EventSchema = z.object({
  event: z.string(),
  count: z.int(),
  people: z.int(),
  firstAt: Instant.nullable(),
  lastAt: Instant.nullable(),
  properties: z.array(z.object({ key: z.string(), type: z.enum(['text', 'number', 'boolean', 'date']) })),
})
export const InboxState = z.object({ waiting: z.int(), oldestSeconds: z.number().nullable(), failed: z.int(), processedLastHour: z.int() })

const base = '/api/workspaces/:workspaceId'
export const collectRoutes = {
  trackBatch: defineRoute({
    method: 'POST',
    path: '/v1/batch',
    access: { kind: 'writeKey' },
    summary: 'Segment-shaped batch of identify and track; answered after the commit',
    body: TrackingBatch,
    answer: TrackingAnswer,
    transport: 'raw',
  }),

  listSources: defineRoute({
    method: 'GET',
    path: `${base}/sources`,
    access: needs('data.read'),
    summary: 'Data sources',
    params: WorkspaceParams,
    answer: z.object({ items: z.array(Source) }),
  }),
  createSource: defineRoute({
    method: 'POST',
    path: `${base}/sources`,
    access: needs('data.manage'),
    summary: 'Create a source; the write key is shown once',
    params: WorkspaceParams,
    body: z.object({ name: z.string().trim().min(1).max(80) }),
    answer: Source.extend({ writeKey: z.string() }),
  }),
  updateSource: defineRoute({
    method: 'PATCH',
    path: `${base}/sources/:id`,
    access: needs('data.manage'),
    summary: 'Rename, disable or enable a source',
    params: WorkspaceUuidParams,
    body: z.object({ name: z.string().trim().min(1).max(80).optional(), disabled: z.boolean().optional() }),
    answer: Source,
  }),
  rotateWriteKey: defineRoute({
    method: 'POST',
    path: `${base}/sources/:id/write-key`,
    access: needs('data.manage'),
    summary: 'Replace the write key; the old one stops at once',
    params: WorkspaceUuidParams,
    answer: Source.extend({ writeKey: z.string() }),
  }),

  uploadImport: defineRoute({
    method: 'POST',
    path: `${base}/imports`,
    access: needs('data.import'),
    summary: 'Upload a CSV file (form field `file`); answers what was found in it and a suggested mapping',
    params: WorkspaceParams,
    query: z.object({ target: ImportTarget.default('people') }),
    answer: Import,
    transport: 'multipart',
  }),
  listImports: defineRoute({
    method: 'GET',
    path: `${base}/imports`,
    access: needs('data.read'),
    summary: 'Imports, newest first',
    params: WorkspaceParams,
    query: PageQuery,
    answer: pageOf(Import),
  }),
  readImport: defineRoute({
    method: 'GET',
    path: `${base}/imports/:id`,
    access: needs('data.read'),
    summary: 'One import with its progress',
    params: WorkspaceUuidParams,
    answer: Import,
  }),
  suggestMapping: defineRoute({
    method: 'GET',
    path: `${base}/imports/:id/mapping`,
    access: needs('data.read'),
    summary: 'Suggested mapping of the columns for a target',
    params: WorkspaceUuidParams,
    query: z.object({ target: ImportTarget }),
    answer: z.object({ mapping: ColumnMapping, columns: z.array(ColumnAnalysis) }),
  }),
  startImport: defineRoute({
    method: 'POST',
    path: `${base}/imports/:id/start`,
    access: needs('data.import'),
    summary: 'Start an uploaded import with a mapping',
    params: WorkspaceUuidParams,
    body: z.object({ target: ImportTarget, mapping: ColumnMapping, options: ImportOptions.default({}) }),
    answer: Import,
  }),
  cancelImport: defineRoute({
    method: 'POST',
    path: `${base}/imports/:id/cancel`,
    access: needs('data.import'),
    summary: 'Stop a running import; rows already in stay',
    params: WorkspaceUuidParams,
    answer: Import,
  }),
  listBadRows: defineRoute({
    method: 'GET',
    path: `${base}/imports/:id/bad-rows`,
    access: needs('data.read'),
    summary: 'Rows that did not go in, with the reasons',
    params: WorkspaceUuidParams,
    query: PageQuery,
    answer: pageOf(BadRow),
  }),
  downloadBadRows: defineRoute({
    method: 'GET',
    path: `${base}/imports/:id/bad-rows.csv`,
    access: needs('people.reveal'),
    summary: 'Bad rows as CSV with a column of reasons (values unmasked)',
    params: WorkspaceUuidParams,
    answer: z.string(),
    transport: 'file',
  }),

  listEventSchemas: defineRoute({
    method: 'GET',
    path: `${base}/event-schemas`,
    access: needs('data.read'),
    summary: 'Events seen, with their properties',
    params: WorkspaceParams,
    answer: z.object({ items: z.array(EventSchema) }),
  }),
  listPropertyValues: defineRoute({
    method: 'GET',
    path: `${base}/event-values`,
    access: needs('data.read'),
    summary: 'Most frequent values of an event property',
    params: WorkspaceParams,
    query: z.object({ event: z.string().max(128), property: z.string().max(64), search: z.string().max(60).optional() }),
    answer: z.object({ items: z.array(z.object({ value: z.string(), count: z.int() })) }),
  }),
  readInbox: defineRoute({
    method: 'GET',
    path: `${base}/inbox`,
    access: needs('data.read'),
    summary: 'Backlog of the durable inbox',
    params: WorkspaceParams,
    answer: InboxState,
  }),
}
