/**
 * Dates in rules are days written `YYYY-MM-DD` and compared as text. A value counts as a date when it is
 * - such a day, or a day with a time but no offset: the day as written;
 * - an instant (with `Z` or an offset): its day in the workspace's zone.
 * Years 1900–2299. Anything else is no date.
 */
const day = '(?:19|2[0-2])\\d{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])'
const time = '(?:[01]\\d|2[0-3]):[0-5]\\d(?::[0-5]\\d(?:\\.\\d{1,9})?)?'
const offset = '(?:Z|[+-](?:0\\d|1[0-4]):[0-5]\\d)'
const localPattern = `^${day}(?:[T ]${time})?$`
const instantPattern = `^${day}T${time}${offset}$`

const local = new RegExp(localPattern)
const instant = new RegExp(instantPattern)
const sqlPattern = (pattern: string) => `'${pattern.replaceAll('\\', '\\\\')}'`

/** A text expression as its day (`Nullable(String)`); `zone` is a slot that holds the zone's name. */
export function dateTextSql(text: string, zone: string): string {
  const dayInZone = `toString(toDate32(parseDateTime64BestEffortOrNull(${text}, 3, 'UTC'), ${zone}))`
  return `multiIf(match(${text}, ${sqlPattern(localPattern)}), substring(${text}, 1, 10), match(${text}, ${sqlPattern(instantPattern)}), ${dayInZone}, null)`
}

/** The day of a value by the rules above, or null. */
export function dateText(value: unknown, timezone: string): string | null {
  if (typeof value !== 'string') return null
  if (local.test(value)) return value.slice(0, 10)
  if (!instant.test(value) || !isRealDay(value)) return null
  return dayInZone(new Date(value), timezone)
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** The day of an instant in a zone. */
export function dayInZone(at: Date, timezone: string): string {
  let format = formats.get(timezone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-CA-u-ca-iso8601', { timeZone: timezone, year: 'numeric', month: '2-digit', day: '2-digit' })
    formats.set(timezone, format)
  }
  return format.format(at)
}

/** The day `days` before a day. */
export function daysBefore(from: string, days: number): string {
  const at = new Date(`${from}T00:00:00Z`)
  at.setUTCDate(at.getUTCDate() - days)
  return at.toISOString().slice(0, 10)
}

function isRealDay(text: string): boolean {
  const [year, month, date] = text.slice(0, 10).split('-').map(Number) as [number, number, number]
  return date <= new Date(Date.UTC(year, month, 0)).getUTCDate()
}
