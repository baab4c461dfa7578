import { sql } from 'kysely'
import type { CallbackAccount } from '../access/index.ts'
import { appendToInbox } from '../collect/index.ts'
import { notFound } from '../platform/errors.ts'
import type { Platform } from '../platform/platform.ts'
import type { Vault } from '../platform/vault/vaults.ts'
import { openConfig } from './accounts.ts'
import { CallbackRefused, type Inbound } from './provider.ts'
import { type AnyProvider, findProvider } from './registry.ts'
import type { InboundItem } from './sessions.ts'

/** A callback as it stands in the inbox, unread. */
interface HttpItem {
  kind: 'http'
  headers: Record<string, string>
  /** base64 */
  body: string
}

type CallbackItem = HttpItem | InboundItem

interface CallbackInput {
  headers: Record<string, string | string[] | undefined>
  body: Buffer
}

/** Puts a callback into the inbox as it is; when this resolves it is committed and may be acknowledged. Reading it comes later, from there. */
export async function receiveCallback(platform: Platform, account: CallbackAccount, input: CallbackInput): Promise<void> {
  const { rows } = await sql<{ provider: string }>`
    select provider from accounts where workspace_id = ${account.workspaceId} and id = ${account.accountId}::uuid`.execute(platform.db)
  if (!findProvider(rows[0]?.provider ?? '')?.capabilities.callback) throw notFound({ zh: '回调地址', en: 'callback address' })
  const headers = Object.fromEntries(Object.entries(input.headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])))
  const item: HttpItem = { kind: 'http', headers, body: input.body.toString('base64') }
  await platform.db
    .transaction()
    .execute((tx) => appendToInbox(tx, { platform, workspaceId: account.workspaceId, kind: 'callback', originId: account.accountId, items: [item] }))
}

/**
 * What the callbacks of an account say, in order. A callback that is not the provider's (wrong signature, unreadable) is counted and dropped,
 * as is everything of an account that is gone.
 */
export async function readCallbacks(platform: Platform, workspaceId: number, callbacks: { accountId: string; items: readonly unknown[] }): Promise<Inbound> {
  const { rows } = await sql<{ provider: string; sealedConfig: Buffer }>`
    select provider, sealed_config as "sealedConfig" from accounts
    where workspace_id = ${workspaceId} and id = ${callbacks.accountId}::uuid`.execute(platform.db)
  const provider = findProvider(rows[0]?.provider ?? '')
  const inbound: Inbound = { receipts: [], replies: [] }
  if (!rows[0] || !provider) return inbound
  const read = itemReader(platform, provider, { vault: await platform.vaults.of(workspaceId), sealedConfig: rows[0].sealedConfig })
  for (const item of callbacks.items as readonly CallbackItem[]) {
    const { receipts, replies } = read(item)
    inbound.receipts.push(...receipts)
    inbound.replies.push(...replies)
  }
  return inbound
}

const nothing: Inbound = { receipts: [], replies: [] }

function itemReader(platform: Platform, provider: AnyProvider, account: { vault: Vault; sealedConfig: Buffer }): (item: CallbackItem) => Inbound {
  const refused = platform.metrics.counter({
    name: 'hongyan_callbacks_refused_total',
    help: 'Callbacks that were not the provider’s',
    labels: ['provider', 'reason'],
  })
  let config: unknown
  return (item) => {
    if (item.kind === 'inbound') return item
    if (!provider.parseCallback) return nothing
    try {
      config ??= provider.config.parse(openConfig(account.vault, account.sealedConfig))
      return provider.parseCallback(config, { headers: item.headers, body: Buffer.from(item.body, 'base64') })
    } catch (error) {
      if (!(error instanceof CallbackRefused)) throw error
      refused.inc({ provider: provider.id, reason: error.reason })
      platform.log.warn({ provider: provider.id, reason: error.reason }, 'a callback was refused')
      return nothing
    }
  }
}
