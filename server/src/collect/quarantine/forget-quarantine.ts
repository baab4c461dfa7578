import { sql } from 'kysely'
import type { Platform } from '../../platform/platform.ts'

/** What was set aside is kept this long, so that there is time to mend the cause. */
export const quarantineDays = 30
const dayMs = 86_400_000
const rowsPerStatement = 5_000

/** Throws away what was set aside long ago: what does not fit, and rows that no store took. */
export async function forgetQuarantine(platform: Platform): Promise<void> {
  const before = new Date(platform.clock.now().getTime() - quarantineDays * dayMs)
  for (;;) {
    const { numAffectedRows } = await sql`
      delete from quarantine where id in (select id from quarantine where received_at < ${before} limit ${rowsPerStatement})`.execute(platform.db)
    if ((numAffectedRows ?? 0n) < BigInt(rowsPerStatement)) break
  }
  await sql`delete from inbox where failed_at < ${before}`.execute(platform.db)
}
