import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseMoneyFen } from './parse-money.ts'
import { timeParser } from './parse-time.ts'

describe('parseMoneyFen', () => {
  it.each([
    ['3.86', 386],
    ['0.1', 10],
    ['1.005', 101],
    ['1.004', 100],
    ['-2.5', -250],
    ['¥1,234.50', 123450],
    ['12元', 1200],
    ['12.30', 1230],
    ['4.440892e-16', 0],
    ['1.5E3', 150000],
    ['2.675e0', 268],
  ])('reads %s as %s fen', (text, fen) => {
    expect(parseMoneyFen(text)).toBe(fen)
  })

  it.each(['', '90071992547409.91', 'abc', '1.2.3', '--1', '1,2,3', '0x10', 'NaN'])('refuses %j', (text) => {
    expect(parseMoneyFen(text)).toBeNull()
  })

  it('gives back every amount of two decimals exactly (law)', () => {
    fc.assert(
      fc.property(fc.integer({ min: -(10 ** 12), max: 10 ** 12 }), (fen) => {
        const text = `${fen < 0 ? '-' : ''}${Math.floor(Math.abs(fen) / 100)}.${String(Math.abs(fen) % 100).padStart(2, '0')}`
        expect(parseMoneyFen(text)).toBe(fen)
      }),
    )
  })
})

describe('timeParser', () => {
  const shanghai = timeParser('Asia/Shanghai')
  const iso = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString())

  it.each([
    ['2024-03-01 12:30:05', '2024-03-01T04:30:05.000Z'],
    ['2024/3/1 9:05', '2024-03-01T01:05:00.000Z'],
    ['2024年3月1日 9时5分', '2024-03-01T01:05:00.000Z'],
    ['2024年3月1日', '2024-02-29T16:00:00.000Z'],
    ['20240301', '2024-02-29T16:00:00.000Z'],
    ['20240301093005', '2024-03-01T01:30:05.000Z'],
    ['2024-03-01T12:30:05.25Z', '2024-03-01T12:30:05.250Z'],
    ['2024-03-01T12:30:05+05:30', '2024-03-01T07:00:05.000Z'],
    ['1709296205', '2024-03-01T12:30:05.000Z'],
    ['1709296205000', '2024-03-01T12:30:05.000Z'],
  ])('reads %s', (text, instant) => {
    expect(iso(shanghai(text)?.ms)).toBe(instant)
  })

  it.each(['', 'yesterday', '2024-02-30', '2024-13-01', '2024-01-01 25:00', '12/31/2024'])('refuses %j', (text) => {
    expect(shanghai(text)).toBeNull()
  })

  it('follows daylight saving time', () => {
    const berlin = timeParser('Europe/Berlin')
    expect(iso(berlin('2024-03-31 01:30:00')?.ms)).toBe('2024-03-31T00:30:00.000Z')
    expect(iso(berlin('2024-03-31 03:30:00')?.ms)).toBe('2024-03-31T01:30:00.000Z')
    expect(iso(berlin('2024-10-27 12:00:00')?.ms)).toBe('2024-10-27T11:00:00.000Z')
  })

  it('throws for a zone that does not exist', () => {
    expect(() => timeParser('Mars/Olympus')).toThrow(RangeError)
  })
})
