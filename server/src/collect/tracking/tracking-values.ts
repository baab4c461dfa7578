import { FieldKey } from '../../../../contracts/rule.ts'
import { attributeLengthMax, cleanText, coerceAttribute, isRejection, type AttributeData, type AttributeScalar } from '../../people/index.ts'
import { TrackingProblem } from './tracking-problem.ts'

/** Largest message, in characters of its keys and values. */
export const messageLengthMax = 32 * 1024
const depthMax = 10

/** Numbers below this are seconds, as some senders write instants; 10^11 seconds is the year 5138. */
const secondsBelow = 1e11

/** Names that passed the check before. Bounded, because names come from outside. */
const goodKeys = new Set<string>()
const goodKeysMax = 20_000

/** Escapes in JSON text that no store can keep as they are: the zero character and halves of surrogate pairs. */
const escapesToClean = /\\u(?:0000|[dD][89abAB])/

export type Json = Record<string, unknown>

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The parsed JSON of a body, with every text one that both stores can keep. Throws a SyntaxError. */
export function parseCleanJson(text: string): unknown {
  const value: unknown = JSON.parse(text)
  return escapesToClean.test(text) ? cleanDeep(value, 0) : value
}

function cleanDeep(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return cleanText(value)
  // Deeper than any message may be; it is refused later.
  if (typeof value !== 'object' || value === null || depth > depthMax + 5) return value
  if (Array.isArray(value)) return value.map((item) => cleanDeep(item, depth + 1))
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [cleanText(key), cleanDeep(item, depth + 1)]))
}

/** Characters of keys and values. Throws when a message is too large or too deep: what follows may then walk it without care. */
export function checkSize(message: Json, at: string): void {
  if (lengthOf(message, 0, at) > messageLengthMax)
    throw new TrackingProblem(at, { zh: '单条消息超过 32 KB', en: 'The message is larger than 32 KB' }, { isUnkept: true })
}

function lengthOf(value: unknown, depth: number, at: string): number {
  if (typeof value === 'string') return value.length
  if (typeof value !== 'object' || value === null) return 8
  if (depth > depthMax) throw new TrackingProblem(at, { zh: `嵌套超过 ${depthMax} 层`, en: `Nested deeper than ${depthMax} levels` }, { isUnkept: true })
  let length = 2
  if (Array.isArray(value)) for (const item of value) length += lengthOf(item, depth + 1, at) + 1
  else for (const key in value) length += key.length + lengthOf((value as Json)[key], depth + 1, at) + 4
  return length
}

/** An instant as epoch milliseconds: ISO 8601 text, or a number of seconds or milliseconds. Undefined when there is none. */
export function readInstant(value: unknown, at: string): number | undefined {
  if (value === undefined || value === null || value === '') return undefined
  const timeMs = typeof value === 'number' ? (value < secondsBelow ? value * 1000 : value) : typeof value === 'string' ? Date.parse(value) : NaN
  if (!Number.isFinite(timeMs) || Math.abs(timeMs) > 8.64e15) throw new TrackingProblem(at, { zh: '不是 ISO 8601 时间', en: 'Not an ISO 8601 instant' })
  return Math.trunc(timeMs)
}

/** Money in yuan, as number or text, in fen; undefined when it is none. */
export function readFen(value: unknown): number | undefined {
  const yuan = typeof value === 'string' && value !== '' ? coerceAttribute('number', value) : value
  if (typeof yuan !== 'number' || !Number.isFinite(yuan)) return undefined
  const fen = Math.round(yuan * 100)
  return Number.isSafeInteger(fen) ? fen : undefined
}

export type Attributes = Record<string, AttributeData | null>

/**
 * Traits as attributes. Objects are flattened by one level (`address.city`), lists are short texts, null removes; keys in `without` are left out because they are
 * something else, `prefix` goes before every key.
 */
export function readTraits(traits: Json, { at, without, prefix = '' }: { at: string; without: ReadonlySet<string>; prefix?: string }): Attributes {
  const attributes: Attributes = {}
  for (const key in traits) {
    if (without.has(key)) continue
    const value = traits[key]
    if (!isObject(value)) setTrait(attributes, { key: prefix + key, value, at })
    else for (const inner in value) setTrait(attributes, { key: `${prefix}${key}.${inner}`, value: value[inner], at })
  }
  return attributes
}

function setTrait(attributes: Attributes, { key, value, at }: { key: string; value: unknown; at: string }): void {
  checkKey(key, at)
  if (value === undefined) return
  if (Array.isArray(value)) attributes[key] = readList(value, `${at}.${key}`)
  else if (value === null) attributes[key] = null
  else if (typeof value === 'string') attributes[key] = readText(value, `${at}.${key}`)
  else if (typeof value !== 'object') attributes[key] = value as AttributeScalar
}

/** Null, which removes, for an empty text. */
function readText(value: string, at: string): string | null {
  const text = coerceAttribute('text', value)
  if (isRejection(text)) throw new TrackingProblem(at, { zh: `超过 ${attributeLengthMax} 个字符`, en: `Longer than ${attributeLengthMax} characters` })
  return text === '' ? null : (text as string)
}

/** Short texts, each once; what is no single value is left out, an empty list removes. */
function readList(value: readonly unknown[], at: string): string[] | null {
  const list = coerceAttribute('list', value.filter((item) => typeof item === 'string' || typeof item === 'number' || typeof item === 'boolean').map(String))
  if (isRejection(list)) throw new TrackingProblem(at, list)
  return Array.isArray(list) && list.length > 0 ? list : null
}

/** @throws TrackingProblem for a name that no attribute can have. */
export function checkKey(key: string, at: string): void {
  if (goodKeys.has(key)) return
  if (!FieldKey.safeParse(key).success)
    throw new TrackingProblem(`${at}.${key.slice(0, 64)}`, {
      zh: '名称须以字母或文字开头，只含文字、数字、_ - . 空格，最多 64 个字符',
      en: 'A name starts with a letter and holds letters, digits, _ - . and spaces, at most 64 characters',
    })
  if (goodKeys.size < goodKeysMax) goodKeys.add(key)
}
