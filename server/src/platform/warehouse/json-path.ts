import { FieldKey } from '../../../../contracts/rule.ts'

/** The JSON columns of the warehouse: of people and of events. */
export type JsonColumn = 'attributes' | 'properties'

/** Types a value in a JSON column may have; whole numbers are `Int64`, or `UInt64` beyond its range. */
type JsonType = 'String' | 'Int64' | 'UInt64' | 'Float64' | 'Bool'

/** Whether a key may stand in the text of a statement: the grammar of keys, which has no quote, no backslash and no control character. */
export function isPathKey(key: string): boolean {
  return FieldKey.safeParse(key).success && !/[`\\\p{Cc}]/u.test(key)
}

/** The path of a key in a JSON column, quoted. The only place where a user's key enters the text of a statement; throws for what could leave the quotes. */
function quotedPath(column: JsonColumn, key: string): string {
  if (!isPathKey(key)) throw new Error('A key outside of the grammar of keys reached a statement')
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

/**
 * The texts of a list at a key as `Array(String)`, empty when there is none. Nulls and whatever is no text are left out. A list of texts that came in one batch with lists of
 * several types at the same key is stored as a list of those.
 */
export function listValue(column: JsonColumn, key: string): string {
  const path = quotedPath(column, key)
  const mixed = `arrayMap(each -> dynamicElement(each, 'String'), ${path}.:\`Array(Dynamic)\`)`
  return `arrayMap(each -> assumeNotNull(each), arrayFilter(each -> isNotNull(each), arrayConcat(${path}.:\`Array(Nullable(String))\`, ${mixed})))`
}

/** The value at a key as text whatever its type, null when there is none; not for rules, which know types. */
export function textValue(column: JsonColumn, key: string): string {
  return `${quotedPath(column, key)}::Nullable(String)`
}
