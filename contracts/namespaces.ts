import { z } from 'zod'
import { Instant, LocaleText, WorkspaceParams } from './common.ts'
import { defineRoute, needs } from './http.ts'

/** The name of a kind of identity: phone, member number, an id in somebody's system. Every workspace has its own. */
export const Namespace = z
  .string()
  .regex(/^[a-z][a-z0-9_]{1,31}$/)
  .describe('lower-case letters, digits and _, 2 to 32 characters, starting with a letter')
export type Namespace = z.infer<typeof Namespace>

export const namespaceStrengths = ['strong', 'medium', 'weak'] as const
/** strong and medium identities link people by themselves; a weak one (a device, a cookie) never links two who are somebody already. */
export const NamespaceStrength = z.enum(namespaceStrengths)
export type NamespaceStrength = z.infer<typeof NamespaceStrength>

/** How values are written the same way: `text` as given, `lowercase`, or as a phone (E.164) or an e-mail address. */
export const NamespaceNormaliser = z.enum(['phone', 'email', 'text', 'lowercase'])
export type NamespaceNormaliser = z.infer<typeof NamespaceNormaliser>

const strictLabel = z.object({ zh: z.string().trim().min(1).max(40), en: z.string().trim().min(1).max(60) })
const Priority = z.int().min(1).max(1000).describe('1 is the strongest')
const PerPersonMax = z.int().min(1).max(1000).nullable().describe('how many one person may have; null for any number')
const Pattern = z
  .string()
  .max(200)
  .nullable()
  .describe('regular expression the whole value must match; without look-around, back references and lazy repetition')

export const NamespaceRule = z.object({
  key: Namespace,
  label: LocaleText,
  strength: NamespaceStrength,
  priority: Priority,
  perPersonMax: PerPersonMax,
  pattern: Pattern,
  normaliser: NamespaceNormaliser,
  secret: z.boolean().describe('sealed at rest and shown masked'),
  builtIn: z.boolean(),
  disabledAt: Instant.nullable(),
})
export type NamespaceRule = z.infer<typeof NamespaceRule>

type BuiltIn = Omit<NamespaceRule, 'builtIn' | 'disabledAt'>
const text = { pattern: null, normaliser: 'text', secret: false } as const

/** What every workspace starts with, strongest first; the migration inserts the same rows. */
export const builtInNamespaces: readonly BuiltIn[] = [
  { key: 'user_id', label: { zh: '用户 ID', en: 'User id' }, strength: 'strong', priority: 10, perPersonMax: 1, ...text },
  { key: 'member_no', label: { zh: '会员号', en: 'Member number' }, strength: 'strong', priority: 20, perPersonMax: 1, ...text },
  { key: 'wechat_unionid', label: { zh: '微信 UnionID', en: 'WeChat union id' }, strength: 'strong', priority: 30, perPersonMax: 1, ...text },
  {
    key: 'wechat_openid',
    label: { zh: '微信 OpenID', en: 'WeChat open id' },
    strength: 'strong',
    priority: 40,
    perPersonMax: null,
    ...text,
    pattern: '[^:]+:[^:]+',
  },
  {
    key: 'wecom_external_userid',
    label: { zh: '企业微信客户 ID', en: 'WeCom external user id' },
    strength: 'strong',
    priority: 50,
    perPersonMax: null,
    ...text,
  },
  {
    key: 'shop_user_id',
    label: { zh: '店铺用户 ID', en: 'Shop user id' },
    strength: 'strong',
    priority: 60,
    perPersonMax: null,
    ...text,
    pattern: '[^:]+:.+',
  },
  {
    key: 'phone',
    label: { zh: '手机号', en: 'Phone' },
    strength: 'medium',
    priority: 70,
    perPersonMax: 1,
    pattern: null,
    normaliser: 'phone',
    secret: true,
  },
  {
    key: 'email',
    label: { zh: '邮箱', en: 'E-mail' },
    strength: 'medium',
    priority: 80,
    perPersonMax: 3,
    pattern: null,
    normaliser: 'email',
    secret: true,
  },
  { key: 'anonymous_id', label: { zh: '匿名 ID', en: 'Anonymous id' }, strength: 'weak', priority: 90, perPersonMax: null, ...text },
  { key: 'device_id', label: { zh: '设备 ID', en: 'Device id' }, strength: 'weak', priority: 100, perPersonMax: null, ...text },
]

const Writable = z.object({ label: strictLabel, strength: NamespaceStrength, priority: Priority, perPersonMax: PerPersonMax, pattern: Pattern })

export const NamespaceCreation = Writable.extend({ key: Namespace, normaliser: z.enum(['text', 'lowercase']), secret: z.boolean() })
export const NamespaceChange = Writable.partial().extend({ disabled: z.boolean().optional() })

const base = '/api/workspaces/:workspaceId/namespaces'
const KeyParams = WorkspaceParams.extend({ key: z.string().max(32) })
export const namespaceRoutes = {
  listNamespaces: defineRoute({
    method: 'GET',
    path: base,
    access: needs('data.read'),
    summary: 'Kinds of identities, strongest first',
    params: WorkspaceParams,
    answer: z.object({ items: z.array(NamespaceRule) }),
  }),
  createNamespace: defineRoute({
    method: 'POST',
    path: base,
    access: needs('data.manage'),
    summary: 'Add a kind of identity',
    params: WorkspaceParams,
    body: NamespaceCreation,
    answer: NamespaceRule,
  }),
  updateNamespace: defineRoute({
    method: 'PATCH',
    path: `${base}/:key`,
    access: needs('data.manage'),
    summary: 'Change a kind of identity, or stop taking it in (disabled); what links from then on follows the new rules',
    params: KeyParams,
    body: NamespaceChange,
    answer: NamespaceRule,
  }),
}
