import { sql } from 'kysely'
import type { z } from 'zod'
import type { ApiKey } from '../../../contracts/access.ts'
import { permissionNames, type Permission } from '../../../contracts/permissions.ts'
import { notFound } from '../platform/errors.ts'
import type { Context } from './context.ts'
import { apiKeyPrefix } from './find-keys.ts'
import { lookupsOf } from './lookups.ts'
import { assertMayGrant } from './members.ts'
import { mutate } from './mutate.ts'
import { hashSecret, newSecret } from './secrets.ts'

type ApiKeyAnswer = z.input<typeof ApiKey>

interface ApiKeyRow {
  id: string
  name: string
  prefix: string
  permissions: string[]
  created_at: Date
  last_used_at: Date | null
  revoked_at: Date | null
}

/** Keys of the workspace, newest first, revoked ones too. */
export async function listApiKeys(ctx: Context): Promise<ApiKeyAnswer[]> {
  const { rows } = await sql<ApiKeyRow>`
    select id, name, prefix, permissions, created_at, last_used_at, revoked_at from api_keys
    where workspace_id = ${ctx.workspaceId} order by created_at desc, id desc`.execute(ctx.platform.db)
  return rows.map((row) => apiKeyAnswer(row))
}

/** Makes a key with at most the maker's own permissions. `secret` is in this answer and nowhere else. */
export async function createApiKey(ctx: Context, input: { name: string; permissions: readonly Permission[] }): Promise<ApiKeyAnswer & { secret: string }> {
  assertMayGrant(ctx, input.permissions)
  const secret = newSecret(apiKeyPrefix)
  const permissions = permissionNames.filter((permission) => input.permissions.includes(permission))
  const createdBy = ctx.actor.kind === 'user' ? ctx.actor.userId : null
  return mutate(ctx, { action: 'apiKey.create', targetKind: 'apiKey', detail: { name: input.name, permissions } }, async (tx, audit) => {
    const { rows } = await sql<ApiKeyRow>`
      insert into api_keys (workspace_id, name, prefix, secret_hash, permissions, created_by, created_at)
      values (${ctx.workspaceId}, ${input.name}, ${secret.slice(0, 8)}, ${hashSecret(secret)}, ${permissions}::text[], ${createdBy}, ${ctx.platform.clock.now()})
      returning id, name, prefix, permissions, created_at, last_used_at, revoked_at`.execute(tx)
    const [row] = rows as [ApiKeyRow]
    audit.targetId = row.id
    return { ...apiKeyAnswer(row), secret }
  })
}

/** Stops a key for good. Revoking it again changes nothing but is written down. */
export async function revokeApiKey(ctx: Context, id: string): Promise<void> {
  await mutate(ctx, { action: 'apiKey.revoke', targetKind: 'apiKey', targetId: id }, async (tx) => {
    const { numAffectedRows } = await sql`
      update api_keys set revoked_at = coalesce(revoked_at, ${ctx.platform.clock.now()}) where workspace_id = ${ctx.workspaceId} and id = ${id}`.execute(tx)
    if (numAffectedRows === 0n) throw notFound({ zh: '密钥', en: 'API key' })
  })
  lookupsOf(ctx.platform).apiKeys.forget((key) => key.apiKeyId === id)
}

function apiKeyAnswer(row: ApiKeyRow): ApiKeyAnswer {
  return {
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    permissions: permissionNames.filter((permission) => row.permissions.includes(permission)),
    createdAt: row.created_at.toISOString(),
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
    revokedAt: row.revoked_at?.toISOString() ?? null,
  }
}
