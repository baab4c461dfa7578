import { sql } from 'kysely'
import { permissionNames, type Permission } from '../../../contracts/permissions.ts'
import type { Platform } from '../platform/platform.ts'
import type { CallbackAccount, HookConnector, WriteKeySource } from './handlers.ts'
import { lookupsOf, type KnownApiKey } from './lookups.ts'
import { hashSecret } from './secrets.ts'

export const apiKeyPrefix = 'hy_'
/** Short enough that the time shown is of use, long enough that a busy key does not write with every call. */
const useNotedMs = 60_000

/** The API key behind `Authorization: Bearer hy_…`, or null when unknown or revoked. */
export async function findApiKey(platform: Platform, secret: string): Promise<KnownApiKey | null> {
  if (!secret.startsWith(apiKeyPrefix)) return null
  const secretHash = hashSecret(secret)
  return lookupsOf(platform).apiKeys.read(secretHash.toString('hex'), async () => {
    const now = platform.clock.now()
    const { rows } = await sql<{ id: string; workspace_id: number; name: string; permissions: string[]; last_used_at: Date | null }>`
      select id, workspace_id, name, permissions, last_used_at from api_keys where secret_hash = ${secretHash} and revoked_at is null`.execute(platform.db)
    const row = rows[0]
    if (!row) return null
    if (!row.last_used_at || now.getTime() - row.last_used_at.getTime() > useNotedMs)
      await sql`update api_keys set last_used_at = ${now} where id = ${row.id}`.execute(platform.db)
    return { apiKeyId: row.id, workspaceId: row.workspace_id, name: row.name, permissions: knownPermissions(row.permissions) }
  })
}

/** The enabled source behind a write key that is still good, or null. */
export async function findWriteKey(platform: Platform, writeKey: string): Promise<WriteKeySource | null> {
  const keyHash = hashSecret(writeKey)
  return lookupsOf(platform).writeKeys.read(keyHash.toString('hex'), async () => {
    const now = platform.clock.now()
    const { rows } = await sql<{ key_id: string; source_id: string; workspace_id: number; last_used_at: Date | null }>`
      select source_keys.id as key_id, source_id, sources.workspace_id, last_used_at
      from source_keys join sources on sources.id = source_id
      where key_hash = ${keyHash} and revoked_at is null and (expires_at is null or expires_at > ${now}) and disabled_at is null`.execute(platform.db)
    const row = rows[0]
    if (!row) return null
    if (!row.last_used_at || now.getTime() - row.last_used_at.getTime() > useNotedMs)
      await sql`update source_keys set last_used_at = ${now} where id = ${row.key_id}`.execute(platform.db)
    return { workspaceId: row.workspace_id, sourceId: row.source_id }
  })
}

/** Makes a disabled source or a replaced write key stop at once in this process; in others it stops within seconds. */
export function forgetWriteKeys(platform: Platform, sourceId: string): void {
  lookupsOf(platform).writeKeys.forget((source) => source.sourceId === sourceId)
}

/** The channel account that was given this callback address, or null. Accounts that are switched off still hear of what they sent. */
export async function findCallbackAccount(platform: Platform, accountId: string, token: string): Promise<CallbackAccount | null> {
  const { rows } = await sql<{ id: string; workspace_id: number }>`
    select id, workspace_id from accounts where callback_token_hash = ${hashSecret(token)} and id::text = ${accountId.toLowerCase()}`.execute(platform.db)
  const row = rows[0]
  return row ? { workspaceId: row.workspace_id, accountId: row.id } : null
}

/** The connector that was given this address, or null. One that is switched off has no address. */
export async function findHook(platform: Platform, token: string): Promise<HookConnector | null> {
  const { rows } = await sql<{ id: string; workspace_id: number }>`
    select id, workspace_id from connectors where token_hash = ${hashSecret(token)} and disabled_at is null`.execute(platform.db)
  const row = rows[0]
  return row ? { workspaceId: row.workspace_id, connectorId: row.id } : null
}

/** A key made before a permission was renamed keeps what still exists. */
function knownPermissions(names: readonly string[]): Permission[] {
  return permissionNames.filter((name) => names.includes(name))
}
