const hourMs = 3_600_000
const dayMs = 24 * hourMs

const written = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T\s]+(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,](\d{1,9}))?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?)?$/i
const chinese = /^(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日?(?:\s*(\d{1,2})\s*[:时点]\s*(\d{1,2})\s*(?:[:分]\s*(?:(\d{1,2})\s*秒?)?)?)?$/
const compact = /^(\d{4})(\d{2})(\d{2})(?:[T ]?(\d{2})(\d{2})(\d{2})?)?$/
const epoch = /^(\d{10}|\d{13})$/

export interface ParsedTime {
  /** Epoch milliseconds. */
  ms: number
  /** Only a day was written; `ms` is its first moment. */
  isDay: boolean
}

/**
 * A reader of times as files write them: ISO with or without a zone, `2026/1/2 3:04`, `2026年1月2日 3时4分`, `20260102`, `20260102030405`,
 * epoch seconds or milliseconds. Times without a zone are in `timezone`; throws RangeError when there is no such zone.
 */
export function timeParser(timezone: string): (text: string) => ParsedTime | null {
  let parser = parsers.get(timezone)
  if (!parser) {
    if (parsers.size > 100) parsers.clear()
    parsers.set(timezone, (parser = createTimeParser(timezone)))
  }
  return parser
}

const parsers = new Map<string, (text: string) => ParsedTime | null>()

function createTimeParser(timezone: string): (text: string) => ParsedTime | null {
  const offsetAt = zoneOffsets(timezone)
  return (given) => {
    const text = given.trim()
    const numeric = epoch.exec(text)
    if (numeric) return { ms: text.length === 10 ? Number(text) * 1000 : Number(text), isDay: false }
    const match = written.exec(text) ?? chinese.exec(text) ?? compact.exec(text) ?? written.exec(text.normalize('NFKC'))
    if (!match) return null
    const localMs = localInstant(match)
    if (localMs === null) return null
    const zone = match[8]
    const ms = zone ? localMs - writtenOffsetMs(zone) : localMs - offsetAt(localMs)
    return { ms, isDay: match[4] === undefined }
  }
}

/** The instant as if the clock showed UTC; null when there is no such day or time. */
function localInstant(match: RegExpExecArray): number | null {
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])]
  const [hour, minute, second] = [Number(match[4] ?? 0), Number(match[5] ?? 0), Number(match[6] ?? 0)]
  if (month < 1 || month > 12 || day < 1 || hour > 24 || minute > 59 || second > 60 || (hour === 24 && minute + second > 0)) return null
  const midnight = Date.UTC(year, month - 1, day)
  if (new Date(midnight).getUTCDate() !== day) return null
  return midnight + hour * hourMs + minute * 60_000 + second * 1000 + Number((match[7] ?? '').slice(0, 3).padEnd(3, '0'))
}

function writtenOffsetMs(zone: string): number {
  if (/^(z|utc)$/i.test(zone)) return 0
  const digits = zone.replace(':', '')
  const ms = Number(digits.slice(1, 3)) * hourMs + Number(digits.slice(3)) * 60_000
  return digits.startsWith('-') ? -ms : ms
}

/**
 * Offset of a zone at a local instant. Kept by day, and only on days of a clock change asked for the instant: asking the calendar costs
 * some 15 µs, and a file has millions of times.
 */
function zoneOffsets(timezone: string): (localMs: number) => number {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: timezone, timeZoneName: 'longOffset' })
  const keptByDay = new Map<number, number | null>()
  const offsetAtInstant = (ms: number): number => {
    const name = format.formatToParts(ms).find((part) => part.type === 'timeZoneName')?.value ?? 'GMT'
    return name === 'GMT' ? 0 : writtenOffsetMs(name.slice(3))
  }
  const offsetOfDay = (day: number): number | null => {
    const before = offsetAtInstant((day - 1) * dayMs)
    return before === offsetAtInstant((day + 2) * dayMs) ? before : null
  }
  return (localMs) => {
    const day = Math.floor(localMs / dayMs)
    let offset = keptByDay.get(day)
    if (offset === undefined) {
      if (keptByDay.size > 50_000) keptByDay.clear()
      keptByDay.set(day, (offset = offsetOfDay(day)))
    }
    if (offset !== null) return offset
    // The offset in force before a jump of the clock settles times that the jump leaves out or repeats.
    const before = offsetAtInstant(localMs - dayMs)
    const guess = offsetAtInstant(localMs - before)
    return offsetAtInstant(localMs - guess) === guess ? guess : before
  }
}
