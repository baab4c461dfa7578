import type { PersonActivity } from '../../../../contracts/people.ts'
import { addDays, weekdayOf } from './zone-day.ts'

export interface CalendarDay {
  date: string
  count: number
  /** How busy among the days shown: 0 for nothing, 1 to 4. */
  level: number
}
export interface CalendarWeek {
  days: (CalendarDay | null)[]
  /** The month that begins in this week, `2026-03`. */
  month: string | null
}

/** A year of days up to `last`, in weeks from Monday; days outside are null. */
export function calendarWeeks(days: PersonActivity['days'], last: string): CalendarWeek[] {
  const first = addDays(last, -364)
  const counts = new Map(days.filter(({ date }) => date >= first && date <= last).map(({ date, events }) => [date, events]))
  const levels = levelsOf([...counts.values()])
  const weeks: CalendarWeek[] = []
  for (let monday = addDays(first, -weekdayOf(first)); monday <= last; monday = addDays(monday, 7)) {
    const dates = Array.from({ length: 7 }, (_, index) => addDays(monday, index))
    const begins = dates.find((date) => date.endsWith('-01') && date >= first && date <= last)
    weeks.push({
      month: begins?.slice(0, 7) ?? null,
      days: dates.map((date) => (date < first || date > last ? null : { date, count: counts.get(date) ?? 0, level: levels(counts.get(date) ?? 0) })),
    })
  }
  return weeks
}

/** Quarters of the days with anything: one busy day does not turn all others pale. */
function levelsOf(counts: number[]): (count: number) => number {
  const sorted = counts.toSorted((left, right) => left - right)
  const bounds = [0.25, 0.5, 0.75].map((share) => sorted[Math.floor(share * (sorted.length - 1))] ?? 0)
  return (count) => (count === 0 ? 0 : 1 + bounds.filter((bound) => count > bound).length)
}
