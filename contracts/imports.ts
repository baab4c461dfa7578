import { z } from 'zod'
import { Instant, LocaleText, pageOf, PageQuery, Uuid, WorkspaceParams, WorkspaceUuidParams } from './common.ts'
import { Problem } from './errors.ts'
import { defineRoute, needs } from './http.ts'

/* ---------- targets and fields ---------- */

export const importTargets = ['people', 'identities', 'tags', 'orders', 'events', 'campaignContacts'] as const
export const ImportTarget = z.enum(importTargets)
export type ImportTarget = z.infer<typeof ImportTarget>

/**
 * A field a column can be mapped to. Beside those of `importFields`: `identity:<namespace>` (any namespace of the workspace; the built-in ones also
 * go by their bare names), `attribute:<key>` (people), `tag:<tag id>` (people, tags: the column holds the tag's value, or yes/no for a tag without
 * values), `property:<key>` (orders, events). An empty string leaves the column out.
 */
export const ImportField = z.object({
  field: z.string(),
  label: LocaleText,
  required: z.boolean().optional(),
  oneOf: z.string().optional().describe('of the fields that share this word one is needed'),
  help: LocaleText.optional(),
})
export type ImportField = z.infer<typeof ImportField>

const identity = (field: string, zh: string, en: string): ImportField => ({ field, label: { zh, en }, oneOf: 'identity' })
const identities: readonly ImportField[] = [
  identity('user_id', '用户 ID', 'User id'),
  identity('member_no', '会员号', 'Member number'),
  identity('phone', '手机号', 'Phone'),
  identity('email', '邮箱', 'E-mail'),
  identity('wechat_unionid', '微信 UnionID', 'WeChat union id'),
  identity('wechat_openid', '微信 OpenID(AppID:OpenID)', 'WeChat open id (app id:open id)'),
  identity('wecom_external_userid', '企业微信外部联系人 ID', 'WeCom external user id'),
  identity('shop_user_id', '店铺用户 ID(平台:ID)', 'Shop user id (platform:id)'),
  identity('anonymous_id', '匿名 ID', 'Anonymous id'),
  identity('device_id', '设备 ID', 'Device id'),
]
const tagNames: ImportField = {
  field: 'tags',
  label: { zh: '标签(多个用 、,;| 分隔)', en: 'Tags (several separated by , ; |)' },
  help: { zh: '写标签名;带值的标签写「偏好品类=护肤」', en: 'Names of tags; a tag with a value as “Likes=Skin care”' },
}

export const importFields: Record<ImportTarget, readonly ImportField[]> = {
  people: [
    ...identities,
    { field: 'created_at', label: { zh: '注册时间', en: 'Registered at' } },
    {
      field: 'region',
      label: { zh: '地区(拆成省、市、区)', en: 'Region (split into province, city, district)' },
      help: { zh: '如「浙江省杭州市西湖区」', en: 'e.g. 浙江省杭州市西湖区' },
    },
    tagNames,
    { field: 'sms_consent', label: { zh: '同意接收营销短信(是/否)', en: 'Consents to marketing SMS (yes/no)' } },
    { field: 'consent_time', label: { zh: '同意或拒绝的时间', en: 'When they agreed or refused' } },
    { field: 'consent_proof', label: { zh: '同意的凭证', en: 'Proof of consent' } },
  ],
  identities: [...identities],
  tags: [...identities, tagNames],
  orders: [
    ...identities,
    { field: 'order_id', label: { zh: '订单号(同号的多行是一张订单的明细)', en: 'Order number (rows with the same number are its lines)' }, required: true },
    { field: 'time', label: { zh: '下单时间', en: 'Ordered at' }, required: true },
    { field: 'amount', label: { zh: '金额(元)', en: 'Amount (yuan)' }, required: true },
  ],
  events: [
    ...identities,
    { field: 'event', label: { zh: '事件名', en: 'Event name' }, oneOf: 'event' },
    { field: 'time', label: { zh: '发生时间', en: 'Time' }, required: true },
    { field: 'amount', label: { zh: '金额(元)', en: 'Amount (yuan)' } },
    { field: 'message_id', label: { zh: '唯一编号(用于去重)', en: 'Unique id (to drop duplicates)' } },
  ],
  campaignContacts: [
    ...identities,
    { field: 'campaign', label: { zh: '活动编号', en: 'Campaign code' }, required: true },
    { field: 'campaign_name', label: { zh: '活动名称', en: 'Campaign name' } },
    { field: 'campaign_type', label: { zh: '活动类型', en: 'Campaign type' } },
    { field: 'time', label: { zh: '触达时间', en: 'Contacted at' }, required: true },
    { field: 'until', label: { zh: '活动结束时间', en: 'Campaign ends at' } },
    { field: 'state', label: { zh: '结果(送达/失败/对照)', en: 'Result (delivered/failed/control)' } },
    { field: 'cost', label: { zh: '费用(元)', en: 'Cost (yuan)' } },
  ],
}

