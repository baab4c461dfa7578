import { randomUUID } from 'node:crypto'
import { messageEvents, orderEvent } from '../../../contracts/collect.ts'
import type { Problem } from '../../../contracts/errors.ts'
import type { Namespace } from '../../../contracts/people.ts'
import { AppError } from '../platform/errors.ts'
import { stableUuid } from '../platform/stable-uuid.ts'
import { normaliseIdentity } from '../people/index.ts'
import type { IncomingItem } from './inbox-item.ts'
import { TrackingProblem } from './tracking-problems.ts'
import { checkSize, isObject, parseCleanJson, readFen, readInstant, readTraits, type Json } from './tracking-values.ts'

export const batchBytesMax = 5 * 1024 * 1024
export const batchMessagesMax = 2_500
const problemsMax = 50

/** Earlier than any shop that sends events here: a clock that was never set. */
const earliestMs = Date.UTC(2000, 0, 1)

/** Events that only the product writes: results of campaigns are counted from them. */
const reservedEvents = new Set<string>([...messageEvents, 'Control Assigned'])

/** Traits that are not attributes but say who somebody is, or since when. */
const identityTraits = new Set(['phone', 'email', 'member_no', 'memberNo', 'createdAt', 'created_at'])

interface Batch {
  sourceId: string
  receivedAtMs: number
  /** `sentAt` of the batch, by the sender's clock. */
  sentAtMs: number | undefined
}

/**
 * The messages of a batch in Segment's shape (https://segment.com/docs/connections/sources/catalog/libraries/server/http-api/), checked by
 * hand because a schema per message would halve what a core takes in.
 * @throws AppError `too-large`, or `validation` that lists every message at fault; then nothing of the batch is accepted.
 */
export function readTrackingBatch(body: Buffer, { sourceId, receivedAt }: { sourceId: string; receivedAt: Date }): IncomingItem[] {
  if (body.length > batchBytesMax) throw tooLarge()
  const root = readRoot(body)
  const batch: Batch = { sourceId, receivedAtMs: receivedAt.getTime(), sentAtMs: readSentAt(root['sentAt']) }
  const items: IncomingItem[] = []
  const problems: Problem[] = []
  for (const [index, message] of (root['batch'] as unknown[]).entries()) {
    try {
      items.push(readMessage(message, `batch.${index}`, batch))
    } catch (error) {
      if (!(error instanceof TrackingProblem)) throw error
      if (problems.length < problemsMax) problems.push(error.problem)
    }
  }
  if (problems.length > 0)
    throw new AppError('validation', {
      zh: '整批未接收:有消息不符合要求,请按下面的提示修改后重发',
      en: 'Nothing of the batch was accepted; correct the messages below and send it again',
      problems,
    })
  return items
}

function readRoot(body: Buffer): Json {
  let root: unknown
  try {
    root = parseCleanJson(body.toString('utf8'))
  } catch (error) {
    throw new AppError('validation', { zh: '请求体不是 JSON', en: 'The body is not JSON', cause: error })
  }
  const batch = isObject(root) ? root['batch'] : undefined
  if (!Array.isArray(batch) || batch.length === 0)
    throw new AppError('validation', { zh: '请求体应为 {"batch": […]},至少一条消息', en: 'The body should be {"batch": […]} with at least one message' })
  if (batch.length > batchMessagesMax) throw tooLarge()
  return root as Json
}

function tooLarge(): AppError {
  return new AppError('too-large', {
    zh: `一批最多 ${batchMessagesMax} 条、5 MB,请分批发送`,
    en: `A batch holds at most ${batchMessagesMax} messages and 5 MB; send it in parts`,
  })
}

/** A `sentAt` that cannot be read only means that the sender's clock cannot be corrected. */
function readSentAt(value: unknown): number | undefined {
  const timeMs = typeof value === 'string' ? Date.parse(value) : NaN
  return Number.isNaN(timeMs) ? undefined : timeMs
}

function readMessage(message: unknown, at: string, batch: Batch): IncomingItem {
  if (!isObject(message)) throw new TrackingProblem(at, { zh: '消息应为对象', en: 'A message is an object' })
  checkSize(message, at)
  const { type } = message
  switch (type) {
    case 'identify':
      return readIdentify(message, at, batch)
    case 'track':
      return readTrack(
        message,
        { at, event: readEventName(message['event'], `${at}.event`), properties: objectOf(message['properties'], `${at}.properties`) },
        batch,
      )
    case 'page':
      return readTrack(message, { at, event: 'Page Viewed', properties: viewedProperties(message, at) }, batch)
    case 'screen':
      return readTrack(message, { at, event: 'Screen Viewed', properties: viewedProperties(message, at) }, batch)
    default:
      throw new TrackingProblem(`${at}.type`, { zh: '类型应为 identify、track、page 或 screen', en: 'The type should be identify, track, page or screen' })
  }
}

