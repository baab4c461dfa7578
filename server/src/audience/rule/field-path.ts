import { FieldKey } from '../../../../contracts/rule.ts'

/** The JSON columns of the warehouse that rules read. */
export type JsonColumn = 'attributes' | 'properties'

/** Types a value in a JSON column may have; whole numbers are `Int64`, or `UInt64` beyond its range. */
type JsonType = 'String' | 'Int64' | 'UInt64' | 'Float64' | 'Bool'

/**
 * The path of a key in a JSON column, quoted. The only place where a user's key enters the text of a statement: it is checked against the
 * grammar of keys first (no quote, no backslash, no control character), so that quoting cannot be left.
 */
function quotedPath(column: JsonColumn, key: string): string {
  if (!FieldKey.safeParse(key).success || /[`\\\p{Cc}]/u.test(key)) throw new Error('A key outside of the grammar of keys reached the rule compiler')
  return `${column}.\`${key}\``
}

/** The value at a key if it has exactly this type, else null; reads this one subcolumn and nothing else of the JSON. */
export function typedValue(column: JsonColumn, key: string, type: JsonType): string {
  return `${quotedPath(column, key)}.:${type}`
}

/** The number at a key whichever way it is stored, as `Nullable(Float64)`. */
export function numberValue(column: JsonColumn, key: string): string {
  const stored = (type: JsonType) => typedValue(column, key, type)
  return `coalesce(${stored('Float64')}, toFloat64(${stored('Int64')}), toFloat64(${stored('UInt64')}))`
}

/** The value at a key as text whatever its type, null when there is none; for joins on ids, not for rules. */
export function jsonText(column: JsonColumn, key: string): string {
  return `${quotedPath(column, key)}::Nullable(String)`
}

/**
 * The value at a key of a JSON object as the warehouse sees it: objects are flattened to dotted paths, null is no value, and of two values at the
 * same path the first counts.
 */
export function valueAt(object: Readonly<Record<string, unknown>>, key: string): unknown {
  for (const [name, value] of Object.entries(object)) {
    if (value === null || value === undefined) continue
    const nested = typeof value === 'object' && !Array.isArray(value)
    if (name === key && !nested) return value
    if (!nested || !key.startsWith(`${name}.`)) continue
    const found = valueAt(value as Record<string, unknown>, key.slice(name.length + 1))
    if (found !== undefined) return found
  }
  return undefined
}
