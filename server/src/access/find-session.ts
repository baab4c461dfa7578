import { sql } from 'kysely'
import type { Locale } from '../../../contracts/common.ts'
import type { Role } from '../../../contracts/permissions.ts'
import type { Platform } from '../platform/platform.ts'
import { lookupsOf, type Session } from './lookups.ts'
import { hashSecret } from './secrets.ts'

export const sessionCookie = 'hongyan_session'
export const sessionDays = 14
const dayMs = 24 * 60 * 60 * 1000

interface SessionRow {
  user_id: string
  email: string
  name: string
  locale: Locale
  expires_at: Date
  roles: Record<string, Role>
}

/** The session behind a cookie, or null. `renewed` when it was prolonged just now and the cookie should be set again. */
export async function findSession(platform: Platform, token: string): Promise<{ session: Session; renewed: boolean } | null> {
  const tokenHash = hashSecret(token)
  let renewed = false
  const session = await lookupsOf(platform).sessions.read(tokenHash.toString('hex'), async () => {
    const found = await readSession(platform, tokenHash)
    renewed = found !== null && (await prolong(platform, found))
    return found
  })
  return session && session.expiresAt > platform.clock.now() ? { session, renewed } : null
}

/** When a session that is used now ends. */
export function sessionEnd(now: Date): Date {
  return new Date(now.getTime() + sessionDays * dayMs)
}

async function readSession(platform: Platform, tokenHash: Buffer): Promise<Session | null> {
  const { rows } = await sql<SessionRow>`
    select users.id as user_id, users.email, users.name, users.locale, sessions.expires_at,
      coalesce((select jsonb_object_agg(workspace_id, role) from members where user_id = users.id), '{}') as roles
    from sessions join users on users.id = sessions.user_id
    where sessions.token_hash = ${tokenHash} and sessions.expires_at > ${platform.clock.now()}`.execute(platform.db)
  const row = rows[0]
  if (!row) return null
  const user = { userId: row.user_id, email: row.email, name: row.name, locale: row.locale }
  return { user, tokenHash, expiresAt: row.expires_at, roles: new Map(Object.entries(row.roles).map(([id, role]) => [Number(id), role])) }
}

/** A used session slides on, written at most once a day; the person's last visit at most every few seconds. */
async function prolong(platform: Platform, session: Session): Promise<boolean> {
  const now = platform.clock.now()
  await sql`update users set last_seen_at = ${now} where id = ${session.user.userId} and (last_seen_at is null or last_seen_at < ${new Date(now.getTime() - 60_000)})`.execute(
    platform.db,
  )
  const end = sessionEnd(now)
  if (end.getTime() - session.expiresAt.getTime() < dayMs) return false
  await sql`update sessions set expires_at = ${end} where token_hash = ${session.tokenHash}`.execute(platform.db)
  session.expiresAt = end
  return true
}
