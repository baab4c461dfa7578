import { sql } from 'kysely'
import type { z } from 'zod'
import type { WorkspaceAccess } from '../../../contracts/access.ts'
import { rolePermissions } from '../../../contracts/permissions.ts'
import { forgetUser, foundWorkspace, writeAudit, type SignedInUser } from '../access/index.ts'
import { AppError } from '../platform/errors.ts'
import type { Platform } from '../platform/platform.ts'
import { checkTimezone } from './check-timezone.ts'

/** Makes a workspace owned by the user, who must be an owner already: whoever was only invited into one cannot open others. */
export async function createWorkspace(
  platform: Platform,
  user: SignedInUser,
  input: { name: string; timezone: string; ip: string | null },
): Promise<z.input<typeof WorkspaceAccess>> {
  const { name, timezone, ip } = input
  checkTimezone(timezone)
  const { rows } = await sql<{ owns: boolean }>`select exists (select from members where user_id = ${user.userId} and role = 'owner') as owns`.execute(
    platform.db,
  )
  if (!rows[0]?.owns) throw new AppError('forbidden', { zh: '只有工作区的所有者可以新建工作区', en: 'Only an owner of a workspace can create another' })
  const workspaceId = await platform.db.transaction().execute(async (tx) => {
    const id = await foundWorkspace(platform, tx, { name, timezone, ownerId: user.userId })
    const ctx = { platform, workspaceId: id, actor: { kind: 'user', userId: user.userId, name: user.name }, ip } as const
    await writeAudit(tx, ctx, { action: 'workspace.create', targetKind: 'workspace', targetId: String(id), detail: { name } })
    return id
  })
  forgetUser(platform, user.userId)
  return { workspaceId, name, timezone, role: 'owner', permissions: [...rolePermissions.owner] }
}
