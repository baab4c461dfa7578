import { sql } from 'kysely'
import { defaultContactPolicy } from '../../../contracts/workspaces.ts'
import { AppError } from '../platform/errors.ts'
import type { Database, Platform } from '../platform/platform.ts'

/** Writes a workspace with its own data key and its first owner; the caller writes the audit row. Returns its id. */
export async function foundWorkspace(platform: Platform, tx: Database, input: { name: string; timezone: string; ownerId: string }): Promise<number> {
  const { rows } = await sql<{ id: number }>`
    insert into workspaces (name, timezone, contact_policy, sealed_data_key, created_at)
    values (${input.name}, ${input.timezone}, ${JSON.stringify(defaultContactPolicy)}::jsonb, ${platform.vaults.newSealedDataKey()}, ${platform.clock.now()})
    returning id`.execute(tx)
  const workspaceId = rows[0]?.id
  if (workspaceId === undefined) throw new AppError('internal')
  await sql`insert into members (workspace_id, user_id, role, joined_at) values (${workspaceId}, ${input.ownerId}, 'owner', ${platform.clock.now()})`.execute(
    tx,
  )
  return workspaceId
}
