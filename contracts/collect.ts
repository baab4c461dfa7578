import { z } from 'zod'
import { Instant, LocaleText, pageOf, PageQuery, Uuid, WorkspaceParams, WorkspaceUuidParams } from './common.ts'
import { Problem } from './errors.ts'
import { defineRoute, needs } from './http.ts'

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

/* ---------- what events look like ---------- */

export const SchemaState = z.enum(['visible', 'hidden', 'blocked'])
export type SchemaState = z.infer<typeof SchemaState>
export const PropertyType = z.enum(['text', 'number', 'boolean', 'date', 'list'])
export type PropertyType = z.infer<typeof PropertyType>
export const ViolationRule = z.enum(['flag', 'quarantine'])
export type ViolationRule = z.infer<typeof ViolationRule>

/** Words given by people; empty where nobody has. */
const Words = z.object({ zh: z.string().trim().max(60), en: z.string().trim().max(60) })

export const EventProperty = z.object({
  key: z.string(),
  type: PropertyType,
  label: LocaleText.describe('empty texts when nobody has named it'),
  description: z.string(),
  unit: z.string(),
  isTypeSet: z.boolean().describe('the type was said by a person and is expected'),
  isRequired: z.boolean(),
  isPii: z.boolean().describe('masked for whoever may not see personal data'),
  state: SchemaState.describe('blocked: taken out of every event at the door'),
  firstSeenAt: Instant,
  lastSeenAt: Instant,
})
export type EventProperty = z.infer<typeof EventProperty>

export const EventSchema = z.object({
  event: z.string(),
  label: LocaleText.describe('what people read in place of the name; empty texts when nobody has named it'),
  description: z.string(),
  state: SchemaState.describe('blocked: dropped at the door and counted'),
  onViolation: ViolationRule,
  violations: z.int(),
  count: z.int(),
  people: z.int(),
  firstAt: Instant.nullable(),
  lastAt: Instant.nullable(),
  properties: z.array(EventProperty),
})
export type EventSchema = z.infer<typeof EventSchema>

/** Names past the limit: counted and not listed, because somebody seems to put values into names. */
export const SchemaOverflow = z.object({
  event: z.string().nullable().describe('whose properties; null for names of events'),
  namesMax: z.int(),
  count: z.int(),
  examples: z.array(z.string()),
  lastAt: Instant,
})
export type SchemaOverflow = z.infer<typeof SchemaOverflow>

export const EventDetail = EventSchema.extend({
  sources: z.array(z.object({ id: Uuid, name: z.string(), count: z.int(), firstAt: Instant, lastAt: Instant })),
  lastViolation: z.object({ at: Instant, problems: z.array(Problem) }).nullable(),
})
export type EventDetail = z.infer<typeof EventDetail>

/** What a source sent: its events, each with its properties, by how often. */
export const SourceEvent = z.object({
  event: z.string(),
  label: LocaleText,
  state: SchemaState,
  count: z.int(),
  firstAt: Instant,
  lastAt: Instant,
  properties: z.array(z.object({ key: z.string(), type: PropertyType, count: z.int(), firstAt: Instant, lastAt: Instant })),
})
export type SourceEvent = z.infer<typeof SourceEvent>

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

/* ---------- quarantine ---------- */

/** invalid: no readable message; schema: not as expected; tooManyNames: one more name of an event than a workspace may have; store: a store refused it. */
export const QuarantineReason = z.enum(['invalid', 'schema', 'tooManyNames', 'store'])
export type QuarantineReason = z.infer<typeof QuarantineReason>

export const QuarantineGroup = z.object({
  group: Uuid,
  reason: QuarantineReason,
  problem: Problem.describe('of the newest'),
  event: z.string().nullable(),
  sources: z.array(z.object({ id: Uuid, name: z.string() })),
  count: z.int(),
  firstAt: Instant,
  lastAt: Instant,
})
export type QuarantineGroup = z.infer<typeof QuarantineGroup>

export const Quarantined = z.object({
  id: Uuid,
  group: Uuid,
  reason: QuarantineReason,
  problem: Problem,
  event: z.string().nullable(),
  source: z.string().nullable(),
  items: z.int().describe('more than one only for a batch that cannot be read'),
  receivedAt: Instant,
})
export type Quarantined = z.infer<typeof Quarantined>
export const QuarantinedDetail = Quarantined.extend({
  payload: z.unknown().describe('personal data masked without people.reveal; null when it cannot be read'),
})

/** Some by id, a group, or everything. */
export const QuarantineChoice = z
  .object({ ids: z.array(Uuid).min(1).max(500).optional(), group: Uuid.optional(), all: z.literal(true).optional() })
  .refine((choice) => [choice.ids, choice.group, choice.all].filter((one) => one !== undefined).length === 1, 'one of ids, group and all')
