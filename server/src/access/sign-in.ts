import { sql } from 'kysely'
import { AppError } from '../platform/errors.ts'
import type { Platform } from '../platform/platform.ts'
import { lookupsOf } from './lookups.ts'
import { checkPassword } from './passwords.ts'
import { openSession } from './sessions.ts'

/** In fifteen minutes: a person who mistypes, an office behind one address, an account that is being guessed from many. */
const attemptsMax = { personHere: 8, address: 100, person: 50 }

/**
 * Opens a session for the right password. Throws `wrong-credentials` after the same work whether or not the e-mail is known,
 * and `throttled` before any work once an address, a person, or a person from one address has had its share of attempts.
 */
export async function signIn(
  platform: Platform,
  input: { email: string; password: string; ip: string | null; userAgent: string | null },
): Promise<{ userId: string; token: string }> {
  const { email, password, ip, userAgent } = input
  const { signIns } = lookupsOf(platform)
  const [here, address, person] = [`${email}|${ip}`, `ip ${ip}`, `email ${email}`]
  signIns.take([
    [here, attemptsMax.personHere],
    [address, attemptsMax.address],
    [person, attemptsMax.person],
  ])
  const { rows } = await sql<{ id: string; password_hash: string }>`select id, password_hash from users where email = ${email}`.execute(platform.db)
  const user = rows[0]
  const isRight = await checkPassword(user?.password_hash ?? null, password)
  if (!user || !isRight) throw new AppError('wrong-credentials')
  signIns.forgive([here])
  return { userId: user.id, token: await openSession(platform, user.id, { ip, userAgent }) }
}
