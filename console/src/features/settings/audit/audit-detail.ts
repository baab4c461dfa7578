/** One thing an audit row says: where it stands in the detail (`contactPolicy`, `quietHours`, `from`), and its value. */
export interface DetailField {
  path: readonly string[]
  value: DetailValue
}
export type DetailValue = string | number | boolean | null | readonly (string | number | boolean)[] | LocaleWords
/** A name in both languages. */
export interface LocaleWords {
  zh: string
  en: string
}

const isPlain = (value: unknown): value is string | number | boolean => ['string', 'number', 'boolean'].includes(typeof value)
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
export const isLocaleWords = (value: unknown): value is LocaleWords => isObject(value) && typeof value['zh'] === 'string' && typeof value['en'] === 'string'

/** The detail of an audit row field by field, whatever it holds: objects by their parts, lists of plain values whole, empty ones not at all. */
export function detailFields(detail: Record<string, unknown>, path: readonly string[] = []): DetailField[] {
  return Object.entries(detail).flatMap(([key, value]): DetailField[] => {
    const here = [...path, key]
    if (value === null || isPlain(value) || isLocaleWords(value)) return [{ path: here, value }]
    if (isObject(value)) return detailFields(value, here)
    if (!Array.isArray(value) || value.length === 0) return []
    if (value.every(isPlain)) return [{ path: here, value }]
    return [{ path: here, value: value.map((one) => (isPlain(one) ? one : JSON.stringify(one))) }]
  })
}

const uuid = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/

/** Ids as short as they can be told apart; anything else as it is. */
export const shortId = (value: string): string => (uuid.test(value) ? `${value.slice(0, 13)}…` : value)
