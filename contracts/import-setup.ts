import { z } from 'zod'
import { Instant, LocaleText, Uuid } from './common.ts'

/** What a text file may be written in; gb18030 is GBK and more. */
export const importEncodings = ['utf-8', 'gb18030', 'utf-16le', 'utf-16be'] as const
export const ImportEncoding = z.enum(importEncodings)
export type ImportEncoding = z.infer<typeof ImportEncoding>

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
  identity('wechat_openid', '微信 OpenID（AppID:OpenID）', 'WeChat open id (app id:open id)'),
  identity('wecom_external_userid', '企业微信外部联系人 ID', 'WeCom external user id'),
  identity('shop_user_id', '店铺用户 ID（平台:ID）', 'Shop user id (platform:id)'),
  identity('anonymous_id', '匿名 ID', 'Anonymous id'),
  identity('device_id', '设备 ID', 'Device id'),
]
const tagNames: ImportField = {
  field: 'tags',
  label: { zh: '标签（多个用 、 , ; | 分隔）', en: 'Tags (several separated by , ; |)' },
  help: { zh: '写标签名；带值的标签写「偏好品类=护肤」', en: 'Names of tags; a tag with a value as “Likes=Skin care”' },
}

export const importFields: Record<ImportTarget, readonly ImportField[]> = {
  people: [
    ...identities,
    { field: 'created_at', label: { zh: '注册时间', en: 'Registered at' } },
    {
      field: 'region',
      label: { zh: '地区（拆成省、市、区）', en: 'Region (split into province, city, district)' },
      help: { zh: '如「浙江省杭州市西湖区」', en: 'e.g. 浙江省杭州市西湖区' },
    },
    tagNames,
    { field: 'sms_consent', label: { zh: '同意接收营销短信（是/否）', en: 'Consents to marketing SMS (yes/no)' } },
    { field: 'consent_time', label: { zh: '同意或拒绝的时间', en: 'When they agreed or refused' } },
    { field: 'consent_proof', label: { zh: '同意的凭证', en: 'Proof of consent' } },
  ],
  identities: [...identities],
  tags: [...identities, tagNames],
  orders: [
    ...identities,
    { field: 'order_id', label: { zh: '订单号（同号的多行是一张订单的明细）', en: 'Order number (rows with the same number are its lines)' }, required: true },
    { field: 'time', label: { zh: '下单时间', en: 'Ordered at' }, required: true },
    { field: 'amount', label: { zh: '金额（元）', en: 'Amount (yuan)' }, required: true },
  ],
  events: [
    ...identities,
    { field: 'event', label: { zh: '事件名', en: 'Event name' }, oneOf: 'event' },
    { field: 'time', label: { zh: '发生时间', en: 'Time' }, required: true },
    { field: 'amount', label: { zh: '金额（元）', en: 'Amount (yuan)' } },
    { field: 'message_id', label: { zh: '唯一编号（用于去重）', en: 'Unique id (to drop duplicates)' } },
  ],
  campaignContacts: [
    ...identities,
    { field: 'campaign', label: { zh: '活动编号', en: 'Campaign code' }, required: true },
    { field: 'campaign_name', label: { zh: '活动名称', en: 'Campaign name' } },
    { field: 'campaign_type', label: { zh: '活动类型', en: 'Campaign type' } },
    { field: 'time', label: { zh: '触达时间', en: 'Contacted at' }, required: true },
    { field: 'until', label: { zh: '活动结束时间', en: 'Campaign ends at' } },
    { field: 'state', label: { zh: '结果（送达/失败/对照）', en: 'Result (delivered/failed/control)' } },
    { field: 'cost', label: { zh: '费用（元）', en: 'Cost (yuan)' } },
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
