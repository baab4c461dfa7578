import { z } from 'zod'
import { Done, Instant, LocaleText, Uuid, WorkspaceParams, WorkspaceUuidParams } from './common.ts'
import { defineRoute, needs } from './http.ts'
import { Channel } from './people.ts'

/** One input of a provider's settings form; secrets are write-only. */
export const ConfigField = z.object({
  key: z.string(),
  label: LocaleText,
  help: LocaleText.optional(),
  kind: z.enum(['text', 'secret', 'number', 'boolean', 'select', 'url']),
  required: z.boolean(),
  options: z.array(z.object({ value: z.string(), label: LocaleText })).optional(),
  default: z.union([z.string(), z.number(), z.boolean()]).optional(),
})
export type ConfigField = z.infer<typeof ConfigField>
export const Provider = z.object({
  id: z.string(),
  channel: Channel,
  label: LocaleText,
  description: LocaleText,
  fields: z.array(ConfigField),
  callback: z.boolean().describe('the provider calls back over HTTP'),
  limits: z.object({ batchMax: z.int(), ratePerSecondDefault: z.int() }),
})
export type Provider = z.infer<typeof Provider>

/** A configured provider. `config` never holds secrets; those read as `null` when unset and `"•••"` when set. */
export const Account = z.object({
  id: Uuid,
  provider: z.string(),
  channel: Channel,
  name: z.string(),
  enabled: z.boolean(),
  config: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  ratePerSecond: z.int(),
  partCostFen: z.number().nullable(),
  callbackUrl: z.string().nullable(),
  state: z.enum(['ready', 'connecting', 'failing', 'disabled']),
  lastError: z.string().nullable(),
  createdAt: Instant,
})
export type Account = z.infer<typeof Account>
const AccountInput = z.object({
  provider: z.string().max(40),
  name: z.string().trim().min(1).max(80),
  config: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  ratePerSecond: z.int().min(1).max(100000),
  partCostFen: z.number().min(0).max(1000).nullable().default(null),
})

const base = '/api/workspaces/:workspaceId'
export const channelRoutes = {
  listProviders: defineRoute({
    method: 'GET',
    path: `${base}/providers`,
    access: needs('channels.read'),
    summary: 'Providers that an account can be made of',
    params: WorkspaceParams,
    answer: z.object({ items: z.array(Provider) }),
  }),
  listAccounts: defineRoute({
    method: 'GET',
    path: `${base}/accounts`,
    access: needs('channels.read'),
    summary: 'Channel accounts',
    params: WorkspaceParams,
    answer: z.object({ items: z.array(Account) }),
  }),
  createAccount: defineRoute({
    method: 'POST',
    path: `${base}/accounts`,
    access: needs('channels.manage'),
    summary: 'Configure an account',
    params: WorkspaceParams,
    body: AccountInput,
    answer: Account,
  }),
  updateAccount: defineRoute({
    method: 'PATCH',
    path: `${base}/accounts/:id`,
    access: needs('channels.manage'),
    summary: 'Change an account; secrets left out stay',
    params: WorkspaceUuidParams,
    body: AccountInput.omit({ provider: true }).partial().extend({ enabled: z.boolean().optional() }),
    answer: Account,
  }),
  deleteAccount: defineRoute({
    method: 'DELETE',
    path: `${base}/accounts/:id`,
    access: needs('channels.manage'),
    summary: 'Delete an account that has sent nothing',
    params: WorkspaceUuidParams,
    answer: Done,
  }),
  checkAccount: defineRoute({
    method: 'POST',
    path: `${base}/accounts/:id/check`,
    access: needs('channels.manage'),
    readOnly: true,
    summary: 'Try to connect with the saved settings',
    params: WorkspaceUuidParams,
    answer: z.object({ ok: z.boolean(), tookMs: z.number(), error: LocaleText.nullable() }),
  }),
  providerCallback: defineRoute({
    method: 'POST',
    path: '/callbacks/:accountId/:token',
    access: { kind: 'callbackToken' },
    summary: 'Receipts and replies from a provider; acknowledged after the commit',
    params: z.object({ accountId: Uuid, token: z.string().max(100) }),
    answer: z.unknown(),
    transport: 'raw',
  }),
}
