import { sql, type RawBuilder } from 'kysely'
import type { Account } from '../../../contracts/channels.ts'
import type { Problem } from '../../../contracts/errors.ts'
import { AppError, notFound } from '../platform/errors.ts'
import type { Database, Platform } from '../platform/platform.ts'
import type { Vault } from '../platform/vault/vaults.ts'
import { type AnyProvider, findProvider } from './registry.ts'
import { sessionStatus } from './sessions.ts'

/** Settings of an account as entered, secrets included. Lives sealed. */
export type AccountConfig = Record<string, string | number | boolean>

export interface AccountRow {
  id: string
  workspaceId: number
  provider: string
  channel: 'sms'
  name: string
  sealedConfig: Buffer
  ratePerSecond: number
  partCostFen: number | null
  sealedCallbackToken: Buffer
  enabled: boolean
  lastError: string | null
  createdAt: Date
}

/** What a set secret reads as. */
const setSecret = '•••'

/** Accounts of a workspace; `condition` narrows and orders. */
export async function selectAccounts(db: Database, workspaceId: number, condition: RawBuilder<unknown>): Promise<AccountRow[]> {
  const { rows } = await sql<AccountRow>`
    select id, workspace_id as "workspaceId", provider, channel, name, sealed_config as "sealedConfig", rate_per_second as "ratePerSecond",
      part_cost_fen as "partCostFen", sealed_callback_token as "sealedCallbackToken", enabled, last_error as "lastError", created_at as "createdAt"
    from accounts where workspace_id = ${workspaceId} and ${condition}`.execute(db)
  return rows
}

/** The account, or `not-found`. */
export async function requireAccount(db: Database, workspaceId: number, id: string): Promise<AccountRow> {
  const [row] = await selectAccounts(db, workspaceId, sql`id = ${id}::uuid`)
  if (!row) throw notFound({ zh: '通道账号', en: 'channel account' })
  return row
}

/** The provider of an account; an account whose provider is gone from the registry can not send. */
export function requireProvider(id: string): AnyProvider {
  const provider = findProvider(id)
  if (!provider) throw new AppError('validation', { problems: [{ at: 'body.provider', zh: `没有这个服务商：${id}`, en: `There is no provider ${id}` }] })
  return provider
}

export function openConfig(vault: Vault, sealed: Buffer): AccountConfig {
  return JSON.parse(vault.open(sealed)) as AccountConfig
}

/** Checks settings against the provider's schema; throws `validation` with a problem per field, named as the form names it. */
export function checkConfig(provider: AnyProvider, config: AccountConfig): void {
  const parsed = provider.config.safeParse(config)
  if (parsed.success) return
  const problems: Problem[] = parsed.error.issues.map((issue) => {
    const key = String(issue.path[0] ?? '')
    const label = provider.fields.find((field) => field.key === key)?.label ?? { zh: key, en: key }
    return { at: `body.config.${key}`, zh: `「${label.zh}」没有填写或不符合要求`, en: `${label.en}: ${issue.message}` }
  })
  throw new AppError('validation', { problems })
}

/** Keys the provider knows, empty texts left out: they mean "not given". */
export function cleanConfig(provider: AnyProvider, given: AccountConfig): AccountConfig {
  const known = provider.fields.flatMap(({ key }) => {
    const value = given[key]
    return value === undefined || value === '' || value === setSecret ? [] : [[key, value] as const]
  })
  return Object.fromEntries(known)
}

/** Where the provider calls back, with the account's secret token; null for providers that do not. */
export function callbackUrlOf(platform: Platform, row: AccountRow, vault: Vault): string | null {
  if (!findProvider(row.provider)?.capabilities.callback) return null
  return `${platform.config.http.publicUrl}/callbacks/${row.id}/${vault.open(row.sealedCallbackToken)}`
}

/** The row as the contract shows it: secrets masked. */
export async function toAccount(platform: Platform, row: AccountRow): Promise<Account> {
  const vault = await platform.vaults.of(row.workspaceId)
  const config = openConfig(vault, row.sealedConfig)
  const fields = findProvider(row.provider)?.fields ?? []
  const status = sessionStatus(platform, row.id)
  const lastError = status?.error ?? row.lastError
  return {
    id: row.id,
    provider: row.provider,
    channel: row.channel,
    name: row.name,
    enabled: row.enabled,
    config: Object.fromEntries(
      fields.map(({ key, kind }) => [key, kind === 'secret' ? (config[key] === undefined ? null : setSecret) : (config[key] ?? null)]),
    ),
    ratePerSecond: row.ratePerSecond,
    partCostFen: row.partCostFen,
    callbackUrl: callbackUrlOf(platform, row, vault),
    state: row.enabled ? (status?.state ?? (row.lastError ? 'failing' : 'ready')) : 'disabled',
    lastError: row.enabled ? lastError : null,
    createdAt: row.createdAt.toISOString(),
  }
}
