import { Temporal } from 'temporal-polyfill'
import type { ContactPolicy } from '../../../contracts/workspaces.ts'

/**
 * Until when marketing must wait, or null when it may go now. Quiet hours run from `from` (included) to `to` (excluded) in local time and may
 * cross midnight; equal times mean never. On a day whose clocks jump over `to`, they end at the first instant after the jump.
 */
export function quietUntil(quietHours: ContactPolicy['quietHours'], timezone: string, now: Date): Date | null {
  if (!quietHours.enabled || quietHours.from === quietHours.to) return null
  const local = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(timezone)
  const [time, from, to] = [local.toPlainTime(), Temporal.PlainTime.from(quietHours.from), Temporal.PlainTime.from(quietHours.to)]
  const isBefore = (a: Temporal.PlainTime, b: Temporal.PlainTime): boolean => Temporal.PlainTime.compare(a, b) < 0
  const crossesMidnight = isBefore(to, from)
  const isQuiet = crossesMidnight ? !isBefore(time, from) || isBefore(time, to) : !isBefore(time, from) && isBefore(time, to)
  if (!isQuiet) return null
  const endsTomorrow = crossesMidnight && !isBefore(time, from)
  const day = endsTomorrow ? local.toPlainDate().add({ days: 1 }) : local.toPlainDate()
  return new Date(day.toZonedDateTime({ timeZone: timezone, plainTime: to }).epochMilliseconds)
}
