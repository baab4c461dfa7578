import { sql } from 'kysely'
import type { z } from 'zod'
import type { Member } from '../../../contracts/access.ts'
import type { Role } from '../../../contracts/permissions.ts'
import type { Context } from './context.ts'
import { assertAnotherOwner, assertMayHandleRole, memberOf } from './members.ts'
import { mutate } from './mutate.ts'
import { forgetUser } from './sessions.ts'

/** Changes a member's role. Throws `precondition` when it would leave the workspace without an owner. */
export async function updateMember(ctx: Context, input: { userId: string; role: Role }): Promise<z.input<typeof Member>> {
  const { userId, role } = input
  const member = await mutate(ctx, { action: 'member.update', targetKind: 'user', targetId: userId }, async (tx, audit) => {
    const before = await memberOf(ctx, tx, userId)
    assertMayHandleRole(ctx, before.role)
    assertMayHandleRole(ctx, role)
    if (before.role === 'owner' && role !== 'owner') await assertAnotherOwner(ctx, tx, userId)
    await sql`update members set role = ${role} where workspace_id = ${ctx.workspaceId} and user_id = ${userId}`.execute(tx)
    audit.detail = { from: before.role, to: role }
    return { ...before, role }
  })
  forgetUser(ctx.platform, userId)
  return member
}
