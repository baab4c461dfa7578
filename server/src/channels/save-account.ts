import { sql } from 'kysely'
import type { Account } from '../../../contracts/channels.ts'
import { hashSecret, mutate, newSecret, type Context } from '../access/index.ts'
import { AppError } from '../platform/errors.ts'
import type { Database } from '../platform/platform.ts'
import { type AccountConfig, checkConfig, cleanConfig, openConfig, requireAccount, requireProvider, toAccount } from './accounts.ts'

interface AccountInput {
  provider: string
  name: string
  config: AccountConfig
  ratePerSecond: number
  partCostFen: number | null
}

/** Configures an account; its callback token is made here. Throws `validation` by field and `conflict` when the name is taken. */
export async function createAccount(ctx: Context, input: AccountInput): Promise<Account> {
  const { platform, workspaceId } = ctx
  const provider = requireProvider(input.provider)
  const config = cleanConfig(provider, input.config)
  checkConfig(provider, config)
  const vault = await platform.vaults.of(workspaceId)
  const token = newSecret()
  const row = await mutate(ctx, { action: 'account.create', targetKind: 'account', detail: { name: input.name, provider: provider.id } }, async (tx, audit) => {
    await refuseTakenName(tx, workspaceId, { name: input.name })
    const { rows } = await sql<{ id: string }>`
      insert into accounts (workspace_id, provider, channel, name, sealed_config, rate_per_second, part_cost_fen, callback_token_hash, sealed_callback_token, bucket_at, created_at)
      values (${workspaceId}, ${provider.id}, ${provider.channel}, ${input.name}, ${vault.seal(JSON.stringify(config))}, ${input.ratePerSecond}, ${input.partCostFen},
        ${hashSecret(token)}, ${vault.seal(token)}, ${platform.clock.now()}, ${platform.clock.now()})
      returning id`.execute(tx)
    audit.targetId = rows[0]?.id
    return requireAccount(tx, workspaceId, rows[0]?.id ?? '')
  })
  return toAccount(platform, row)
}

/** Changes what is given. Secrets left out (or sent back as shown) stay; other settings left out of `config` fall back to their default. */
export async function updateAccount(ctx: Context, id: string, change: Partial<Omit<AccountInput, 'provider'>> & { enabled?: boolean }): Promise<Account> {
  const { platform, workspaceId } = ctx
  const vault = await platform.vaults.of(workspaceId)
  const detail = { fields: Object.keys(change), ...(change.enabled === undefined ? {} : { enabled: change.enabled }) }
  const row = await mutate(ctx, { action: 'account.update', targetKind: 'account', targetId: id, detail }, async (tx) => {
    const known = await requireAccount(tx, workspaceId, id)
    if (change.name !== undefined) await refuseTakenName(tx, workspaceId, { name: change.name, exceptId: id })
    const sealedConfig = change.config
      ? vault.seal(JSON.stringify(mergedConfig(known.provider, openConfig(vault, known.sealedConfig), change.config)))
      : known.sealedConfig
    await sql`
      update accounts set name = ${change.name ?? known.name}, sealed_config = ${sealedConfig}, rate_per_second = ${change.ratePerSecond ?? known.ratePerSecond},
        part_cost_fen = ${change.partCostFen === undefined ? known.partCostFen : change.partCostFen}, enabled = ${change.enabled ?? known.enabled},
        last_error = null, last_error_at = null
      where workspace_id = ${workspaceId} and id = ${id}::uuid`.execute(tx)
    return requireAccount(tx, workspaceId, id)
  })
  return toAccount(platform, row)
}

function mergedConfig(providerId: string, known: AccountConfig, given: AccountConfig): AccountConfig {
  const provider = requireProvider(providerId)
  const secrets = provider.fields
    .filter(({ kind, key }) => kind === 'secret' && known[key] !== undefined)
    .map(({ key }) => [key, known[key] as string] as const)
  const config = { ...Object.fromEntries(secrets), ...cleanConfig(provider, given) }
  checkConfig(provider, config)
  return config
}

async function refuseTakenName(tx: Database, workspaceId: number, wanted: { name: string; exceptId?: string }): Promise<void> {
  const { rows } = await sql`
    select from accounts where workspace_id = ${workspaceId} and name = ${wanted.name} and id is distinct from ${wanted.exceptId ?? null}::uuid`.execute(tx)
  if (rows.length > 0)
    throw new AppError('conflict', {
      zh: `已有名为「${wanted.name}」的通道账号，请换一个名称`,
      en: `There is a channel account named ${wanted.name} already; choose another name`,
    })
}
