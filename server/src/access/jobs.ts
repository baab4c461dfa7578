import type { Platform } from '../platform/platform.ts'
import { removeEndedSessions } from './sessions.ts'

const hourSeconds = 60 * 60

/** Housekeeping: sessions that have run out are removed every hour. */
export function startAccess(platform: Platform): void {
  platform.jobs.every('access.removeEndedSessions', hourSeconds, async () => removeEndedSessions(platform))
}
