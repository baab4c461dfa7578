import { orderEvent } from '../../../../contracts/collect.ts'
import type { ImportOptions, ImportTarget } from '../../../../contracts/import-setup.ts'
import type { Problem } from '../../../../contracts/errors.ts'
import type { Namespace } from '../../../../contracts/people.ts'
import { assertNever } from '../../platform/errors.ts'
import { stableUuid } from '../../platform/stable-uuid.ts'
import type { DoorRules } from '../door/door-rules.ts'
import type { IncomingItem } from '../inbox-item.ts'
import { checkOrderLine, checkSchema } from './check-schema.ts'
import { RowValues, type RowTag, type ValueRules } from './read-values.ts'
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
export type RowContent =
  | { kind: 'item'; item: IncomingItem; tags?: RowTag[] }
  | { kind: 'orderLine'; line: OrderLine }
  | { kind: 'contact'; contact: CampaignContact }

/** What is the same for all rows of an import. */
export interface ReaderSettings extends ValueRules {
  importId: string
  options: ImportOptions
  /** When the import was started: attributes of a file count as said at that time. */
  startedMs: number
  /** Events later than this are mistakes. */
  latestMs: number
  /** What the workspace expects of its events. */
  schema: DoorRules
}

export type RowReader = (row: FileRow) => RowContent | Problem[]

/** The reader of a target: turns a row into what goes in, or into the reasons why it does not. */
export function rowReader(target: ImportTarget, settings: ReaderSettings): RowReader {
  const read = targetReader(target)
  return (row) => {
    const values = new RowValues(settings, row)
    if (values.problems.length > 0) return values.problems
    const content = read(values, row, settings)
    return values.problems.length > 0 ? values.problems : content
  }
}

type TargetReader = (values: RowValues, row: FileRow, settings: ReaderSettings) => RowContent

function targetReader(target: ImportTarget): TargetReader {
  switch (target) {
    case 'people':
      return readPerson
    case 'identities':
    case 'tags':
      return readNamed
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
  const createdAtMs = values.time('created_at', { latestMs: settings.latestMs })
  const consent = readConsent(values, settings)
  const item: IncomingItem = { ...namedItem(values, row, settings), traits: values.traits() }
  if (settings.options.existing === 'fillEmpty') item.attributeMode = 'fillEmpty'
  if (createdAtMs !== null) item.createdAtMs = createdAtMs
  if (consent) item.consent = consent
  return { kind: 'item', item, tags: tagsOf(values, settings) }
}

/** A row that says who somebody is, and perhaps which tags they have. */
function readNamed(values: RowValues, row: FileRow, settings: ReaderSettings): RowContent {
  return { kind: 'item', item: namedItem(values, row, settings), tags: tagsOf(values, settings) }
}

function namedItem(values: RowValues, row: FileRow, settings: ReaderSettings): IncomingItem {
  return { type: 'identify', identities: values.identities(), timeMs: settings.startedMs, key: rowKey(settings.importId, row.line) }
}

/** The import and the line in one UUID. Not hashed: a file has millions of rows, and who somebody is may be said twice. */
function rowKey(importId: string, line: number): string {
  return importId.slice(0, 24) + line.toString(16).padStart(12, '0')
}

function tagsOf(values: RowValues, { options }: ReaderSettings): RowTag[] {
  return [...values.tags(), ...(options.addTagIds ?? []).map((id) => ({ id, value: '' }))]
}

/** A yes without anything to prove it does not count: the row is bad. A no needs no proof. */
function readConsent(values: RowValues, { importId, options, latestMs }: ReaderSettings): IncomingItem['consent'] {
  const agrees = values.yesOrNo('sms_consent')
  const timeMs = values.time('consent_time', { latestMs })
  const proof = (values.text('consent_proof') || options.consentProof || '').slice(0, 500)
  if (agrees === null) return undefined
  if (agrees && proof === '') values.fieldProblem('consent_proof', { zh: '同意营销短信必须有凭证', en: 'Consent to marketing SMS needs a proof' })
  return { channel: 'sms', purpose: 'marketing', state: agrees ? 'granted' : 'withdrawn', proof, originId: importId, ...(timeMs === null ? {} : { timeMs }) }
}

function readOrderLine(values: RowValues, row: FileRow, settings: ReaderSettings): RowContent {
  values.refuseDamaged('order_id')
  const line: OrderLine = {
    line: row.line,
    orderId: values.requiredText('order_id', 200),
    timeMs: values.requiredTime('time', settings.latestMs),
    amountFen: values.requiredAmountFen('amount'),
    identities: values.identities(),
    properties: values.properties(),
  }
  return { kind: 'orderLine', line: checkOrderLine(line, { event: orderEvent, rules: settings.schema, values }) }
}

function readEvent(values: RowValues, row: FileRow, settings: ReaderSettings): RowContent {
  const { options, mapped } = settings
  const event = options.eventName && (!mapped.fields.has('event') || values.text('event') === '') ? options.eventName : values.requiredText('event', 128)
  const identities = values.identities()
  const timeMs = values.requiredTime('time', settings.latestMs)
  const amountFen = values.amountFen('amount')
  const properties = values.properties()
  values.refuseDamaged('message_id')
  const messageId = values.text('message_id')
  const key = messageId === '' ? stableUuid('event', event, ...row.values) : stableUuid('message', event, messageId)
  const item: IncomingItem = { type: 'track', identities, timeMs, key, event, properties }
  if (amountFen !== null) item.amountFen = amountFen
  checkSchema(item, settings.schema, values)
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
      zh: `「${written.slice(0, 40)}」不是结果，应为 送达、失败 或 对照`,
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
