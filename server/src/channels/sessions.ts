import { sql } from 'kysely'
import { appendToInbox } from '../collect/index.ts'
import { errorMessage } from '../platform/errors.ts'
import type { Platform } from '../platform/platform.ts'
import type { Inbound, ProviderSession } from './provider.ts'
import { findProvider } from './registry.ts'

/** What must be known of an account to open it. `version` changes whenever its settings do. */
export interface SessionAccount {
  id: string
  workspaceId: number
  provider: string
  version: string
}

/** The version of an account's settings, as a column: sealing never gives the same bytes twice. */
export const accountVersion = sql<string>`md5(accounts.sealed_config)`

/** What a connection pushed, as it stands in the inbox. */
export interface InboundItem extends Inbound {
  kind: 'inbound'
}

interface Entry {
  version: string
  session: Promise<ProviderSession>
  opened: ProviderSession | null
}

const entriesByPlatform = new WeakMap<Platform, Map<string, Entry>>()

function entriesOf(platform: Platform): Map<string, Entry> {
  let entries = entriesByPlatform.get(platform)
  if (!entries) entriesByPlatform.set(platform, (entries = new Map()))
  return entries
}

/** The open session of an account in this process; opened on first use and again when the settings have changed. */
export async function sessionOf(platform: Platform, account: SessionAccount): Promise<ProviderSession> {
  const entries = entriesOf(platform)
  const known = entries.get(account.id)
  if (known?.version === account.version) return known.session
  const entry: Entry = { version: account.version, session: openSession(platform, account), opened: null }
  entries.set(account.id, entry)
  if (known) closeEntry(platform, known)
  try {
    entry.opened = await entry.session
    return entry.opened
  } catch (error) {
    if (entries.get(account.id) === entry) entries.delete(account.id)
    throw error
  }
}

/** How an account's session in this process is, or nothing when it has none. */
export function sessionStatus(platform: Platform, accountId: string): ReturnType<ProviderSession['status']> | undefined {
  return entriesOf(platform).get(accountId)?.opened?.status()
}

/** Closes the sessions of accounts that are not among `accountIds`. */
export function keepSessions(platform: Platform, accountIds: ReadonlySet<string>): void {
  for (const [id, entry] of entriesOf(platform)) {
    if (accountIds.has(id)) continue
    entriesOf(platform).delete(id)
    closeEntry(platform, entry)
  }
}

/** Closes all sessions of this process, each after what it has on the wire. */
export async function closeSessions(platform: Platform): Promise<void> {
  const entries = [...entriesOf(platform).values()]
  entriesOf(platform).clear()
  await Promise.all(entries.map((entry) => entry.session.then((session) => session.close()).catch(() => undefined)))
}

function closeEntry(platform: Platform, entry: Entry): void {
  entry.session
    .then((session) => session.close())
    .catch((error: unknown) => platform.log.warn({ error: errorMessage(error) }, 'a channel session did not close cleanly'))
}

/** Opens a session of its own, not kept: the caller closes it. */
export async function openSession(platform: Platform, account: Pick<SessionAccount, 'id' | 'workspaceId' | 'provider'>): Promise<ProviderSession> {
  const provider = findProvider(account.provider)
  if (!provider) throw new Error(`there is no provider ${account.provider}`)
  const vault = await platform.vaults.of(account.workspaceId)
  const { rows } = await sql<{ sealedConfig: Buffer; sealedCallbackToken: Buffer }>`
    select sealed_config as "sealedConfig", sealed_callback_token as "sealedCallbackToken" from accounts
    where workspace_id = ${account.workspaceId} and id = ${account.id}::uuid`.execute(platform.db)
  const [row] = rows
  if (!row) throw new Error('the account is gone')
  const config = provider.config.parse(JSON.parse(vault.open(row.sealedConfig)))
  const token = vault.open(row.sealedCallbackToken)
  return provider.open(config, {
    clock: platform.clock,
    callbackUrl: provider.capabilities.callback ? `${platform.config.http.publicUrl}/callbacks/${account.id}/${token}` : null,
    onInbound: (inbound) => putInbound(platform, account, inbound),
  })
}

async function putInbound(platform: Platform, account: Pick<SessionAccount, 'id' | 'workspaceId'>, inbound: Inbound): Promise<void> {
  if (inbound.receipts.length + inbound.replies.length === 0) return
  const item: InboundItem = { kind: 'inbound', ...inbound }
  await platform.db
    .transaction()
    .execute((tx) => appendToInbox(tx, { platform, workspaceId: account.workspaceId, kind: 'callback', originId: account.id, items: [item] }))
}