/** File column (by position) → field; '' leaves the column out. */
export const ColumnMapping = z.array(z.string().max(80)).max(500)

export const existingModes = ['update', 'fillEmpty', 'skip'] as const
export const dateOrders = ['ymd', 'mdy', 'dmy'] as const
export const ImportOptions = z.object({
  existing: z
    .enum(existingModes)
    .optional()
    .describe('people who are there already: update them (default), fill only what is empty, or leave them as they are; identities are added in the first two'),
  dateOrder: z.enum(dateOrders).optional().describe('how to read 03/04/2024; default is that such dates are refused as unclear'),
  timezone: z.string().max(60).optional().describe('zone of times without one; default is the zone of the workspace'),
  addTagIds: z.array(Uuid).max(20).optional().describe('people, tags: tags without values that everyone in the file gets'),
  createTags: z.boolean().optional().describe('names in the tag column that do not exist yet become tags; default false: such rows are bad'),
  tagExpiresAt: Instant.optional().describe('when the tags of this file end'),
  eventName: z.string().min(1).max(128).optional().describe('events: the name when no column gives it'),
  consentProof: z
    .string()
    .trim()
    .max(500)
    .optional()
    .describe('people: where and how these people agreed to marketing SMS; with sms_consent either this or a column consent_proof is required'),
  goalEvent: z.string().max(128).optional().describe('campaignContacts: the event that means success'),
  goalProperty: z
    .string()
    .max(64)
    .optional()
    .describe('campaignContacts: the property of the goal event that holds the campaign code; none counts any goal event'),
  goalWindowDays: z.int().min(1).max(365).optional().describe('campaignContacts: days after contact when no end is given'),
})
export type ImportOptions = z.infer<typeof ImportOptions>

/** What a file is read with: a dry run and an import take the same. */
export const ImportSetup = z.object({ target: ImportTarget, mapping: ColumnMapping, options: ImportOptions.default({}) })
export type ImportSetup = z.infer<typeof ImportSetup>

/* ---------- an import ---------- */

/** preparing: an .xlsx is being unpacked, poll until `uploaded`. */
export const importStates = ['preparing', 'uploaded', 'running', 'cancelling', 'cancelled', 'finished', 'failed'] as const
export const ImportState = z.enum(importStates)
export const ColumnAnalysis = z.object({
  header: z.string(),
  samples: z.array(z.string()).describe('masked where they look like a phone or an e-mail address'),
  suggestion: z.string(),
  reason: z.enum(['saved', 'header', 'content', 'none']),
})
export type ColumnAnalysis = z.infer<typeof ColumnAnalysis>
export const ImportSheet = z.object({ name: z.string(), hidden: z.boolean() })

