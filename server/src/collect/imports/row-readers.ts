import { orderEvent } from '../../../../contracts/collect.ts'
import type { ImportOptions, ImportTarget } from '../../../../contracts/imports.ts'
import type { Problem } from '../../../../contracts/errors.ts'
import type { Namespace } from '../../../../contracts/people.ts'
import { assertNever } from '../../platform/errors.ts'
import { stableUuid } from '../../platform/stable-uuid.ts'
import type { IncomingItem } from '../inbox-item.ts'
import type { MappedColumns } from './mapped-columns.ts'
import type { ParsedTime } from './parse-time.ts'
import { RowValues } from './read-values.ts'
import type { FileRow } from './split-rows.ts'

/** One line of an order, waiting for the others. */
export interface OrderLine {
  line: number
  orderId: string
  timeMs: number
  amountFen: number
  identities: [Namespace, string][]
  properties: Record<string, string | number | boolean>
}

/** How a contact of the past ended; `accepted` when the file does not say. */
export type ContactState = 'accepted' | 'delivered' | 'failed' | 'control'

/** A contact of the past, before its campaign has an id. */
export interface CampaignContact {
  code: string
  name: string
  type: string
  endsAtMs: number | null
  timeMs: number
  costFen: number | null
  state: ContactState
  identities: [Namespace, string][]
}

/** What a good row became. */
export type RowContent = { kind: 'item'; item: IncomingItem } | { kind: 'orderLine'; line: OrderLine } | { kind: 'contact'; contact: CampaignContact }

/** What is the same for all rows of an import. */
export interface ReaderSettings {
  importId: string
  mapped: MappedColumns
  options: ImportOptions
  parseTime: (text: string) => ParsedTime | null
  /** When the import was started: attributes of a file count as said at that time. */
  startedMs: number
  /** Events later than this are mistakes. */
  latestMs: number
}

export type RowReader = (row: FileRow) => RowContent | Problem[]

/** The reader of a target: turns a row into what goes in, or into the reasons why it does not. */
export function rowReader(target: ImportTarget, settings: ReaderSettings): RowReader {
  const read = targetReader(target)
  return (row) => {
    const values = new RowValues(settings.mapped, row, settings.parseTime)
    if (values.problems.length > 0) return values.problems
    const content = read(values, row, settings)
    return values.problems.length > 0 ? values.problems : content
  }
}

type TargetReader = (values: RowValues, row: FileRow, settings: ReaderSettings) => RowContent

function targetReader(target: ImportTarget): TargetReader {
  switch (target) {
    case 'people':
    case 'identities':
    case 'tags':
      return readPerson
    case 'orders':
      return readOrderLine
    case 'events':
      return readEvent
    case 'campaignContacts':
      return readContact
    default:
      return assertNever(target)
  }
}

function readPerson(values: RowValues, row: FileRow, settings: ReaderSettings): RowContent {
  const consents = values.yesOrNo('sms_consent')
  const createdAtMs = values.time('created_at', { latestMs: settings.latestMs })
  const item: IncomingItem = {
    type: 'identify',
    identities: values.identities(),
    timeMs: settings.startedMs,
    key: stableUuid('row', settings.importId, row.line),
    traits: values.traits(),
  }
  if (createdAtMs !== null) item.createdAtMs = createdAtMs
  if (consents !== null) {
    item.consent = { channel: 'sms', purpose: 'marketing', state: consents ? 'granted' : 'withdrawn', proof: settings.options.consentProof ?? '' }
  }
  return { kind: 'item', item }
}

function readOrderLine(values: RowValues, row: FileRow, settings: ReaderSettings): RowContent {
  const line: OrderLine = {
    line: row.line,
    orderId: values.requiredText('order_id', 200),
    timeMs: values.requiredTime('time', settings.latestMs),
    amountFen: values.requiredAmountFen('amount'),
    identities: values.identities(),
    properties: values.properties(),
  }
  return { kind: 'orderLine', line }
}

function readEvent(values: RowValues, row: FileRow, settings: ReaderSettings): RowContent {
  const { options, mapped } = settings
  const event = options.eventName && (!mapped.fields.has('event') || values.text('event') === '') ? options.eventName : values.requiredText('event', 128)
  const identities = values.identities()
  const timeMs = values.requiredTime('time', settings.latestMs)
  const amountFen = values.amountFen('amount')
  const properties = values.properties()
  const messageId = values.text('message_id')
  const key = messageId === '' ? stableUuid('event', event, ...row.values) : stableUuid('message', event, messageId)
  const item: IncomingItem = { type: 'track', identities, timeMs, key, event, properties }
  if (amountFen !== null) item.amountFen = amountFen
  return { kind: 'item', item }
}

const contactStates = new Map<string, ContactState>(
  Object.entries({
    accepted: ['accepted', 'sent', '已提交', '已发送', '发送', '提交成功', '发送成功'],
    delivered: ['delivered', 'success', 'ok', '送达', '已送达', '成功', '已到达', '到达'],
    failed: ['failed', 'failure', 'undelivered', 'bounced', '失败', '发送失败', '未送达', '送达失败'],
    control: ['control', 'holdout', '对照', '对照组', '未触达'],
  } satisfies Record<ContactState, string[]>).flatMap(([state, words]) => words.map((word) => [word, state as ContactState] as const)),
)

function readContact(values: RowValues, _row: FileRow, settings: ReaderSettings): RowContent {
  const code = values.requiredText('campaign', 64)
  const written = values.text('state').toLowerCase()
  const state = written === '' ? 'accepted' : contactStates.get(written)
  if (!state)
    values.fieldProblem('state', {
      zh: `「${written.slice(0, 40)}」不是结果,应为 送达、失败 或 对照`,
      en: `"${written.slice(0, 40)}" is no result; write delivered, failed or control`,
    })
  const contact: CampaignContact = {
    code,
    name: values.text('campaign_name').slice(0, 80),
    type: values.text('campaign_type').slice(0, 40),
    endsAtMs: values.time('until', { endOfDay: true }),
    timeMs: values.requiredTime('time', settings.latestMs),
    costFen: values.amountFen('cost'),
    state: state ?? 'accepted',
    identities: values.identities(),
  }
  return { kind: 'contact', contact }
}

/** The events of a contact, once its campaign has an id. The same contact in another file gives the same keys. */
export function contactItems(contact: CampaignContact, campaignId: string): IncomingItem[] {
  const properties = { campaignId, imported: true, costFen: contact.costFen ?? 0 }
  const event = (name: string): IncomingItem => ({
    type: 'track',
    identities: contact.identities,
    timeMs: contact.timeMs,
    key: stableUuid('contact', campaignId, name, ...contact.identities.flat()),
    event: name,
    properties,
  })
  switch (contact.state) {
    case 'control':
      return [event('Control Assigned')]
    case 'accepted':
      return [event('Message Accepted')]
    case 'delivered':
      return [event('Message Accepted'), event('Message Delivered')]
    case 'failed':
      return [event('Message Accepted'), event('Message Failed')]
    default:
      return assertNever(contact.state)
  }
}

/** The event of a whole order. Its key is made of the order number alone: the same order in another file is the same order. */
export function orderItem(order: {
  orderId: string
  timeMs: number
  amountFen: number
  identities: [Namespace, string][]
  properties: Record<string, unknown>
}): IncomingItem {
  return {
    type: 'track',
    identities: order.identities,
    timeMs: order.timeMs,
    key: stableUuid('order', order.orderId),
    event: orderEvent,
    properties: { ...order.properties, order_id: order.orderId, total: order.amountFen / 100 },
    amountFen: order.amountFen,
  }
}
