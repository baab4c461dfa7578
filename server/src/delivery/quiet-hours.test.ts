import { describe, expect, it } from 'vitest'
import { quietUntil } from './quiet-hours.ts'

describe('quiet hours', () => {
  const night = { enabled: true, from: '20:00', to: '09:00' }
  const shanghai = (local: string) => new Date(`${local}+08:00`)
  const until = (local: string, hours = night) => quietUntil(hours, 'Asia/Shanghai', shanghai(local))

  it('cross midnight', () => {
    expect(until('2026-03-01T19:59:59')).toBeNull()
    expect(until('2026-03-01T20:00:00')).toEqual(shanghai('2026-03-02T09:00:00'))
    expect(until('2026-03-01T23:59:59')).toEqual(shanghai('2026-03-02T09:00:00'))
    expect(until('2026-03-02T00:00:00')).toEqual(shanghai('2026-03-02T09:00:00'))
    expect(until('2026-03-02T08:59:59')).toEqual(shanghai('2026-03-02T09:00:00'))
    expect(until('2026-03-02T09:00:00')).toBeNull()
  })

  it('can lie within a day, or be none', () => {
    const noon = { enabled: true, from: '12:00', to: '14:00' }
    expect(until('2026-03-01T11:59:59', noon)).toBeNull()
    expect(until('2026-03-01T12:00:00', noon)).toEqual(shanghai('2026-03-01T14:00:00'))
    expect(until('2026-03-01T14:00:00', noon)).toBeNull()
    expect(until('2026-03-01T03:00:00', { ...night, enabled: false })).toBeNull()
    expect(until('2026-03-01T03:00:00', { enabled: true, from: '08:00', to: '08:00' })).toBeNull()
  })

  it('follow the zone of the workspace, also when its clocks change', () => {
    const instant = new Date('2026-03-28T22:00:00Z')
    expect(quietUntil(night, 'Europe/Berlin', instant)).toEqual(new Date('2026-03-29T07:00:00Z'))
    expect(quietUntil({ enabled: true, from: '20:00', to: '02:30' }, 'Europe/Berlin', instant)).toEqual(new Date('2026-03-29T01:30:00Z'))
  })
})