function readIdentify(message: Json, at: string, batch: Batch): IncomingItem {
  const traits = objectOf(message['traits'], `${at}.traits`)
  const timeMs = readTime(message, at, batch)
  const createdAtMs = readInstant(traits['createdAt'] ?? traits['created_at'], `${at}.traits.createdAt`)
  const item: IncomingItem = { type: 'identify', identities: readIdentities(message, { at, contextTraits: traits }), timeMs, key: keyOf(message, batch) }
  const attributes = readTraits(traits, { at: `${at}.traits`, without: identityTraits })
  if (Object.keys(attributes).length > 0) item.traits = attributes
  if (createdAtMs !== undefined) item.createdAtMs = Math.min(createdAtMs, batch.receivedAtMs)
  return item
}

function readTrack(message: Json, { at, event, properties }: { at: string; event: string; properties: Json }, batch: Batch): IncomingItem {
  const context = message['context']
  const contextTraits = isObject(context) && isObject(context['traits']) ? context['traits'] : {}
  const item: IncomingItem = {
    type: 'track',
    identities: readIdentities(message, { at, contextTraits }),
    timeMs: readTime(message, at, batch),
    key: keyOf(message, batch),
    event,
    properties,
  }
  const amountFen = readAmount(event, properties)
  if (amountFen !== undefined) item.amountFen = amountFen
  return item
}

function viewedProperties(message: Json, at: string): Json {
  const properties = objectOf(message['properties'], `${at}.properties`)
  const { name, category } = message
  return { ...(typeof category === 'string' ? { category } : {}), ...(typeof name === 'string' ? { name } : {}), ...properties }
}

function readEventName(value: unknown, at: string): string {
  const name = typeof value === 'string' ? value.trim() : ''
  if (name === '' || name.length > 128) throw new TrackingProblem(at, { zh: '事件名应为 1 至 128 个字符', en: 'An event name has 1 to 128 characters' })
  if (reservedEvents.has(name))
    throw new TrackingProblem(at, { zh: `「${name}」是系统事件,请换一个名称`, en: `"${name}" is written by the product itself; choose another name` })
  return name
}

function objectOf(value: unknown, at: string): Json {
  if (value === undefined || value === null) return {}
  if (!isObject(value)) throw new TrackingProblem(at, { zh: '应为对象', en: 'Should be an object' })
  return value
}

function readIdentities(message: Json, { at, contextTraits }: { at: string; contextTraits: Json }): [Namespace, string][] {
  const identities: [Namespace, string][] = []
  addIdentity(identities, 'user_id', message['userId'], at)
  addIdentity(identities, 'member_no', contextTraits['member_no'] ?? contextTraits['memberNo'], at)
  addIdentity(identities, 'phone', contextTraits['phone'], at)
  addIdentity(identities, 'email', contextTraits['email'], at)
  addIdentity(identities, 'anonymous_id', message['anonymousId'], at)
  if (identities.length === 0)
    throw new TrackingProblem(at, {
      zh: '须有 userId、anonymousId,或 traits 中的 phone、email、member_no 之一',
      en: 'Needs userId, anonymousId, or phone, email or member_no in the traits',
    })
  return identities
}

function addIdentity(identities: [Namespace, string][], namespace: Namespace, value: unknown, at: string): void {
  if (value === undefined || value === null || value === '') return
  if (typeof value !== 'string' && typeof value !== 'number')
    throw new TrackingProblem(`${at}.${namespace}`, { zh: '应为文本或数字', en: 'Should be text or a number' })
  const normalised = normaliseIdentity(namespace, String(value))
  if (typeof normalised !== 'string') throw new TrackingProblem(`${at}.${namespace}`, normalised)
  identities.push([namespace, normalised])
}

/**
 * When it happened by our clock: the sender's own clock says how long before sending, and what was sent is received at once
 * (Segment's correction: `receivedAt − (sentAt − timestamp)`). Nothing happens after it was received, nor before the year 2000.
 */
function readTime(message: Json, at: string, batch: Batch): number {
  const { receivedAtMs } = batch
  const saidMs = readInstant(message['timestamp'] ?? message['originalTimestamp'], `${at}.timestamp`)
  if (saidMs === undefined) return receivedAtMs
  const sentAtMs = readSentAt(message['sentAt']) ?? batch.sentAtMs
  const timeMs = sentAtMs === undefined ? saidMs : receivedAtMs - (sentAtMs - saidMs)
  return timeMs > receivedAtMs || timeMs < earliestMs ? receivedAtMs : timeMs
}

function keyOf(message: Json, batch: Batch): string {
  const { messageId } = message
  if (typeof messageId === 'string' && messageId !== '') return stableUuid('message', batch.sourceId, messageId)
  return randomUUID()
}

/** The event's money: an order's total, else what the vocabulary of e-commerce calls revenue or value; in yuan. */
function readAmount(event: string, properties: Json): number | undefined {
  const { total, revenue, amount, value } = properties
  return (event === orderEvent ? readFen(total) : undefined) ?? readFen(revenue) ?? readFen(amount) ?? readFen(value)
}
