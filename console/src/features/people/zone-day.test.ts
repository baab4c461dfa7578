import { expect, it } from 'vitest'
import { dayStart } from './zone-day.ts'

it('finds when a day begins where it is, also when clocks change that day', () => {
  expect(dayStart('2026-11-22', 'Asia/Shanghai')).toBe('2026-11-21T16:00:00.000Z')
  expect(dayStart('2026-11-01', 'America/New_York')).toBe('2026-11-01T04:00:00.000Z')
  expect(dayStart('2026-11-02', 'America/New_York')).toBe('2026-11-02T05:00:00.000Z')
  expect(dayStart('2026-03-29', 'Europe/Berlin')).toBe('2026-03-28T23:00:00.000Z')
  expect(dayStart('2026-01-01', 'UTC')).toBe('2026-01-01T00:00:00.000Z')
})
