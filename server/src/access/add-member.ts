import { sql } from 'kysely'
import type { z } from 'zod'
import type { Member } from '../../../contracts/access.ts'
import type { Role } from '../../../contracts/permissions.ts'
import { AppError } from '../platform/errors.ts'
import type { Context } from './context.ts'
import { assertMayHandleRole, memberOf } from './members.ts'
import { mutate } from './mutate.ts'
import { hashPassword } from './passwords.ts'
import { forgetUser } from './sessions.ts'

interface NewMember {
  email: string
  name: string
  role: Role
  initialPassword?: string
}

/**
 * Lets a person into the workspace. Somebody who already has an account keeps its name and password; anybody else needs `initialPassword`.
 * Throws `conflict` for a member.
 */
export async function addMember(ctx: Context, input: NewMember): Promise<z.input<typeof Member>> {
  assertMayHandleRole(ctx, input.role)
  const { platform } = ctx
  const passwordHash = input.initialPassword === undefined ? null : await hashPassword(input.initialPassword)
  const member = await mutate(ctx, { action: 'member.add', targetKind: 'user', detail: { role: input.role } }, async (tx, audit) => {
    const known = await sql<{ id: string }>`select id from users where email = ${input.email}`.execute(tx)
    const userId = known.rows[0]?.id ?? (await createUser(ctx, tx, { ...input, passwordHash }))
    const { numAffectedRows } = await sql`
      insert into members (workspace_id, user_id, role, joined_at) values (${ctx.workspaceId}, ${userId}, ${input.role}, ${platform.clock.now()})
      on conflict do nothing`.execute(tx)
    if (numAffectedRows === 0n) throw new AppError('conflict', { zh: '此人已是工作区成员', en: 'This person is a member already' })
    audit.targetId = userId
    return memberOf(ctx, tx, userId)
  })
  forgetUser(platform, member.id)
  return member
}

async function createUser(ctx: Context, tx: Context['platform']['db'], input: NewMember & { passwordHash: string | null }): Promise<string> {
  if (input.passwordHash === null) {
    throw new AppError('validation', { problems: [{ at: 'body.initialPassword', zh: '新用户需要初始密码', en: 'A new user needs an initial password' }] })
  }
  const { rows } = await sql<{ id: string }>`
    insert into users (email, name, password_hash, created_at) values (${input.email}, ${input.name}, ${input.passwordHash}, ${ctx.platform.clock.now()})
    on conflict (email) do nothing returning id`.execute(tx)
  const userId = rows[0]?.id
  if (!userId) throw new AppError('conflict', { zh: '此邮箱刚刚被添加，请重试', en: 'This e-mail was added just now; try again' })
  return userId
}
