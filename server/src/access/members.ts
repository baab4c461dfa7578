import { sql } from 'kysely'
import type { z } from 'zod'
import type { Member } from '../../../contracts/access.ts'
import { rolePermissions, type Permission, type Role } from '../../../contracts/permissions.ts'
import { AppError, notFound } from '../platform/errors.ts'
import type { Database } from '../platform/platform.ts'
import type { Context } from './context.ts'

type MemberAnswer = z.input<typeof Member>

interface MemberRow {
  id: string
  email: string
  name: string
  role: Role
  last_seen_at: Date | null
  joined_at: Date
}

/** Members of the workspace, the longest first; with `userId`, that one. */
export async function memberRows(ctx: Context, db: Database, userId: string | null = null): Promise<MemberAnswer[]> {
  const { rows } = await sql<MemberRow>`
    select users.id, users.email, users.name, members.role, users.last_seen_at, members.joined_at
    from members join users on users.id = members.user_id
    where members.workspace_id = ${ctx.workspaceId} and (${userId}::uuid is null or users.id = ${userId}::uuid)
    order by members.joined_at, users.id`.execute(db)
  return rows.map((row) => ({
    id: row.id,
    email: row.email,
    name: row.name,
    role: row.role,
    disabled: false,
    lastSeenAt: row.last_seen_at?.toISOString() ?? null,
    joinedAt: row.joined_at.toISOString(),
  }))
}

/** One member; throws `not-found`. */
export async function memberOf(ctx: Context, db: Database, userId: string): Promise<MemberAnswer> {
  const [member] = await memberRows(ctx, db, userId)
  if (!member) throw notFound({ zh: '成员', en: 'member' })
  return member
}

/** Nobody gives what they do not have themselves. */
export function assertMayGrant(ctx: Context, permissions: readonly Permission[]): void {
  const missing = permissions.filter((permission) => !ctx.permissions.has(permission))
  if (missing.length > 0)
    throw new AppError('forbidden', {
      zh: `不能授予自己没有的权限：${missing.join('、')}`,
      en: `You can not grant what you do not have: ${missing.join(', ')}`,
    })
}

/** Same for a role: giving, changing or taking it needs all that the role may. */
export function assertMayHandleRole(ctx: Context, role: Role): void {
  assertMayGrant(ctx, rolePermissions[role])
}

/** Locks the owners of the workspace and makes sure that one remains besides `userId`. */
export async function assertAnotherOwner(ctx: Context, tx: Database, userId: string): Promise<void> {
  const { rows } = await sql<{ user_id: string }>`
    select user_id from members where workspace_id = ${ctx.workspaceId} and role = 'owner' order by user_id for update`.execute(tx)
  if (rows.some((row) => row.user_id !== userId)) return
  throw new AppError('precondition', {
    zh: '工作区至少要有一位所有者，请先指定另一位所有者',
    en: 'A workspace needs an owner; make somebody else an owner first',
  })
}
