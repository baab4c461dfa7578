import { Solar } from 'lunar-typescript'
import { expect, it } from 'vitest'
import { isAnniversary, lunarAnniversaries, lunarDate, wantedDays } from './anniversary.ts'

const on = (day: string) => wantedDays({ type: 'anniversary', calendar: 'solar', operator: 'today', values: [] }, day)

it.each([
  ['2026-02-17', { year: 2026, month: 1, isLeap: false, day: 1 }],
  // The year of which the calendar of JavaScript's Intl is a day late.
  ['2027-02-06', { year: 2027, month: 1, isLeap: false, day: 1 }],
  ['2026-02-16', { year: 2025, month: 12, isLeap: false, day: 29, isLast: true }],
  ['2025-07-25', { year: 2025, month: 6, isLeap: true, day: 1 }],
  ['2033-12-22', { year: 2033, month: 11, isLeap: true, day: 1 }],
  ['1985-09-29', { year: 1985, month: 8, isLeap: false, day: 15 }],
])('%s is the lunar day it is', (day, expected) => {
  expect(lunarDate(day)).toMatchObject(expected)
})

it('knows the lunar day of any day of two centuries as the calendar it is made from does', () => {
  for (let number = Date.UTC(1900, 0, 1); number < Date.UTC(2101, 0, 1); number += 86_400_000 * 113) {
    const day = new Date(number).toISOString().slice(0, 10)
    const [year, month, date] = day.split('-').map(Number) as [number, number, number]
    const lunar = Solar.fromYmd(year, month, date).getLunar()
    const found = lunarDate(day)!
    expect([day, found.year, found.isLeap ? -found.month : found.month, found.day]).toEqual([day, lunar.getYear(), lunar.getMonth(), lunar.getDay()])
  }
})

it.each(['1899-12-31', '2101-01-01', '2026-02-30', 'x'])('knows no lunar day of %s', (day) => {
  expect(lunarDate(day)).toBeNull()
})

it.each([
  ['1988-02-29', '2028-02-29', true],
  ['1988-02-29', '2027-02-28', true],
  ['1988-02-29', '2028-02-28', false],
  ['1988-02-29', '2027-03-01', false],
  ['2026-11-22', '2026-11-22', false],
])('the solar anniversary of %s falls on %s: %s', (date, day, falls) => {
  expect(isAnniversary(date, 'solar', on(day))).toBe(falls)
})

it.each([
  // Mid-autumn: the 15th of the eighth month.
  ['1985-09-29', '2026-09-25', true],
  ['1985-09-29', '2026-09-29', false],
  // Born in the leap sixth month of 1979, on its 5th day: it comes back in the plain sixth month, also in 2025, which has a leap one.
  ['1979-07-28', '2025-06-29', true],
  ['1979-07-28', '2025-07-29', false],
  // New Year's Eve of a long twelfth month comes back on the 29th of a short one.
  ['1985-02-19', '2026-02-16', true],
  ['1985-02-18', '2026-02-16', true],
])('the lunar anniversary of %s falls on %s: %s', (date, day, falls) => {
  expect(isAnniversary(date, 'lunar', on(day))).toBe(falls)
  expect(lunarAnniversaries(on(day)).includes(Number(date.replaceAll('-', '')))).toBe(falls)
})

it.each([
  ['thisMonth', [], '2026-02-28', ['2026-02-01', '2026-02-28', 28]],
  ['nextMonth', [], '2026-12-31', ['2027-01-01', '2027-01-31', 31]],
  ['withinNext', [3], '2026-12-30', ['2026-12-30', '2027-01-02', 4]],
  ['withinLast', [1], '2026-03-01', ['2026-02-28', '2026-03-01', 2]],
] as const)('%s %j of %s are the days they are', (operator, values, today, [first, last, count]) => {
  const days = wantedDays({ type: 'anniversary', calendar: 'lunar', operator, values: [...values] }, today)
  expect([days[0], days.at(-1), days.length]).toEqual([first, last, count])
})
