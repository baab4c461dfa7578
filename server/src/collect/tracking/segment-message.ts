import { randomUUID } from 'node:crypto'
import { messageEvents, orderEvent } from '../../../../contracts/collect.ts'
import { stableUuid } from '../../platform/stable-uuid.ts'
import type { IncomingItem } from '../inbox-item.ts'
import { addExternalIds, addIdentity, type Identities } from './identities.ts'
import type { Reading } from './reading.ts'
import { TrackingProblem } from './tracking-problem.ts'
import { checkSize, isObject, readFen, readInstant, readTraits, type Json } from './tracking-values.ts'

/** Earlier than any shop that sends events here: a clock that was never set. */
const earliestMs = Date.UTC(2000, 0, 1)

/** Events that only the product writes: results of campaigns are counted from them. */
const reservedEvents = new Set<string>([...messageEvents, 'Control Assigned'])

/** Traits that are not attributes but say who somebody is, or since when. */
const identityTraits = new Set(['phone', 'email', 'member_no', 'memberNo', 'createdAt', 'created_at'])
const noTraits: ReadonlySet<string> = new Set()

/** What says that somebody came to belong to a group (a company, a shop, a team). Once per person and group. */
export const groupJoinedEvent = 'Group Joined'

interface SegmentReading extends Reading {
  /** `sentAt` of the batch, by the sender's clock. */
  sentAtMs: number | undefined
}

/**
 * One message in Segment's shape (https://segment.com/docs/connections/spec/) as items of the inbox; checked by hand because a schema per
 * message would halve what a core takes in. `at` is its place in the batch.
 * @throws TrackingProblem
 */
export function readSegmentMessage(message: unknown, at: string, reading: SegmentReading): IncomingItem[] {
  if (!isObject(message)) throw new TrackingProblem(at, { zh: '消息应为对象', en: 'A message is an object' })
  checkSize(message, at)
  switch (message['type']) {
    case 'identify':
      return [readIdentify(message, at, reading)]
    case 'track': {
      const event = readEventName(message['event'], `${at}.event`)
      return [readTrack(message, { at, event, properties: objectOf(message['properties'], `${at}.properties`) }, reading)]
    }
    case 'page':
      return [readTrack(message, { at, event: 'Page Viewed', properties: viewedProperties(message, at) }, reading)]
    case 'screen':
      return [readTrack(message, { at, event: 'Screen Viewed', properties: viewedProperties(message, at) }, reading)]
    case 'group':
      return readGroup(message, at, reading)
    case 'alias':
      return [readAlias(message, at, reading)]
    default:
      throw new TrackingProblem(`${at}.type`, {
        zh: '类型应为 identify、track、page、screen、group 或 alias',
        en: 'The type should be identify, track, page, screen, group or alias',
      })
  }
}

/** A `sentAt` that cannot be read only means that the sender's clock cannot be corrected. */
export function readSentAt(value: unknown): number | undefined {
  const timeMs = typeof value === 'string' ? Date.parse(value) : NaN
  return Number.isNaN(timeMs) ? undefined : timeMs
}

function readIdentify(message: Json, at: string, reading: SegmentReading): IncomingItem {
  const traits = objectOf(message['traits'], `${at}.traits`)
  const createdAtMs = readInstant(traits['createdAt'] ?? traits['created_at'], `${at}.traits.createdAt`)
  const identities = readIdentities(message, { at, traits }, reading)
  const item: IncomingItem = { type: 'identify', identities, timeMs: readTime(message, at, reading), key: keyOf(message, reading) }
  const attributes = readTraits(traits, { at: `${at}.traits`, without: identityTraits })
  if (Object.keys(attributes).length > 0) item.traits = attributes
  if (createdAtMs !== undefined) item.createdAtMs = Math.min(createdAtMs, reading.receivedAtMs)
  return item
}

function readTrack(message: Json, { at, event, properties }: { at: string; event: string; properties: Json }, reading: SegmentReading): IncomingItem {
  const item: IncomingItem = {
    type: 'track',
    identities: readIdentities(message, { at, traits: contextTraits(message) }, reading),
    timeMs: readTime(message, at, reading),
    key: keyOf(message, reading),
    event,
    properties,
  }
  const amountFen = readAmount(event, properties)
  if (amountFen !== undefined) item.amountFen = amountFen
  return item
}

/**
 * A group is what its member carries: attributes `group_id` and `group_<trait>` (of the group named last), and the event `Group Joined`
 * the first time this person is said to be in it, since SDKs repeat the call with every visit.
 */
function readGroup(message: Json, at: string, reading: SegmentReading): IncomingItem[] {
  const groupId = readId(message['groupId'], `${at}.groupId`)
  const identities = readIdentities(message, { at, traits: contextTraits(message) }, reading)
  const timeMs = readTime(message, at, reading)
  const given = readTraits(objectOf(message['traits'], `${at}.traits`), { at: `${at}.traits`, without: noTraits, prefix: 'group_' })
  const [namespace, value] = identities[0]!
  const joinedKey = stableUuid('group', reading.sourceId, namespace, value, groupId)
  return [
    { type: 'identify', identities, timeMs, key: keyOf(message, reading), traits: { ...given, group_id: groupId } },
    { type: 'track', identities, timeMs, key: joinedKey, event: groupJoinedEvent, properties: { ...objectOf(message['traits'], at), group_id: groupId } },
  ]
}

