import { Temporal } from 'temporal-polyfill'
import type { Schedule } from '../../../../contracts/connector-settings.ts'
import { assertNever } from '../../platform/errors.ts'

/** When a pull runs next after an instant; null for one that only runs by hand. A daily time is by the workspace's clock. */
export function nextRunAfter(schedule: Schedule, after: Date, timezone: string): Date | null {
  switch (schedule.kind) {
    case 'manual':
      return null
    case 'every':
      return new Date(after.getTime() + schedule.minutes * 60_000)
    case 'daily': {
      const now = Temporal.Instant.fromEpochMilliseconds(after.getTime()).toZonedDateTimeISO(timezone)
      const today = now.withPlainTime(Temporal.PlainTime.from(schedule.at))
      const next = Temporal.ZonedDateTime.compare(today, now) > 0 ? today : now.add({ days: 1 }).withPlainTime(Temporal.PlainTime.from(schedule.at))
      return new Date(next.epochMilliseconds)
    }
    default:
      return assertNever(schedule)
  }
}
