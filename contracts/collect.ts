import { z } from 'zod'
import { Instant, type LocaleText, Uuid, WorkspaceParams, WorkspaceUuidParams } from './common.ts'
import { Problem } from './errors.ts'
import { eventSchemaRoutes, SourceEvent } from './event-schemas.ts'
import { defineRoute, needs } from './http.ts'
import { quarantineRoutes } from './quarantine.ts'

/** The event that means a completed purchase, as in Segment's e-commerce vocabulary. Its money is `total` (or `revenue`) in yuan, its number `order_id`. */
export const orderEvent = 'Order Completed'

/** Events the product writes itself, through the same inbox as any other event. */
export const messageEvents = ['Message Accepted', 'Message Delivered', 'Message Failed', 'Message Replied', 'Message Opted Out'] as const

/** What people read in place of the names of events that mean something to the product; other events go by their own names. */
export const eventLabels: Readonly<Record<string, LocaleText>> = {
  [orderEvent]: { zh: '完成订单', en: 'Order completed' },
  'Message Accepted': { zh: '短信已提交', en: 'Message accepted' },
  'Message Delivered': { zh: '短信已送达', en: 'Message delivered' },
  'Message Failed': { zh: '短信未送达', en: 'Message failed' },
  'Message Replied': { zh: '回复短信', en: 'Replied' },
  'Message Opted Out': { zh: '回复退订', en: 'Opted out' },
  'Control Assigned': { zh: '进入对照组', en: 'In a control group' },
  'Segment Entered': { zh: '进入分群', en: 'Entered a segment' },
  'Segment Left': { zh: '离开分群', en: 'Left a segment' },
  'Layer Changed': { zh: '换了分层', en: 'Changed layers' },
}

/* ---------- sources ---------- */

/** How a source sends: Segment's HTTP API, Sensors Analytics' wire format, a connector of this product, files, or a channel's provider. */
export const SourceKind = z.enum(['http', 'sensors', 'connector', 'import', 'provider'])
export type SourceKind = z.infer<typeof SourceKind>

/** Kinds that are made by hand and called with a write key. */
export const CallableKind = z.enum(['http', 'sensors'])

export const WriteKey = z.object({
  id: Uuid,
  name: z.string(),
  hint: z.string().describe('its last four characters'),
  createdAt: Instant,
  lastUsedAt: Instant.nullable(),
  expiresAt: Instant.nullable().describe('replaced: good until then'),
  revokedAt: Instant.nullable(),
})
export type WriteKey = z.infer<typeof WriteKey>

/** What a source may send at most; null for no limit of its own. Beyond it the sender is answered 429 with `Retry-After`. */
export const SourceLimits = z.object({
  perSecond: z.int().min(1).max(100_000).nullable().describe('messages a second, for each process that serves the API'),
  perDay: z.int().min(1).max(10_000_000_000).nullable().describe('messages in any 24 hours'),
})
export type SourceLimits = z.infer<typeof SourceLimits>

/** What became of the messages of one hour. */
export const SourceHour = z.object({
  hour: Instant,
  accepted: z.int().describe('in both stores'),
  duplicates: z.int(),
  blocked: z.int(),
  quarantined: z.int(),
  refused: z.int().describe('answered with an error: past a limit, or not readable'),
})
export type SourceHour = z.infer<typeof SourceHour>

export const Source = z.object({
  id: Uuid,
  name: z.string(),
  kind: SourceKind,
  writeKeys: z.array(WriteKey).describe('the newest first'),
  limits: SourceLimits,
  createdAt: Instant,
  disabledAt: Instant.nullable(),
  lastEventAt: Instant.nullable(),
  eventsAccepted: z.int(),
  hours: z.array(SourceHour).describe('of the last 24 hours, the oldest first; hours in which nothing came are left out'),
})
export type Source = z.infer<typeof Source>
export const SourceWithKey = Source.extend({ writeKey: z.string().describe('shown here and never again') })

/* ---------- messages as they come in ---------- */

/** taken: in the inbox; then accepted or duplicate (both stores have it) or failed (set aside); flagged: accepted, but not as expected. */
export const MessageFate = z.enum(['taken', 'accepted', 'duplicate', 'flagged', 'blocked', 'quarantined', 'refused', 'failed'])
export type MessageFate = z.infer<typeof MessageFate>

export const SourceMessage = z.object({
  id: Uuid,
  receivedAt: Instant,
  type: z.string(),
  event: z.string().nullable(),
  fate: MessageFate,
  problems: z.array(Problem),
  personId: z.int().nullable(),
})
export type SourceMessage = z.infer<typeof SourceMessage>
export const SourceMessageDetail = SourceMessage.extend({ message: z.unknown().describe('as it was sent; personal data masked without people.reveal') })

/* ---------- inbox ---------- */

export const InboxKind = z.enum(['tracking', 'import', 'message', 'callback'])

