import { stableUuid } from '../../platform/stable-uuid.ts'
import type { IncomingItem } from '../inbox-item.ts'
import type { Reading } from '../tracking/reading.ts'
import { happenedAt, readAmount, readEventName } from '../tracking/segment-message.ts'
import { TrackingProblem } from '../tracking/tracking-problem.ts'
import { checkKey, checkSize, isObject, readInstant, readTraits, type Json } from '../tracking/tracking-values.ts'
import { readSensorsIdentities } from './sensors-identities.ts'
import { attributeName, offsetOf, sensorsEvent } from './sensors-values.ts'

/** What binds and unbinds is an event too, under the name that the SDKs give it. */
const eventTypes: Readonly<Record<string, string | null>> = {
  track: null,
  track_signup: '$SignUp',
  track_id_bind: '$BindID',
  track_id_unbind: '$UnbindID',
}
const profileTypes = new Set(['profile_set', 'profile_set_once', 'profile_increment', 'profile_append', 'profile_unset', 'profile_delete'])
const nothing: ReadonlySet<string> = new Set()

/**
 * One message of Sensors Analytics' SDKs as items of the inbox. Dimension items (`item_set`, `item_delete`) say nothing about a person and
 * make none. `at` is its place in the batch.
 * @throws TrackingProblem
 */
export function readSensorsMessage(message: unknown, at: string, reading: Reading): IncomingItem[] {
  if (!isObject(message)) throw new TrackingProblem(at, { zh: '消息应为对象', en: 'A message is an object' })
  checkSize(message, at)
  const type = typeof message['type'] === 'string' ? message['type'] : ''
  if (type === 'item_set' || type === 'item_delete') return []
  if (type in eventTypes) return [readEvent(message, at, reading)]
  if (profileTypes.has(type)) return [readProfile(message, at, reading)]
  throw new TrackingProblem(`${at}.type`, { zh: `不认识的类型「${type.slice(0, 40)}」`, en: `Unknown type "${type.slice(0, 40)}"` })
}

function readBase(message: Json, at: string, reading: Reading): Pick<IncomingItem, 'identities' | 'timeMs' | 'key' | 'unplacedId'> {
  const { identities, unplacedId } = readSensorsIdentities(message, at, reading.namespaces)
  const saidMs = readInstant(message['time'], `${at}.time`)
  const flushed = message['_flush_time']
  const sentAtMs = typeof flushed === 'number' && Number.isFinite(flushed) ? flushed : undefined
  const base = { identities, timeMs: happenedAt(reading.receivedAtMs, { saidMs, sentAtMs }), key: keyOf(message, reading) }
  return unplacedId === undefined ? base : { ...base, unplacedId }
}

function readEvent(message: Json, at: string, reading: Reading): IncomingItem {
  const given = propertiesOf(message, at)
  const named = readEventName(eventTypes[message['type'] as string] ?? message['event'], `${at}.event`)
  const { event, properties } = sensorsEvent(named, given, offsetOf(given, reading.timezone))
  if (message['type'] === 'track_id_unbind' && isObject(message['identities'])) properties['unbound'] = Object.keys(message['identities'])
  const item: IncomingItem = { type: 'track', ...readBase(message, at, reading), event, properties }
  const amountFen = readAmount(event, properties)
  if (amountFen !== undefined) item.amountFen = amountFen
  return item
}

function readProfile(message: Json, at: string, reading: Reading): IncomingItem {
  const given = propertiesOf(message, at)
  const properties = profileOf(given, reading.timezone)
  const item: IncomingItem = { type: 'identify', ...readBase(message, at, reading) }
  const createdAtMs = readSignup(given, reading)
  if (createdAtMs !== undefined) item.createdAtMs = createdAtMs
  const place = `${at}.properties`
  switch (message['type']) {
    case 'profile_set':
      return { ...item, traits: readTraits(properties, { at: place, without: nothing }) }
    case 'profile_set_once':
      return { ...item, operations: { setOnce: withoutNulls(readTraits(properties, { at: place, without: nothing })) } }
    case 'profile_increment':
      return { ...item, operations: { increment: readNumbers(properties, place) } }
    case 'profile_append':
      return { ...item, operations: { append: readLists(properties, place) } }
    case 'profile_unset':
      return { ...item, operations: { unset: Object.keys(properties) } }
    default:
      return { ...item, operations: { clear: true } }
  }
}

function propertiesOf(message: Json, at: string): Json {
  const { properties } = message
  if (properties === undefined || properties === null) return {}
  if (!isObject(properties)) throw new TrackingProblem(`${at}.properties`, { zh: '应为对象', en: 'Should be an object' })
  return properties
}

/** What a profile's message says about the person, by the names of our attributes. */
function profileOf(given: Json, timezone: string): Json {
  const addOffset = offsetOf(given, timezone)
  const properties: Json = {}
  for (const key in given) {
    const name = attributeName(key)
    const value = given[key]
    if (name !== null) properties[name] = typeof value === 'string' ? addOffset(value) : value
  }
  return properties
}

/** When somebody registered, if the SDK says so. */
function readSignup(given: Json, reading: Reading): number | undefined {
  const value = given['$signup_time']
  const timeMs = typeof value === 'string' ? Date.parse(offsetOf(given, reading.timezone)(value)) : typeof value === 'number' ? value : NaN
  return Number.isFinite(timeMs) ? Math.min(timeMs, reading.receivedAtMs) : undefined
}

function withoutNulls<Value>(traits: Record<string, Value | null>): Record<string, Value> {
  return Object.fromEntries(Object.entries(traits).filter((entry): entry is [string, Value] => entry[1] !== null))
}

function readNumbers(properties: Json, at: string): Record<string, number> {
  const numbers: Record<string, number> = {}
  for (const key in properties) {
    const value = properties[key]
    checkKey(key, at)
    if (typeof value !== 'number' || !Number.isFinite(value)) throw new TrackingProblem(`${at}.${key}`, { zh: '应为数字', en: 'Should be a number' })
    numbers[key] = value
  }
  return numbers
}

function readLists(properties: Json, at: string): Record<string, string[]> {
  const lists: Record<string, string[]> = {}
  for (const key in properties) {
    const value = properties[key]
    checkKey(key, at)
    if (!Array.isArray(value)) throw new TrackingProblem(`${at}.${key}`, { zh: '应为文本数组', en: 'Should be a list of texts' })
    lists[key] = value.filter((entry) => typeof entry === 'string' || typeof entry === 'number').map(String)
  }
  return lists
}

/** `_track_id` is ten random digits at most, so it names a message only together with who and when. */
function keyOf(message: Json, { sourceId }: Reading): string {
  const { _track_id: trackId, _flush_time: _, distinct_id: distinctId, time, type, event } = message
  if (typeof trackId !== 'number' && typeof trackId !== 'string') return stableUuid('sensors', sourceId, JSON.stringify({ ...message, _flush_time: undefined }))
  return stableUuid('sensors', sourceId, trackId, String(distinctId), String(time), String(type), String(event))
}
