import { sql } from 'kysely'
import { registerSourceAdmission } from '../access/index.ts'
import type { Platform } from '../platform/platform.ts'
import { startConsumer } from './consume-inbox.ts'
import { registerUsage } from '../people/index.ts'
import { watchInbox } from './watch-inbox.ts'
import { startImports } from './imports/index.ts'
import { readMappingUses } from './imports/mapping-uses.ts'
import { admitSource } from './door/admit-source.ts'
import { flushDoorCounts } from './door/source-counts.ts'
import { forgetQuarantine } from './quarantine/forget-quarantine.ts'

/** Message ids are remembered this long: a sender that repeats itself does so sooner, and a file imported again is usually of the same year. */
const keyDays = 400
const minutesKeptHours = 25
const sourceHoursKeptDays = 40
const watchMs = 15_000
const dayMs = 86_400_000
const hourMs = 3_600_000

/** Registers what collect does in the background: the inbox, imports, and forgetting what nobody asks for any more. */
export function startCollect(platform: Platform): void {
  registerSourceAdmission(admitSource)
  startConsumer(platform)
  startImports(platform)
  registerUsage('import mappings', readMappingUses)
  platform.jobs.loop('inbox watch', watchMs, () => watchInbox(platform))
  platform.jobs.every('collect.forget', 3_600, () => forgetOld(platform))
}

/** Writes what was counted and not told yet. */
export async function stopCollect(platform: Platform): Promise<void> {
  await flushDoorCounts(platform)
}

/** Forgets what nobody asks for any more. */
export async function forgetOld(platform: Platform): Promise<void> {
  const nowMs = platform.clock.now().getTime()
  await sql`delete from inbox_minutes where minute < ${new Date(nowMs - minutesKeptHours * hourMs)}`.execute(platform.db)
  await sql`delete from inbox_lags where minute < ${new Date(nowMs - minutesKeptHours * hourMs)}`.execute(platform.db)
  await sql`delete from source_hours where hour < ${new Date(nowMs - sourceHoursKeptDays * dayMs)}`.execute(platform.db)
  await forgetQuarantine(platform)
  await sql`delete from event_keys where seen_on < ${new Date(nowMs - keyDays * dayMs)}::timestamptz::date`.execute(platform.db)
}