export const InboxState = z.object({
  waiting: z.int(),
  oldestSeconds: z.number().nullable(),
  failed: z.int(),
  quarantined: z.int().describe('what does not fit, besides what failed'),
  processedLastHour: z.int(),
  kinds: z.array(
    z.object({
      kind: InboxKind,
      waiting: z.int(),
      oldestSeconds: z.number().nullable(),
      lagSecondsP50: z.number().nullable().describe('from coming in until both stores have it, over the last hour'),
      lagSecondsP99: z.number().nullable(),
    }),
  ),
  minutes: z.array(z.object({ minute: Instant, items: z.int() })).describe('of the last hour, the oldest first; minutes without any are left out'),
  trouble: z
    .array(
      z.object({
        chunkId: z.int(),
        kind: InboxKind,
        items: z.int(),
        failures: z.int(),
        error: z.string().nullable(),
        awaySince: Instant.nullable().describe('a store that it needs is away since then'),
        since: Instant,
      }),
    )
    .describe('chunks that did not go through yet'),
  isLate: z.boolean().describe('the oldest waits too long, or a store is away'),
})
export type InboxState = z.infer<typeof InboxState>

const base = '/api/workspaces/:workspaceId'
export const collectRoutes = {
  listSources: defineRoute({
    method: 'GET',
    path: `${base}/sources`,
    access: needs('data.read'),
    summary: 'Data sources',
    params: WorkspaceParams,
    answer: z.object({ items: z.array(Source) }),
  }),
  createSource: defineRoute({
    method: 'POST',
    path: `${base}/sources`,
    access: needs('data.manage'),
    summary: 'Create a source; the write key is shown once',
    params: WorkspaceParams,
    body: z.object({ name: z.string().trim().min(1).max(80), kind: CallableKind.default('http') }),
    answer: SourceWithKey,
  }),
  readSource: defineRoute({
    method: 'GET',
    path: `${base}/sources/:id`,
    access: needs('data.read'),
    summary: 'One source',
    params: WorkspaceUuidParams,
    answer: Source,
  }),
  updateSource: defineRoute({
    method: 'PATCH',
    path: `${base}/sources/:id`,
    access: needs('data.manage'),
    summary: 'Rename a source, disable or enable it, or set its limits',
    params: WorkspaceUuidParams,
    body: z.object({ name: z.string().trim().min(1).max(80).optional(), disabled: z.boolean().optional(), limits: SourceLimits.optional() }),
    answer: Source,
  }),
  createWriteKey: defineRoute({
    method: 'POST',
    path: `${base}/sources/:id/write-keys`,
    access: needs('data.manage'),
    summary: 'Another write key for a source, shown once',
    params: WorkspaceUuidParams,
    body: z.object({ name: z.string().trim().max(60).default('') }),
    answer: SourceWithKey,
  }),
  rotateWriteKey: defineRoute({
    method: 'POST',
    path: `${base}/write-keys/:id/rotate`,
    access: needs('data.manage'),
    summary: 'Replace a write key; the old one stays good for the overlap',
    params: WorkspaceUuidParams,
    body: z.object({ overlapHours: z.int().min(0).max(720).default(24) }),
    answer: SourceWithKey,
  }),
  revokeWriteKey: defineRoute({
    method: 'DELETE',
    path: `${base}/write-keys/:id`,
    access: needs('data.manage'),
    summary: 'Make a write key stop at once',
    params: WorkspaceUuidParams,
    answer: Source,
  }),

  listSourceEvents: defineRoute({
    method: 'GET',
    path: `${base}/sources/:id/events`,
    access: needs('data.read'),
    summary: 'Events and properties that came from a source, the most frequent first',
    params: WorkspaceUuidParams,
    answer: z.object({ items: z.array(SourceEvent) }),
  }),
  listSourceMessages: defineRoute({
    method: 'GET',
    path: `${base}/sources/:id/messages`,
    access: needs('data.read'),
    summary: 'The last messages of a source and what became of them, newest first; for half a minute after each call more of them are kept',
    params: WorkspaceUuidParams,
    query: z.object({
      fate: MessageFate.optional(),
      type: z.string().max(40).optional(),
      event: z.string().max(128).optional(),
      limit: z.coerce.number().int().min(1).max(200).default(100),
    }),
    answer: z.object({ items: z.array(SourceMessage) }),
  }),
  readSourceMessage: defineRoute({
    method: 'GET',
    path: `${base}/source-messages/:id`,
    access: needs('data.read'),
    summary: 'One message as it was sent',
    params: WorkspaceUuidParams,
    answer: SourceMessageDetail,
  }),

  ...eventSchemaRoutes,
  ...quarantineRoutes,

  readInbox: defineRoute({
    method: 'GET',
    path: `${base}/inbox`,
    access: needs('data.read'),
    summary: 'Backlog of the durable inbox',
    params: WorkspaceParams,
    answer: InboxState,
  }),
}
