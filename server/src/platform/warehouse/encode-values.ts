import type { WarehouseValue } from './warehouse.ts'

const escapes: Record<string, string> = { '\0': '\\0', '\b': '\\b', '\t': '\\t', '\n': '\\n', '\f': '\\f', '\r': '\\r', "'": "\\'", '\\': '\\\\' }

// These control characters are what must not reach the engine raw.
const escape = (text: string) => text.replaceAll(/[\0\b\t\n\f\r'\\]/g, (character) => escapes[character] ?? character)

/** A string literal of ClickHouse's SQL, quotes included. The only way text may enter a statement. */
export function sqlString(text: string): string {
  return `'${escape(text)}'`
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  return Object.is(value, -0) ? '0' : String(value)
}

/**
 * The text of a parameter as ClickHouse reads it for a slot (`param_name` of its HTTP interface and of `SET`): tab-separated escapes for a
 * scalar, literals in brackets for an array, `\N` for null.
 */
export function parameterText(value: WarehouseValue): string {
  if (value === null) return '\\N'
  if (typeof value === 'string') return escape(value)
  if (typeof value === 'number') return numberText(value)
  if (typeof value === 'boolean') return value ? '1' : '0'
  return `[${value.map((item) => (typeof item === 'number' ? numberText(item) : sqlString(item))).join(',')}]`
}
