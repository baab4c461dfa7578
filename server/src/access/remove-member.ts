import { sql } from 'kysely'
import type { Context } from './context.ts'
import { assertAnotherOwner, assertMayHandleRole, memberOf } from './members.ts'
import { mutate } from './mutate.ts'
import { forgetUser } from './sessions.ts'

/** Takes a person out of the workspace; their account stays. Throws `precondition` for the last owner. */
export async function removeMember(ctx: Context, userId: string): Promise<void> {
  await mutate(ctx, { action: 'member.remove', targetKind: 'user', targetId: userId }, async (tx, audit) => {
    const { role } = await memberOf(ctx, tx, userId)
    assertMayHandleRole(ctx, role)
    if (role === 'owner') await assertAnotherOwner(ctx, tx, userId)
    await sql`delete from members where workspace_id = ${ctx.workspaceId} and user_id = ${userId}`.execute(tx)
    audit.detail = { role }
  })
  forgetUser(ctx.platform, userId)
}
