import { sql } from 'kysely'
import type { Platform } from '../platform/platform.ts'
import { sessionEnd } from './find-session.ts'
import { lookupsOf } from './lookups.ts'
import { hashSecret, newSecret } from './secrets.ts'

/** Opens a session and returns its token, which is kept nowhere but in the cookie. */
export async function openSession(platform: Platform, userId: string, from: { ip: string | null; userAgent: string | null }): Promise<string> {
  const token = newSecret()
  const now = platform.clock.now()
  await sql`insert into sessions (token_hash, user_id, created_at, expires_at, ip, user_agent)
    values (${hashSecret(token)}, ${userId}, ${now}, ${sessionEnd(now)}, ${from.ip}, ${from.userAgent?.slice(0, 300) ?? null})`.execute(platform.db)
  return token
}

/** Ends one session. */
export async function closeSession(platform: Platform, token: string): Promise<void> {
  const tokenHash = hashSecret(token)
  await sql`delete from sessions where token_hash = ${tokenHash}`.execute(platform.db)
  lookupsOf(platform).sessions.forget((session) => session.tokenHash.equals(tokenHash))
}

/** Drops what is remembered of a user, after a change of role, name or password. */
export function forgetUser(platform: Platform, userId: string): void {
  lookupsOf(platform).sessions.forget((session) => session.user.userId === userId)
}

/** Removes sessions that have run out. */
export async function removeEndedSessions(platform: Platform): Promise<void> {
  await sql`delete from sessions where expires_at < ${platform.clock.now()}`.execute(platform.db)
}