export const Import = z.object({
  id: Uuid,
  fileName: z.string(),
  bytes: z.int(),
  fileKind: z.enum(['text', 'xlsx']),
  sheets: z.array(ImportSheet).describe('of a workbook; empty for text'),
  sheet: z.int().nullable().describe('position of the sheet that is read'),
  headerLine: z.int().describe('row of the file the names of the columns stand in, from 1; rows above it are left out; 0: there are none'),
  headLines: z.array(z.array(z.string())).describe('the first rows as they stand there, masked, to choose the header in'),
  state: ImportState,
  preparedShare: z.number().nullable().describe('while preparing, 0 to 1'),
  target: ImportTarget.nullable(),
  mapping: ColumnMapping.nullable(),
  options: ImportOptions,
  encoding: z.string(),
  delimiter: z.string(),
  columns: z.array(ColumnAnalysis),
  savedMapping: z.object({ id: Uuid, name: z.string() }).nullable().describe('the saved mapping that the suggestions come from'),
  estimatedRows: z.int(),
  rowsRead: z.int(),
  rowsGood: z.int(),
  rowsBad: z.int(),
  rowsDuplicate: z.int().describe('seen before, in this file or in the workspace'),
  rowsSkipped: z.int().describe('left out because the person was there already and the choice was to skip'),
  peopleNew: z.int(),
  peopleKnown: z.int(),
  bytesRead: z.int(),
  rowsPerSecond: z.number().nullable(),
  secondsLeft: z.number().nullable(),
  hasFile: z.boolean().describe('false when the file was deleted: a day after the end, a week after an upload that was not started'),
  undoState: z.enum(['running', 'finished', 'failed']).nullable(),
  error: LocaleText.nullable(),
  createdAt: Instant,
  startedAt: Instant.nullable(),
  finishedAt: Instant.nullable(),
})
export type Import = z.infer<typeof Import>
export const BadRow = z.object({ row: z.int().describe('line number in the file, from 1'), problems: z.array(Problem), values: z.array(z.string()) })

/* ---------- saved mappings ---------- */

export const ImportMapping = z.object({
  id: Uuid,
  name: z.string(),
  target: ImportTarget,
  columns: z.array(z.object({ header: z.string(), field: z.string() })),
  options: ImportOptions,
  createdAt: Instant,
  usedAt: Instant.nullable(),
})
export type ImportMapping = z.infer<typeof ImportMapping>

/* ---------- dry run ---------- */

/** What would become of a row. */
export const dryRunOutcomes = ['new', 'changed', 'unchanged', 'skipped', 'merged', 'conflicting', 'duplicate', 'invalid'] as const
export const DryRunOutcome = z.enum(dryRunOutcomes)
export type DryRunOutcome = z.infer<typeof DryRunOutcome>
export const dryRunOutcomeLabels: Record<DryRunOutcome, LocaleText> = {
  new: { zh: '新增', en: 'New' },
  changed: { zh: '会改变', en: 'Changed' },
  unchanged: { zh: '无变化', en: 'Unchanged' },
  skipped: { zh: '跳过(已存在)', en: 'Skipped (there already)' },
  merged: { zh: '会合并两位客户', en: 'Joins two people' },
  conflicting: { zh: '有冲突(待人工判断)', en: 'Conflicting (for a person to decide)' },
  duplicate: { zh: '重复', en: 'Duplicate' },
  invalid: { zh: '无法导入', en: 'Invalid' },
}
export const DryRunExample = z.object({
  outcome: DryRunOutcome,
  row: z.int().describe('line number in the file, from 1'),
  values: z.array(z.string()).describe('masked without the permission people.reveal'),
  problems: z.array(Problem),
  personIds: z.array(z.int()).describe('people it is about, as far as they exist'),
  changes: z.array(z.object({ key: z.string(), before: z.string().nullable(), after: z.string().nullable() })),
})
export type DryRunExample = z.infer<typeof DryRunExample>
export const DryRun = z.object({
  state: z.enum(['running', 'cancelled', 'finished', 'failed']),
  setup: ImportSetup,
  rowsRead: z.int(),
  rowsEstimated: z.int(),
  rowsMax: z.int().nullable().describe('it stops after so many rows; null reads the whole file'),
  isWhole: z.boolean().describe('the whole file was looked at'),
  rowsPerSecond: z.number().nullable(),
  secondsLeft: z.number().nullable(),
  counts: z.record(DryRunOutcome, z.int()).describe('rows by what would become of them; they add up to rowsRead'),
  missing: z.array(z.object({ column: z.int(), header: z.string(), field: z.string(), rows: z.int() })).describe('rows in which a mapped column is empty'),
  problems: z.array(z.object({ at: z.string(), zh: z.string(), en: z.string(), rows: z.int() })).describe('kinds of problems, most frequent first'),
  examples: z.array(DryRunExample),
  error: LocaleText.nullable(),
  startedAt: Instant,
  finishedAt: Instant.nullable(),
})
export type DryRun = z.infer<typeof DryRun>

