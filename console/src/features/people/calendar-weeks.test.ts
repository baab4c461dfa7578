import { expect, it } from 'vitest'
import { calendarWeeks } from './calendar-weeks.ts'
import { addDays, dayStart, weekdayOf } from './zone-day.ts'

it('begins a day where clocks of the zone do, also when they change that day', () => {
  expect(dayStart('2026-03-01', 'Asia/Shanghai')).toBe('2026-02-28T16:00:00.000Z')
  expect(dayStart('2026-03-29', 'Europe/Berlin')).toBe('2026-03-28T23:00:00.000Z')
  expect(dayStart('2026-03-30', 'Europe/Berlin')).toBe('2026-03-29T22:00:00.000Z')
  expect(dayStart('2026-11-01', 'America/New_York')).toBe('2026-11-01T04:00:00.000Z')
})

it('counts days across months and knows Mondays', () => {
  expect(addDays('2026-03-01', -1)).toBe('2026-02-28')
  expect(weekdayOf('2026-11-23')).toBe(0)
  expect(weekdayOf('2026-11-22')).toBe(6)
})

it('shows 365 days in whole weeks, and says which are busy among them', () => {
  const day = (date: string, events: number) => ({ date, events, orders: 0, messages: 0 })
  const weeks = calendarWeeks([day('2020-01-01', 900), day('2026-01-31', 1), day('2026-02-01', 2), day('2026-02-02', 3), day('2026-02-03', 1000)], '2026-11-22')
  const shown = weeks.flatMap((week) => week.days).filter((one) => one !== null)
  expect(shown).toHaveLength(365)
  expect([shown[0]?.date, shown.at(-1)?.date]).toEqual(['2025-11-23', '2026-11-22'])
  expect(weeks.every((week) => week.days.length === 7)).toBe(true)
  expect(shown.filter(({ count }) => count > 0).map(({ level }) => level)).toEqual([1, 2, 3, 4])
  expect(weeks.filter((week) => week.month !== null).map((week) => week.month)).toHaveLength(12)
})
