import type { AccessLogSettings } from '../../../../contracts/connector-settings.ts'
import { timeParser } from '../../collect/index.ts'
import { parseJson } from '../mapping/read-body.ts'
import { asText } from '../mapping/template.ts'

/** A line of an access log, read. */
export interface LogLine {
  timeMs: number
  address: string
  method: string
  /** Path with query, or a whole address. */
  target: string
  host: string
  status: number
  referrer: string
  userAgent: string
  /** Everything else by name. */
  fields: Readonly<Record<string, string>>
}

/** Combined Log Format (https://httpd.apache.org/docs/2.4/logs.html#combined), with more quoted fields behind it. */
const combined = /^(\S+) \S+ (\S+) \[([^\]]+)\] "((?:[^"\\]|\\.)*)" (\d{3}) (?:\d+|-)(?: "((?:[^"\\]|\\.)*)" "((?:[^"\\]|\\.)*)"(.*))?$/
const requestLine = /^([A-Z]{3,10}) (\S+)(?: HTTP\/[\d.]+)?$/
const logTime = /^(\d{2})\/([A-Z][a-z]{2})\/(\d{4}):(\d{2}):(\d{2}):(\d{2}) ([+-])(\d{2})(\d{2})$/
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** Reads a line as the settings say; null when it is none. */
export function parseLine(line: string, settings: AccessLogSettings, timezone: string): LogLine | null {
  return settings.format === 'combined' ? parseCombined(line, settings.extraFields) : parseJsonLine(line, settings, timezone)
}

function parseCombined(line: string, extraFields: readonly string[]): LogLine | null {
  const match = combined.exec(line)
  const timeMs = parseLogTime(match?.[3] ?? '')
  const request = requestLine.exec(unescaped(match?.[4] ?? ''))
  if (!match || timeMs === null || !request) return null
  const extras = [...(match[8] ?? '').matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((extra) => dashless(unescaped(extra[1] ?? '')))
  const fields = Object.fromEntries(extraFields.map((name, index) => [name, extras[index] ?? '']))
  return {
    timeMs,
    address: match[1] ?? '',
    method: request[1] ?? '',
    target: request[2] ?? '',
    host: fields['host'] ?? '',
    status: Number(match[5]),
    referrer: dashless(unescaped(match[6] ?? '')),
    userAgent: dashless(unescaped(match[7] ?? '')),
    fields: { remote_user: dashless(match[2] ?? ''), ...fields },
  }
}

/** `10/Oct/2026:13:55:36 +0800` as epoch milliseconds. */
export function parseLogTime(text: string): number | null {
  const match = logTime.exec(text)
  const month = months.indexOf(match?.[2] ?? '')
  if (!match || month < 0) return null
  const localMs = Date.UTC(Number(match[3]), month, Number(match[1]), Number(match[4]), Number(match[5]), Number(match[6]))
  const offsetMs = (Number(match[8]) * 60 + Number(match[9])) * 60_000
  return match[7] === '-' ? localMs + offsetMs : localMs - offsetMs
}

/** nginx and Apache write other bytes than printable ones as `\xHH`. */
function unescaped(text: string): string {
  if (!text.includes('\\')) return text
  const bytes = text.replaceAll(/\\(?:x([\dA-Fa-f]{2})|(.))/g, (_, hex: string | undefined, other: string) =>
    hex ? String.fromCharCode(Number.parseInt(hex, 16)) : other,
  )
  return /[\u0080-\u00ff]/.test(bytes) && !/[^\u0000-\u00ff]/.test(bytes) ? Buffer.from(bytes, 'latin1').toString('utf8') : bytes
}

function dashless(text: string): string {
  return text === '-' ? '' : text
}

function parseJsonLine(line: string, { fields: names }: AccessLogSettings, timezone: string): LogLine | null {
  let value: unknown
  try {
    value = parseJson(line)
  } catch {
    return null
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  const fields = Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, asText(inner) ?? '']))
  const read = (name: string) => dashless(fields[name] ?? '')
  const time = read(names.time)
  const timeMs = parseLogTime(time) ?? timeParser(timezone)(time.replace(/^(\d{10})\.\d+$/, '$1'))?.ms ?? null
  const request = requestLine.exec(read(names.request))
  const target = request?.[2] ?? read(names.request)
  if (timeMs === null || target === '') return null
  return {
    timeMs,
    address: read(names.address),
    method: request?.[1] ?? (read('request_method') || 'GET'),
    target,
    host: read(names.host),
    status: Number(read(names.status) || 200),
    referrer: read(names.referrer),
    userAgent: read(names.userAgent),
    fields,
  }
}