export type QuarantineChoice = z.infer<typeof QuarantineChoice>

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

  listEventSchemas: defineRoute({
    method: 'GET',
    path: `${base}/event-schemas`,
    access: needs('data.read'),
    summary: 'Events seen, with their properties, the most frequent first; without what is hidden unless asked for',
    params: WorkspaceParams,
    query: z.object({ hidden: z.enum(['include']).optional() }),
    answer: z.object({ items: z.array(EventSchema), overflows: z.array(SchemaOverflow) }),
  }),
  listEventNames: defineRoute({
    method: 'GET',
    path: `${base}/event-names`,
    access: needs('workspace.read'),
    summary: 'What people call the events and properties that were given a name',
    params: WorkspaceParams,
    answer: z.object({
      events: z.array(z.object({ event: z.string(), label: LocaleText })),
      properties: z.array(z.object({ event: z.string(), key: z.string(), label: LocaleText, unit: z.string() })),
    }),
  }),
  readEventSchema: defineRoute({
    method: 'GET',
    path: `${base}/event-schema`,
    access: needs('data.read'),
    summary: 'One event: what is known of it and where it comes from',
    params: WorkspaceParams,
    query: z.object({ event: z.string().min(1).max(128) }),
    answer: EventDetail,
  }),
  updateEventSchema: defineRoute({
    method: 'PATCH',
    path: `${base}/event-schema`,
    access: needs('data.manage'),
    summary: 'Name, describe, hide or block an event, or say what happens when it is not as expected',
    params: WorkspaceParams,
    body: z.object({
      event: z.string().min(1).max(128),
      label: Words.optional(),
      description: z.string().trim().max(500).optional(),
      state: SchemaState.optional(),
      onViolation: ViolationRule.optional(),
    }),
    answer: EventDetail,
  }),
  updateEventProperty: defineRoute({
    method: 'PATCH',
    path: `${base}/event-property`,
    access: needs('data.manage'),
    summary: 'Name, describe, type, hide or block a property of an event, or mark it as required or personal',
    params: WorkspaceParams,
    body: z.object({
      event: z.string().min(1).max(128),
      key: z.string().min(1).max(64),
      label: Words.optional(),
      description: z.string().trim().max(500).optional(),
      unit: z.string().trim().max(20).optional(),
      type: PropertyType.nullable().optional().describe('the type that is expected; null expects none'),
      isRequired: z.boolean().optional(),
      isPii: z.boolean().optional(),
      state: SchemaState.optional(),
    }),
    answer: EventDetail,
  }),
  listPropertyValues: defineRoute({
    method: 'GET',
    path: `${base}/event-values`,
    access: needs('data.read'),
    summary: 'Most frequent values of an event property',
    params: WorkspaceParams,
    query: z.object({ event: z.string().max(128), property: z.string().max(64), search: z.string().max(60).optional() }),
    answer: z.object({ items: z.array(z.object({ value: z.string(), count: z.int() })) }),
  }),

  listQuarantineGroups: defineRoute({
    method: 'GET',
    path: `${base}/quarantine-groups`,
    access: needs('data.read'),
    summary: 'What does not fit or could not be processed, by reason, the latest first',
    params: WorkspaceParams,
    answer: z.object({ items: z.array(QuarantineGroup), keptDays: z.int() }),
  }),
  listQuarantine: defineRoute({
    method: 'GET',
    path: `${base}/quarantine`,
    access: needs('data.read'),
    summary: 'What was set aside, newest first',
    params: WorkspaceParams,
    query: PageQuery.extend({ group: Uuid.optional() }),
    answer: pageOf(Quarantined),
  }),
  readQuarantined: defineRoute({
    method: 'GET',
    path: `${base}/quarantine/:id`,
    access: needs('data.read'),
    summary: 'One thing that was set aside, with what was sent',
    params: WorkspaceUuidParams,
    answer: QuarantinedDetail,
  }),
  retryQuarantined: defineRoute({
    method: 'POST',
    path: `${base}/quarantine/retry`,
    access: needs('data.manage'),
    summary: 'Send what was set aside through the inbox again, each item at most once; what still does not fit stays',
    params: WorkspaceParams,
    body: QuarantineChoice,
    answer: z.object({ sent: z.int(), kept: z.int().describe('still does not fit') }),
  }),
  discardQuarantined: defineRoute({
    method: 'POST',
    path: `${base}/quarantine/discard`,
    access: needs('data.manage'),
    summary: 'Throw away what was set aside',
    params: WorkspaceParams,
    body: QuarantineChoice,
    answer: z.object({ discarded: z.int() }),
  }),
  downloadQuarantine: defineRoute({
    method: 'GET',
    path: `${base}/quarantine.csv`,
    access: needs('people.reveal'),
    summary: 'What was set aside as CSV, values unmasked',
    params: WorkspaceParams,
    query: z.object({ group: Uuid.optional() }),
    answer: z.string(),
    transport: 'file',
  }),

  readInbox: defineRoute({
    method: 'GET',
    path: `${base}/inbox`,
    access: needs('data.read'),
    summary: 'Backlog of the durable inbox',
    params: WorkspaceParams,
    answer: InboxState,
  }),
}
