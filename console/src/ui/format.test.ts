import { expect, it } from 'vitest'
import { formatAttribute, formatBytes, formatCount, formatFen, formatInstant, formatList, formatPercent, formatRelative, formatSeconds } from './format.ts'

it('writes fen as yuan with the unit', () => {
  expect(formatFen(123_456, 'zh')).toBe('¥1,234.56')
  expect(formatFen(-50, 'en')).toBe('−¥0.50')
  expect(formatFen(0, 'zh')).toBe('¥0.00')
})

it('shortens large numbers as each language counts', () => {
  expect(formatCount(123_456, 'zh', true)).toBe('12.3\u4e07')
  expect(formatCount(123_456, 'en', true)).toBe('123.5k')
  expect(formatFen(61_234_500, 'zh', true)).toBe('¥61.2\u4e07')
  expect(formatCount(9_999, 'zh', true)).toBe('9,999')
})

it('shows an instant in the workspace zone, with the zone', () => {
  expect(formatInstant('2026-11-22T16:30:05.000Z', 'Asia/Shanghai')).toEqual({
    date: '2026-11-23',
    minute: '2026-11-23 00:30',
    second: '2026-11-23 00:30:05',
    offset: 'UTC+8',
  })
  expect(formatInstant('2026-07-01T00:00:00Z', 'UTC').offset).toBe('UTC')
})

it('says how long ago in the reader language', () => {
  const now = new Date('2026-11-22T12:00:00Z')
  expect(formatRelative('2026-11-22T11:57:00Z', now, 'en')).toBe('3 minutes ago')
  expect(formatRelative('2026-11-24T12:00:00Z', now, 'en')).toBe('in 2 days')
  expect(formatRelative('2026-11-22T11:57:00Z', now, 'zh')).toBe('3 \u5206\u949f\u524d')
  expect(formatRelative('2026-11-22T11:59:52Z', now, 'zh')).toBe('8 \u79d2\u524d')
})

it('writes durations in two units at most', () => {
  expect(formatSeconds(125, 'en')).toBe('2 min 5 s')
  expect(formatSeconds(0, 'en')).toBe('0 s')
  expect(formatSeconds(90_061, 'en')).toBe('1 d 1 h')
  expect(formatSeconds(1.44, 'en')).toBe('1.4 s')
  expect(formatSeconds(125, 'zh')).toBe('2 \u5206\u949f 5 \u79d2')
})

it('writes sizes and shares', () => {
  expect(formatBytes(48_230_111)).toBe('46.0 MB')
  expect(formatBytes(12)).toBe('12 B')
  expect(formatPercent(0.1656, 'zh')).toBe('16.56%')
  expect([formatPercent(0.112, 'zh'), formatPercent(0, 'zh'), formatPercent(0.02, 'en', 1)]).toEqual(['11.20%', '0%', '2.0%'])
})

it('writes values of attributes as they are defined', () => {
  expect(formatAttribute(1234, { format: 'money', unit: '' }, 'zh')).toBe('¥1,234.00')
  expect(formatAttribute(0.125, { format: 'percent', unit: '' }, 'zh')).toBe('12.5%')
  expect(formatAttribute(1385, { format: null, unit: 'points' }, 'en')).toBe('1,385 points')
  expect(formatAttribute(0.123456, { format: null, unit: '' }, 'en')).toBe('0.123456')
  expect([formatAttribute(1990, undefined, 'zh'), formatAttribute(19_900, undefined, 'zh')]).toEqual(['1990', '19,900'])
  expect(formatAttribute('1980-06-19', { format: null, unit: '' }, 'zh')).toBe('1980-06-19')
  expect([formatAttribute(true, undefined, 'zh'), formatAttribute(['a', 'b'], undefined, 'zh')]).toEqual(['✓', 'a、b'])
  expect(formatList(['a', 'b'], 'en')).toBe('a, b')
})