/** Two names of one person. Whether the previous one is an anonymous id or a user id is known only where people are looked up. */
function readAlias(message: Json, at: string, reading: SegmentReading): IncomingItem {
  const previousId = readId(message['previousId'], `${at}.previousId`)
  const identities: Identities = []
  addIdentity(identities, { namespace: 'user_id', value: readId(message['userId'], `${at}.userId`), at }, reading.namespaces)
  const item: IncomingItem = { type: 'identify', identities, timeMs: readTime(message, at, reading), key: keyOf(message, reading) }
  if (previousId !== identities[0]?.[1]) item.unplacedId = previousId
  return item
}

function readId(value: unknown, at: string): string {
  const id = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : ''
  if (id === '' || id.length > 128) throw new TrackingProblem(at, { zh: '应为 1 至 128 个字符的标识', en: 'Should be an id of 1 to 128 characters' })
  return id
}

/** What a page view carries: what the page says, over what the browser's library found, over name and category. */
function viewedProperties(message: Json, at: string): Json {
  const properties = objectOf(message['properties'], `${at}.properties`)
  const { name, category, context } = message
  const page = isObject(context) && isObject(context['page']) ? context['page'] : {}
  return { ...(typeof category === 'string' ? { category } : {}), ...(typeof name === 'string' ? { name } : {}), ...page, ...properties }
}

/** @throws TrackingProblem */
export function readEventName(value: unknown, at: string): string {
  const name = typeof value === 'string' ? value.trim() : ''
  if (name === '' || name.length > 128) throw new TrackingProblem(at, { zh: '事件名应为 1 至 128 个字符', en: 'An event name has 1 to 128 characters' })
  if (reservedEvents.has(name))
    throw new TrackingProblem(at, { zh: `「${name}」是系统事件，请换一个名称`, en: `"${name}" is written by the product itself; choose another name` })
  return name
}

function objectOf(value: unknown, at: string): Json {
  if (value === undefined || value === null) return {}
  if (!isObject(value)) throw new TrackingProblem(at, { zh: '应为对象', en: 'Should be an object' })
  return value
}

function contextTraits(message: Json): Json {
  const { context } = message
  return isObject(context) && isObject(context['traits']) ? context['traits'] : {}
}

function readIdentities(message: Json, { at, traits }: { at: string; traits: Json }, { namespaces }: SegmentReading): Identities {
  const identities: Identities = []
  const add = (namespace: string, value: unknown): void => addIdentity(identities, { namespace, value, at }, namespaces)
  add('user_id', message['userId'])
  add('member_no', traits['member_no'] ?? traits['memberNo'])
  add('phone', traits['phone'])
  add('email', traits['email'])
  add('anonymous_id', message['anonymousId'])
  const { context } = message
  if (isObject(context)) {
    addExternalIds(identities, { context, at }, namespaces)
    if (isObject(context['device'])) add('device_id', context['device']['id'])
  }
  if (identities.length === 0)
    throw new TrackingProblem(at, {
      zh: '须有 userId、anonymousId、externalIds，或 traits 中的 phone、email、member_no 之一',
      en: 'Needs userId, anonymousId, externalIds, or phone, email or member_no in the traits',
    })
  return identities
}

/**
 * When it happened by our clock: the sender's own clock says how long before sending, and what was sent is received at once
 * (Segment's correction: `receivedAt − (sentAt − timestamp)`). Nothing happens after it was received, nor before the year 2000.
 */
function readTime(message: Json, at: string, reading: SegmentReading): number {
  const saidMs = readInstant(message['timestamp'] ?? message['originalTimestamp'], `${at}.timestamp`)
  return happenedAt(reading.receivedAtMs, { saidMs, sentAtMs: readSentAt(message['sentAt']) ?? reading.sentAtMs })
}

/** The same for any sender; now when nothing was said. */
export function happenedAt(receivedAtMs: number, { saidMs, sentAtMs }: { saidMs: number | undefined; sentAtMs: number | undefined }): number {
  if (saidMs === undefined) return receivedAtMs
  const timeMs = sentAtMs === undefined ? saidMs : receivedAtMs - (sentAtMs - saidMs)
  return timeMs > receivedAtMs || timeMs < earliestMs ? receivedAtMs : timeMs
}

function keyOf(message: Json, { sourceId }: SegmentReading): string {
  const { messageId } = message
  if (typeof messageId === 'string' && messageId !== '') return stableUuid('message', sourceId, messageId)
  return randomUUID()
}

/** The event's money: an order's total, else what the vocabulary of e-commerce calls revenue or value; in yuan. */
export function readAmount(event: string, properties: Json): number | undefined {
  const { total, revenue, amount, value } = properties
  return (event === orderEvent ? readFen(total) : undefined) ?? readFen(revenue) ?? readFen(amount) ?? readFen(value)
}
