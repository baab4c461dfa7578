import type { XmlHandler } from './read-xml.ts'

/** What a number of a cell means by its format: a day, a moment, a time of day, or hours that were counted; null for a number. */
export type DateKind = 'date' | 'datetime' | 'time' | 'elapsed' | null

/**
 * Formats that every program knows without their code (ECMA-376, part 1, §18.8.30), those of Chinese editions (27–36, 50–58) among them.
 */
const builtIn = new Map<number, DateKind>([
  ...numbers(14, 17, 'date'),
  ...numbers(18, 21, 'time'),
  ...numbers(22, 22, 'datetime'),
  ...numbers(27, 31, 'date'),
  ...numbers(32, 35, 'time'),
  ...numbers(36, 36, 'date'),
  ...numbers(45, 45, 'time'),
  ...numbers(46, 46, 'elapsed'),
  ...numbers(47, 47, 'time'),
  ...numbers(50, 54, 'date'),
  ...numbers(55, 56, 'time'),
  ...numbers(57, 58, 'date'),
])

function numbers(from: number, to: number, kind: DateKind): [number, DateKind][] {
  return Array.from({ length: to - from + 1 }, (_, index) => [from + index, kind])
}

/** Which styles of a workbook show their number as a date or time. */
export class DateFormats {
  readonly #codes = new Map<number, DateKind>()
  readonly #kinds: DateKind[] = []

  kindOf(style: number): DateKind {
    return this.#kinds[style] ?? null
  }

  handler(): XmlHandler {
    let inCellFormats = false
    return {
      open: (name, attributes) => {
        if (name === 'numFmt') this.#codes.set(Number(attributes['numFmtId']), kindOfCode(attributes['formatCode'] ?? ''))
        if (name === 'cellXfs') inCellFormats = true
        if (name !== 'xf' || !inCellFormats) return
        const id = Number(attributes['numFmtId'] ?? 0)
        this.#kinds.push(this.#codes.has(id) ? this.#codes.get(id)! : (builtIn.get(id) ?? null))
      },
      close: (name) => {
        if (name === 'cellXfs') inCellFormats = false
      },
    }
  }
}

/** What a format code shows: only its first section counts, without quoted text, colours, locales and padding. */
export function kindOfCode(code: string): DateKind {
  const section = code
    .replace(/"[^"]*"/g, '')
    .replace(/\\./g, '')
    .replace(/[_*]./g, '')
    .split(';')[0]!
  if (/\[(?:h+|m+|s+)\]/i.test(section)) return 'elapsed'
  const bare = section.replace(/\[[^\]]*\]/g, '').replace(/general|AM\/PM|A\/P|上午\/下午/gi, '')
  if (/[0#?]\.?[0#?]*E[+-]|[#?@]/i.test(bare)) return null
  const hasTime = /[hs]/i.test(bare)
  const hasDate = /[yd年]/i.test(bare) || /e/i.test(bare) || (/m/i.test(bare) && !hasTime)
  if (hasDate) return hasTime ? 'datetime' : 'date'
  return hasTime ? 'time' : null
}

const daySeconds = 86_400
/** Days from the beginning of 1900 to that of 1904. */
const days1904 = 1462

/**
 * A serial number as text: `2024-03-05`, `2024-03-05 08:30:00`, `08:30:00` or counted hours `27:30:00`. Null when it is no date. The system
 * of 1900 has a 29 February that never was (serial 60); before it everything is a day off.
 */
export function serialText(serial: number, kind: Exclude<DateKind, null>, isDate1904: boolean): string | null {
  if (!Number.isFinite(serial) || serial < 0) return null
  const seconds = Math.round(serial * daySeconds)
  if (kind === 'elapsed') return clock(seconds)
  if (kind === 'time' || (seconds < daySeconds && !isDate1904)) return clock(seconds % daySeconds)
  const days = Math.floor(seconds / daySeconds) + (isDate1904 ? days1904 : 0)
  if (days === 60) return null
  const date = new Date(Date.UTC(1899, 11, days < 60 ? 31 : 30) + days * daySeconds * 1000)
  if (date.getUTCFullYear() > 9999) return null
  const day = date.toISOString().slice(0, 10)
  return kind === 'date' ? day : `${day} ${clock(seconds % daySeconds)}`
}

function clock(seconds: number): string {
  const two = (value: number) => String(value).padStart(2, '0')
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
}
