import { sql } from 'kysely'
import type { Locale } from '../../../contracts/common.ts'
import { AppError } from '../platform/errors.ts'
import type { Platform } from '../platform/platform.ts'
import type { SignedInUser } from './handlers.ts'
import { lookupsOf } from './lookups.ts'
import { mutate } from './mutate.ts'
import { checkPassword, hashPassword } from './passwords.ts'
import { forgetUser } from './sessions.ts'
import { hashSecret } from './secrets.ts'

interface MeChange {
  name?: string
  locale?: Locale
  currentPassword?: string
  newPassword?: string
}

/**
 * Changes the own name, language or password. A new password needs the current one and ends every other session of the user.
 * `token` is the session that asks.
 */
export async function updateMe(platform: Platform, user: SignedInUser, change: MeChange & { token: string; ip: string | null }): Promise<void> {
  const passwordHash =
    change.newPassword === undefined ? null : await confirmedHash(platform, user, { current: change.currentPassword, wanted: change.newPassword })
  const ctx = { platform, workspaceId: null, actor: { kind: 'user', userId: user.userId, name: user.name }, ip: change.ip } as const
  const changed = [
    ...(change.name === undefined ? [] : ['name']),
    ...(change.locale === undefined ? [] : ['locale']),
    ...(passwordHash === null ? [] : ['password']),
  ]
  await mutate(ctx, { action: 'user.update', targetKind: 'user', targetId: user.userId, detail: { changed } }, async (tx) => {
    await sql`
      update users set name = coalesce(${change.name ?? null}, name), locale = coalesce(${change.locale ?? null}, locale), password_hash = coalesce(${passwordHash}, password_hash)
      where id = ${user.userId}`.execute(tx)
    if (passwordHash !== null) await sql`delete from sessions where user_id = ${user.userId} and token_hash <> ${hashSecret(change.token)}`.execute(tx)
  })
  forgetUser(platform, user.userId)
}

async function confirmedHash(platform: Platform, user: SignedInUser, { current, wanted }: { current: string | undefined; wanted: string }): Promise<string> {
  lookupsOf(platform).signIns.take([[`password ${user.userId}`, 10]])
  const { rows } = await sql<{ password_hash: string }>`select password_hash from users where id = ${user.userId}`.execute(platform.db)
  if (current === undefined || !(await checkPassword(rows[0]?.password_hash ?? null, current))) {
    throw new AppError('validation', { problems: [{ at: 'body.currentPassword', zh: '当前密码不正确', en: 'The current password is wrong' }] })
  }
  return hashPassword(wanted)
}
