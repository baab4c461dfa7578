import { sql } from 'kysely'
import type { Locale } from '../../../contracts/common.ts'
import type { Me } from '../../../contracts/access.ts'
import { rolePermissions, type Role } from '../../../contracts/permissions.ts'
import { AppError } from '../platform/errors.ts'
import type { Platform } from '../platform/platform.ts'

interface MeRow {
  id: string
  email: string
  name: string
  locale: Locale
  workspaces: { workspaceId: number; name: string; timezone: string; role: Role }[]
}

/** A user and what they may do where, workspaces in the order they joined. */
export async function readMe(platform: Platform, userId: string): Promise<Me> {
  const { rows } = await sql<MeRow>`
    select users.id, users.email, users.name, users.locale,
      coalesce((
        select jsonb_agg(jsonb_build_object('workspaceId', workspaces.id, 'name', workspaces.name, 'timezone', workspaces.timezone, 'role', members.role) order by members.joined_at, workspaces.id)
        from members join workspaces on workspaces.id = members.workspace_id where members.user_id = users.id), '[]') as workspaces
    from users where users.id = ${userId}`.execute(platform.db)
  const row = rows[0]
  if (!row) throw new AppError('not-signed-in')
  const workspaces = row.workspaces.map((workspace) => ({ ...workspace, permissions: [...rolePermissions[workspace.role]] }))
  return { userId: row.id, email: row.email, name: row.name, locale: row.locale, workspaces }
}
