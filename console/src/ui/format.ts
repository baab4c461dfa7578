import type { AttributeDefinition } from '../../../contracts/catalogue.ts'
import type { Locale } from '../../../contracts/common.ts'

const tag = { zh: 'zh-CN', en: 'en-GB' } as const
const cache = new Map<string, Intl.NumberFormat>()

function numberFormat(locale: Locale, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = locale + JSON.stringify(options)
  const known = cache.get(key)
  if (known) return known
  const made = new Intl.NumberFormat(tag[locale], options)
  cache.set(key, made)
  return made
}

/** `12,345`; compact gives `1.2万` in Chinese, `12.3k` in English from ten thousand on. */
export function formatCount(value: number, locale: Locale, compact = false): string {
  if (compact && Math.abs(value) >= 10_000) return numberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 }).format(value)
  return numberFormat(locale, { maximumFractionDigits: 2 }).format(value)
}

/** Integer fen as yuan: `¥1,234.50`; compact drops the cents of round sums and shortens from ten thousand yuan on. */
export function formatFen(fen: number, locale: Locale, compact = false): string {
  const yuan = fen / 100
  const sign = yuan < 0 ? '−' : ''
  const size = Math.abs(yuan)
  if (compact && size >= 10_000) return `${sign}¥${numberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 }).format(size)}`
  return `${sign}¥${numberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(size)}`
}

/** `a、b` in Chinese, `a, b` in English. */
export function formatList(values: readonly string[], locale: Locale): string {
  return values.join(locale === 'zh' ? '、' : ', ')
}

/** A fraction as a percentage: `0.0432` is `4.32%`. Shares below one another have as many digits each; nothing and everything need none. */
export function formatPercent(fraction: number, locale: Locale, digits = 2): string {
  const minimumFractionDigits = Number.isInteger(fraction) ? 0 : digits
  return numberFormat(locale, { style: 'percent', minimumFractionDigits, maximumFractionDigits: digits }).format(fraction)
}

/** `1.4 MB`, in powers of 1024. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB']
  const power = Math.min(units.length - 1, bytes > 0 ? Math.floor(Math.log2(bytes) / 10) : 0)
  const value = bytes / 1024 ** power
  return `${power === 0 ? value : value.toFixed(1)} ${units[power]}`
}

const durationUnits = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const

/** Chinese of the platform writes `3分钟前`; ours has a space between digits and Han, and no 钟 behind seconds. */
const spaced = (words: string): string => words.replaceAll(/(\d)(?=\p{Script=Han})/gu, '$1 ').replace('\u79d2\u949f', '\u79d2')

/** Seconds in words of two units at most, as the language writes them: `2 分钟 5 秒`, `2 min 5 s`. Short times may have a decimal: `1.4 s`. */
export function formatSeconds(seconds: number, locale: Locale): string {
  if (seconds > 0 && seconds < 10 && !Number.isInteger(seconds)) return durationOf('second', Number(seconds.toFixed(1)), locale)
  let rest = Math.max(0, Math.round(seconds))
  const parts: string[] = []
  for (const [unit, size] of durationUnits) {
    const amount = Math.floor(rest / size)
    rest -= amount * size
    if (parts.length < 2 && (amount > 0 || (unit === 'second' && parts.length === 0))) parts.push(durationOf(unit, amount, locale))
  }
  return parts.join(' ')
}

const englishUnits = { day: 'd', hour: 'h', minute: 'min', second: 's' } as const

function durationOf(unit: keyof typeof englishUnits, amount: number, locale: Locale): string {
  if (locale === 'en') return `${formatCount(amount, locale)} ${englishUnits[unit]}`
  return spaced(numberFormat(locale, { style: 'unit', unit, unitDisplay: 'short' }).format(amount))
}

/** The parts of an instant as clocks in `zone` show it: `2026-11-22 15:04:05` and `UTC+8`. */
export function formatInstant(instant: string | Date, zone: string): { date: string; minute: string; second: string; offset: string } {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'shortOffset',
  }).formatToParts(typeof instant === 'string' ? new Date(instant) : instant)
  const part = (type: string): string => parts.find((candidate) => candidate.type === type)?.value ?? ''
  const date = `${part('year')}-${part('month')}-${part('day')}`
  return {
    date,
    minute: `${date} ${part('hour')}:${part('minute')}`,
    second: `${date} ${part('hour')}:${part('minute')}:${part('second')}`,
    offset: part('timeZoneName').replace('GMT', 'UTC').replace(/\+0$/, ''),
  }
}

/** `3 分钟前`, `in 2 days`. */
export function formatRelative(instant: string | Date, now: Date, locale: Locale): string {
  const seconds = ((typeof instant === 'string' ? new Date(instant) : instant).getTime() - now.getTime()) / 1000
  const format = new Intl.RelativeTimeFormat(tag[locale], { numeric: 'auto' })
  const steps: [number, Intl.RelativeTimeFormatUnit][] = [
    [60, 'second'],
    [3600, 'minute'],
    [86_400, 'hour'],
    [86_400 * 30, 'day'],
    [86_400 * 365, 'month'],
  ]
  let size = 1
  for (const [limit, unit] of steps) {
    if (Math.abs(seconds) < limit) return spaced(format.format(Math.round(seconds / size), unit))
    size = limit
  }
  return spaced(format.format(Math.round(seconds / size), 'year'))
}

/** A fraction as signed percentage points, e.g. `+2.35`. */
export function formatPoints(fraction: number): string {
  const points = fraction * 100
  return `${points < 0 ? '−' : '+'}${Math.abs(points).toFixed(2)}`
}

/** How the values of an attribute are written, as the catalogue defines it. */
export type AttributeStyle = Pick<AttributeDefinition, 'format' | 'unit'>

/** A value of an attribute as it is defined: money in yuan `¥1,234.00`, a share `12.5%`, a number with its unit `1,385 points`; lists with the language's comma. */
export function formatAttribute(value: unknown, style: AttributeStyle | undefined, locale: Locale): string {
  if (typeof value === 'boolean') return value ? '✓' : '✗'
  if (Array.isArray(value)) return formatList(value.map(String), locale)
  if (typeof value !== 'number') return String(value)
  if (style?.format === 'money') return formatFen(value * 100, locale)
  if (style?.format === 'percent') return numberFormat(locale, { style: 'percent', maximumFractionDigits: 2 }).format(value)
  // Years and codes are numbers too: without a unit, four digits stay together.
  const unit = style?.unit ?? ''
  const digits = numberFormat(locale, { maximumFractionDigits: 8, useGrouping: unit === '' ? 'min2' : 'always' }).format(value)
  return unit === '' ? digits : `${digits} ${unit}`
}
