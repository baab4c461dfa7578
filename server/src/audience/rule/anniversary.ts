import { LunarYear, Solar } from 'lunar-typescript'
import type { ValueTest } from '../../../../contracts/rule.ts'
import { assertNever } from '../../platform/errors.ts'

/**
 * Anniversaries come back every year after the date on its day of the calendar. Solar: 29 February on the 28th in common years. Lunar: a date of a leap month comes back in the
 * plain month of the same number, the 30th on the 29th where the month is short; for dates of 1900 to 2100. The days they are wanted on are days of the solar calendar.
 */
export type AnniversaryTest = Extract<ValueTest, { type: 'anniversary' }>

const dayMs = 86_400_000
const dayNumber = (day: string) => Date.parse(`${day}T00:00:00Z`) / dayMs
const dayOfNumber = (number: number) => new Date(number * dayMs).toISOString().slice(0, 10)

/** The days that the anniversary is wanted on, in order. */
export function wantedDays({ operator, values }: AnniversaryTest, today: string): string[] {
  const from = dayNumber(today)
  const [days = 0] = values
  switch (operator) {
    case 'today':
      return [today]
    case 'withinNext':
      return Array.from({ length: days + 1 }, (_, index) => dayOfNumber(from + index))
    case 'withinLast':
      return Array.from({ length: days + 1 }, (_, index) => dayOfNumber(from - days + index))
    case 'thisMonth':
      return monthOf(today, 0)
    case 'nextMonth':
      return monthOf(today, 1)
    default:
      return assertNever(operator)
  }
}

function monthOf(today: string, later: number): string[] {
  const [year, month] = today.split('-').map(Number) as [number, number]
  const first = Date.UTC(year, month - 1 + later, 1) / dayMs
  const next = Date.UTC(year, month + later, 1) / dayMs
  return Array.from({ length: next - first }, (_, index) => dayOfNumber(first + index))
}

/** The days of the year (`MM-DD`) whose anniversaries fall on wanted days, by the year of these. */
export function solarAnniversaries(wanted: readonly string[]): Map<string, string[]> {
  const byYear = new Map<string, string[]>()
  for (const day of wanted) {
    const [year, monthDay] = [day.slice(0, 4), day.slice(5)]
    const days = byYear.get(year) ?? []
    byYear.set(year, days)
    days.push(monthDay)
    if (monthDay === '02-28' && !isLeapYear(Number(year))) days.push('02-29')
  }
  return byYear
}

const isLeapYear = (year: number) => new Date(Date.UTC(year, 1, 29)).getUTCMonth() === 1

/** The dates whose lunar anniversaries fall on wanted days, as numbers like 19880701. */
export function lunarAnniversaries(wanted: readonly string[]): number[] {
  const found: number[] = []
  for (const day of wanted) {
    const on = lunarDate(day)
    if (!on || on.isLeap) continue
    for (const month of lunarMonths()) {
      if (month.year >= on.year) break
      if (month.month !== on.month) continue
      if (on.day <= month.days) found.push(numberOf(month.first + on.day - 1))
      if (on.isLast && on.day === 29 && month.days === 30) found.push(numberOf(month.first + 29))
    }
  }
  return found
}

const numberOf = (day: number) => Number(dayOfNumber(day).replaceAll('-', ''))

/** Whether the anniversary of a date falls on a wanted day. */
export function isAnniversary(date: string, calendar: AnniversaryTest['calendar'], wanted: readonly string[]): boolean {
  if (calendar === 'solar') return wanted.some((day) => date.slice(0, 4) < day.slice(0, 4) && comesBackOn(date, day))
  const born = lunarDate(date)
  if (!born) return false
  return wanted.some((day) => {
    const on = lunarDate(day)
    if (!on || on.isLeap || born.year >= on.year || born.month !== on.month) return false
    return born.day === on.day || (born.day === 30 && on.isLast && on.day === 29)
  })
}

function comesBackOn(date: string, day: string): boolean {
  const [born, on] = [date.slice(5), day.slice(5)]
  return born === on || (born === '02-29' && on === '02-28' && !isLeapYear(Number(day.slice(0, 4))))
}

interface LunarMonth {
  year: number
  month: number
  isLeap: boolean
  days: number
  /** Its first day, in days since 1970. */
  first: number
}

let known: LunarMonth[] | undefined

/** The lunar months of 1899 to 2100 in order. Worked out once, some tenths of a second. */
function lunarMonths(): readonly LunarMonth[] {
  known ??= Array.from({ length: 202 }, (_, index) => LunarYear.fromYear(1899 + index)).flatMap((year) =>
    year.getMonthsInYear().map((month) => ({
      year: month.getYear(),
      month: Math.abs(month.getMonth()),
      isLeap: month.isLeap(),
      days: month.getDayCount(),
      first: dayNumber(Solar.fromJulianDay(month.getFirstJulianDay()).toYmd()),
    })),
  )
  return known
}

interface LunarDate {
  year: number
  month: number
  isLeap: boolean
  day: number
  /** Whether it is the last day of its month. */
  isLast: boolean
}

/** A day of 1900 to 2100 in the lunar calendar; null for another one and for what is no day. */
export function lunarDate(day: string): LunarDate | null {
  const number = dayNumber(day)
  if (!(day >= '1900-01-01' && day <= '2100-12-31') || Number.isNaN(number) || dayOfNumber(number) !== day) return null
  const months = lunarMonths()
  let [low, high] = [0, months.length - 1]
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (months[middle]!.first <= number) low = middle
    else high = middle - 1
  }
  const month = months[low]!
  const inMonth = number - month.first + 1
  return { year: month.year, month: month.month, isLeap: month.isLeap, day: inMonth, isLast: inMonth === month.days }
}
