import { Temporal } from 'temporal-polyfill'
import type { EventWindow } from '../../../../contracts/rule.ts'
import { assertNever } from '../../platform/errors.ts'
import type { RuleMoment } from './resolved-rule.ts'

const unitMs = { minute: 60_000, hour: 3_600_000, day: 86_400_000 }

/** A length of time in milliseconds. A day is 24 hours. */
export function spanMs({ amount, unit }: { amount: number; unit: keyof typeof unitMs }): number {
  return amount * unitMs[unit]
}

/** The window as instants `[from, to)`; null is open. Since a campaign it is also bounded by each person's last contact, see `compile-window.ts`. */
export function windowBounds(window: EventWindow, { now, timezone }: RuleMoment): { from: Date | null; to: Date | null } {
  switch (window.kind) {
    case 'ever':
      return { from: null, to: null }
    case 'last':
      return { from: new Date(now.getTime() - spanMs(window)), to: now }
    case 'before':
      return { from: null, to: new Date(now.getTime() - spanMs(window)) }
    case 'between':
      return { from: new Date(window.from), to: new Date(window.to) }
    case 'calendar': {
      const { unit, previous } = window
      const start = startOf(unit, Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(timezone).toPlainDate())
      const from = instantOf(previous === 0 ? start : earlier(start, unit, previous), timezone)
      return { from, to: previous === 0 ? now : instantOf(start, timezone) }
    }
    case 'sinceCampaign':
      return { from: null, to: now }
    default:
      return assertNever(window)
  }
}

type CalendarUnit = Extract<EventWindow, { kind: 'calendar' }>['unit']

/** The first day of the day, week (from Monday), month, quarter or year that a day lies in. */
function startOf(unit: CalendarUnit, day: Temporal.PlainDate): Temporal.PlainDate {
  switch (unit) {
    case 'day':
      return day
    case 'week':
      return day.subtract({ days: day.dayOfWeek - 1 })
    case 'month':
      return day.with({ day: 1 })
    case 'quarter':
      return day.with({ day: 1, month: day.month - ((day.month - 1) % 3) })
    case 'year':
      return day.with({ day: 1, month: 1 })
    default:
      return assertNever(unit)
  }
}

function earlier(start: Temporal.PlainDate, unit: CalendarUnit, count: number): Temporal.PlainDate {
  return unit === 'quarter' ? start.subtract({ months: 3 * count }) : start.subtract({ [`${unit}s`]: count })
}

function instantOf(day: Temporal.PlainDate, timezone: string): Date {
  return new Date(day.toZonedDateTime({ timeZone: timezone }).epochMilliseconds)
}