/* ---------- undo ---------- */

/** What an undo takes back, in a preview as it would, while running as it has so far. */
export const UndoCounts = z.object({
  peopleRemoved: z.int().describe('created by the import and touched by nobody since'),
  peopleKept: z.int().describe('created by the import, but used since: they stay, without what only the import said'),
  peopleRestored: z.int().describe('were there before: attributes go back to what they were, unless said again since'),
  identitiesRemoved: z.int(),
  tagsRemoved: z.int(),
  consentsReversed: z.int().describe('consents the import granted; withdrawals stay'),
  eventsRemoved: z.int(),
})
export type UndoCounts = z.infer<typeof UndoCounts>
export const ImportUndo = z.object({
  isPossible: z.boolean(),
  reason: LocaleText.nullable().describe('why it is not possible'),
  state: z.enum(['running', 'finished', 'failed']).nullable(),
  planned: UndoCounts,
  done: UndoCounts,
  share: z.number().describe('0 to 1'),
  notes: z.array(LocaleText).describe('what stays, and why'),
  error: LocaleText.nullable(),
  startedAt: Instant.nullable(),
  finishedAt: Instant.nullable(),
})
export type ImportUndo = z.infer<typeof ImportUndo>

const base = '/api/workspaces/:workspaceId'
const imports = `${base}/imports`
const mappings = `${base}/import-mappings`
export const importRoutes = {
  uploadImport: defineRoute({
    method: 'POST',
    path: imports,
    access: needs('data.import'),
    summary: 'Upload CSV, TSV or .xlsx (form field `file`); answers what was found in it and a suggested mapping',
    params: WorkspaceParams,
    query: z.object({ target: ImportTarget.default('people') }),
    answer: Import,
    transport: 'multipart',
  }),
  listImports: defineRoute({
    method: 'GET',
    path: imports,
    access: needs('data.read'),
    summary: 'Imports, newest first',
    params: WorkspaceParams,
    query: PageQuery,
    answer: pageOf(Import),
  }),
  readImport: defineRoute({
    method: 'GET',
    path: `${imports}/:id`,
    access: needs('data.read'),
    summary: 'One import with its progress',
    params: WorkspaceUuidParams,
    answer: Import,
  }),
  configureImport: defineRoute({
    method: 'PATCH',
    path: `${imports}/:id`,
    access: needs('data.import'),
    summary: 'Choose another sheet, header row or delimiter of an uploaded file; it is looked at again',
    params: WorkspaceUuidParams,
    body: z.object({
      sheet: z.int().min(0).max(10_000).optional(),
      headerLine: z.int().min(0).max(1000).optional(),
      delimiter: z.string().min(1).max(1).optional(),
    }),
    answer: Import,
  }),
  suggestMapping: defineRoute({
    method: 'GET',
    path: `${imports}/:id/mapping`,
    access: needs('data.read'),
    summary: 'Suggested mapping of the columns for a target: of a saved mapping when one fits',
    params: WorkspaceUuidParams,
    query: z.object({ target: ImportTarget, mappingId: Uuid.optional().describe('this saved mapping, as far as its headers are there') }),
    answer: z.object({
      mapping: ColumnMapping,
      columns: z.array(ColumnAnalysis),
      savedMapping: z.object({ id: Uuid, name: z.string() }).nullable(),
      options: ImportOptions.describe('as saved with the mapping'),
    }),
  }),
  listImportFields: defineRoute({
    method: 'GET',
    path: `${base}/import-fields`,
    access: needs('data.read'),
    summary: 'Every field a column can be mapped to: those of the target, namespaces, attributes and tags of the workspace',
    params: WorkspaceParams,
    query: z.object({ target: ImportTarget.default('people') }),
    answer: z.object({ items: z.array(ImportField.extend({ group: z.enum(['identity', 'field', 'attribute', 'tag']) })) }),
  }),
  startDryRun: defineRoute({
    method: 'POST',
    path: `${imports}/:id/dry-run`,
    access: needs('data.import'),
    summary: 'Look what an import would do, in the background, changing nothing; replaces an earlier dry run',
    params: WorkspaceUuidParams,
    body: ImportSetup.extend({ rowsMax: z.int().min(1).max(100_000_000).optional() }),
    answer: DryRun,
  }),
  readDryRun: defineRoute({
    method: 'GET',
    path: `${imports}/:id/dry-run`,
    access: needs('data.read'),
    summary: 'The dry run of an import with its progress and what it found so far',
    params: WorkspaceUuidParams,
    answer: DryRun,
  }),
  cancelDryRun: defineRoute({
    method: 'POST',
    path: `${imports}/:id/dry-run/cancel`,
    access: needs('data.import'),
    summary: 'Stop a dry run; what it found so far stays',
    params: WorkspaceUuidParams,
    answer: DryRun,
  }),
  startImport: defineRoute({
    method: 'POST',
    path: `${imports}/:id/start`,
    access: needs('data.import'),
    summary: 'Start an uploaded import with a mapping',
    params: WorkspaceUuidParams,
    body: ImportSetup,
    answer: Import,
  }),
  cancelImport: defineRoute({
    method: 'POST',
    path: `${imports}/:id/cancel`,
    access: needs('data.import'),
    summary: 'Stop a running import; rows already in stay until it is undone',
    params: WorkspaceUuidParams,
    answer: Import,
  }),
  listBadRows: defineRoute({
    method: 'GET',
    path: `${imports}/:id/bad-rows`,
    access: needs('data.read'),
    summary: 'Rows that did not go in, with the reasons',
    params: WorkspaceUuidParams,
    query: PageQuery,
    answer: pageOf(BadRow),
  }),
  downloadBadRows: defineRoute({
    method: 'GET',
    path: `${imports}/:id/bad-rows.csv`,
    access: needs('people.reveal'),
    summary: 'Bad rows as CSV with their original columns and a column of reasons (values unmasked), to be mended and uploaded again',
    params: WorkspaceUuidParams,
    answer: z.string(),
    transport: 'file',
  }),
  readImportUndo: defineRoute({
    method: 'GET',
    path: `${imports}/:id/undo`,
    access: needs('data.read'),
    summary: 'What undoing an import would take back, or how far an undo is',
    params: WorkspaceUuidParams,
    answer: ImportUndo,
  }),
  startImportUndo: defineRoute({
    method: 'POST',
    path: `${imports}/:id/undo`,
    access: needs('data.import'),
    summary: 'Undo an import that is over, in the background; what was changed later stays',
    params: WorkspaceUuidParams,
    answer: ImportUndo,
  }),

  listImportMappings: defineRoute({
    method: 'GET',
    path: mappings,
    access: needs('data.read'),
    summary: 'Saved mappings, last used first',
    params: WorkspaceParams,
    query: z.object({ target: ImportTarget.optional() }),
    answer: z.object({ items: z.array(ImportMapping) }),
  }),
  saveImportMapping: defineRoute({
    method: 'POST',
    path: mappings,
    access: needs('data.import'),
    summary: 'Save a mapping with the headers of an import; the same name of the same target is replaced',
    params: WorkspaceParams,
    body: ImportSetup.extend({ importId: Uuid, name: z.string().trim().min(1).max(80) }),
    answer: ImportMapping,
  }),
  renameImportMapping: defineRoute({
    method: 'PATCH',
    path: `${mappings}/:id`,
    access: needs('data.import'),
    summary: 'Rename a saved mapping',
    params: WorkspaceUuidParams,
    body: z.object({ name: z.string().trim().min(1).max(80) }),
    answer: ImportMapping,
  }),
  deleteImportMapping: defineRoute({
    method: 'DELETE',
    path: `${mappings}/:id`,
    access: needs('data.import'),
    summary: 'Delete a saved mapping; imports made with it are not changed',
    params: WorkspaceUuidParams,
    answer: z.object({ done: z.literal(true) }),
  }),
}
