import { z } from 'zod'
import { Done, Instant, LocaleText, pageOf, PageQuery, Uuid, WorkspaceParams, WorkspaceUuidParams } from './common.ts'
import { Acknowledgement, Mapping, Path, WebhookAuth } from './connector-mapping.ts'
import { Problem } from './errors.ts'
import { defineRoute, needs } from './http.ts'

export const connectorKinds = ['webhook', 'httpPull', 'sqlPull', 'accessLog'] as const
export const ConnectorKind = z.enum(connectorKinds)
export type ConnectorKind = z.infer<typeof ConnectorKind>

/* ---------- settings by kind ---------- */

export const WebhookSettings = z.object({
  auth: WebhookAuth.default({ kind: 'secretUrl' }),
  addresses: z.array(z.string().trim().max(50)).max(200).default([]).describe('IP addresses and CIDR blocks that may post; none: any'),
  deliveryId: z.string().max(200).nullable().default(null).describe('path of the sender’s own number of a delivery, e.g. `@headers.msg-id`'),
  acknowledgement: Acknowledgement.prefault({}),
  perMinuteMax: z.int().min(1).max(100_000).default(6_000),
  keepDays: z.int().min(1).max(90).default(14).describe('how long deliveries are kept for replay'),
})
export type WebhookSettings = z.infer<typeof WebhookSettings>

export const Schedule = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('manual') }),
  z.object({ kind: z.literal('every'), minutes: z.int().min(1).max(10_080) }),
  z.object({ kind: z.literal('daily'), at: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/) }),
])
export type Schedule = z.infer<typeof Schedule>

/** Secrets of pulls: `token` (bearer, header), `password` (basic), `clientSecret` (oauth). */
export const PullAuth = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }),
  z.object({ kind: z.literal('bearer') }),
  z.object({ kind: z.literal('header'), name: z.string().min(1).max(64) }),
  z.object({ kind: z.literal('basic'), user: z.string().max(200) }),
  z.object({ kind: z.literal('oauth'), tokenUrl: z.url().max(500), clientId: z.string().max(200), scope: z.string().max(300).default('') }),
])
export type PullAuth = z.infer<typeof PullAuth>

export const Paging = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }),
  z.object({ kind: z.literal('page'), parameter: z.string().min(1).max(60), first: z.int().min(0).max(1).default(1) }),
  z.object({ kind: z.literal('offset'), parameter: z.string().min(1).max(60) }),
  z.object({ kind: z.literal('cursor'), parameter: z.string().min(1).max(60), path: Path }),
  z.object({ kind: z.literal('nextLink'), path: Path.nullable().default(null).describe('none: the Link header with rel="next" (RFC 8288)') }),
])
export type Paging = z.infer<typeof Paging>

export const HttpPullSettings = z.object({
  url: z.url().max(1000),
  method: z.enum(['GET', 'POST']).default('GET'),
  headers: z
    .array(z.object({ name: z.string().min(1).max(64), value: z.string().max(1000) }))
    .max(20)
    .default([]),
  body: z.string().max(10_000).default('').describe('POST: JSON; page and since go into it as fields, otherwise into the query'),
  auth: PullAuth.default({ kind: 'none' }),
  itemsPath: Path.default('$'),
  paging: Paging.default({ kind: 'none' }),
  pagesMax: z.int().min(1).max(100_000).default(1_000),
  since: z
    .object({
      parameter: z.string().min(1).max(60),
      path: Path.describe('in an item: the value that the next run starts from'),
      format: z.enum(['iso', 'seconds', 'milliseconds', 'datetime', 'number']),
      start: z.string().max(60).default('').describe('where the first run starts; empty sends nothing'),
      overlapSeconds: z.int().min(0).max(604_800).default(300),
    })
    .nullable()
    .default(null),
  schedule: Schedule.default({ kind: 'manual' }),
})
export type HttpPullSettings = z.infer<typeof HttpPullSettings>

/** The secret `password` goes with it. */
export const SqlPullSettings = z.object({
  engine: z.enum(['postgres', 'mysql']),
  host: z.string().trim().min(1).max(255),
  port: z.int().min(1).max(65_535),
  database: z.string().min(1).max(128),
  user: z.string().min(1).max(128),
  tls: z.enum(['off', 'encrypt', 'verify']).default('verify').describe('encrypt: without proof of who answers'),
  certificate: z.string().max(20_000).default('').describe('PEM of the authority that signed the server’s certificate'),
  statement: z.string().trim().min(1).max(20_000).describe('one SELECT; `:cursor` is bound, rows come in ascending order of the cursor column'),
  cursor: z
    .object({
      column: z.string().min(1).max(128),
      type: z.enum(['time', 'number']),
      start: z.string().min(1).max(60),
      overlapSeconds: z.int().min(0).max(604_800).default(0).describe('time: looks back this far for rows committed late'),
    })
    .nullable()
    .default(null)
    .describe('none: every run reads everything'),
  timeoutSeconds: z.int().min(5).max(3_600).default(300),
  schedule: Schedule.default({ kind: 'manual' }),
})
export type SqlPullSettings = z.infer<typeof SqlPullSettings>

export const AccessLogSettings = z.object({
  format: z.enum(['combined', 'json']),
  extraFields: z.array(z.string().min(1).max(64)).max(20).default([]).describe('combined: names of the quoted fields behind the user agent'),
  fields: z
    .object({
      time: z.string().max(64).default('time'),
      address: z.string().max(64).default('remote_addr'),
      request: z.string().max(64).default('request_uri').describe('path with query, or a whole request line'),
      host: z.string().max(64).default('host'),
      status: z.string().max(64).default('status'),
      referrer: z.string().max(64).default('http_referer'),
      userAgent: z.string().max(64).default('http_user_agent'),
    })
    .prefault({})
    .describe('json: names of the fields'),
  site: z.string().max(200).default('').describe('https://shop.example.com, put before paths when a line names no host'),
  identities: z
    .array(
      z.object({
        place: z.enum(['cookie', 'query', 'field']).describe('cookie: a cookie inside the field `http_cookie`; field: a field of the line by name'),
        name: z.string().min(1).max(64),
        namespace: z.string().regex(/^[a-z][a-z0-9_]{1,31}$/),
      }),
    )
    .max(10)
    .default([]),
  skipBots: z.boolean().default(true),
  skipExtensions: z
    .array(z.string().max(12))
    .max(100)
    .default(['css', 'js', 'map', 'png', 'jpg', 'jpeg', 'gif', 'webp', 'svg', 'ico', 'woff', 'woff2', 'ttf', 'mp4', 'json', 'xml', 'txt']),
  skipPaths: z.array(z.string().max(200)).max(100).default([]).describe('beginnings of paths, e.g. /api/'),
  address: z.enum(['drop', 'hash', 'keep']).default('drop').describe('what becomes of the visitor’s IP address'),
  perMinuteMax: z.int().min(1).max(100_000).default(600),
})
export type AccessLogSettings = z.infer<typeof AccessLogSettings>

const draftBase = { mapping: Mapping.prefault({}) }
/** What a connector is, by kind; presets are such documents, copied when a connector is made and edited from then on. */
export const ConnectorDraft = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('webhook'), settings: WebhookSettings.prefault({}), ...draftBase }),
  z.object({ kind: z.literal('httpPull'), settings: HttpPullSettings, ...draftBase }),
  z.object({ kind: z.literal('sqlPull'), settings: SqlPullSettings, ...draftBase }),
  z.object({ kind: z.literal('accessLog'), settings: AccessLogSettings }),
])
export type ConnectorDraft = z.infer<typeof ConnectorDraft>

/** Secrets are write-only: a key left out stays, null removes. */
const Secrets = z.partialRecord(z.enum(['token', 'secret', 'password', 'clientSecret']), z.string().max(2000).nullable())
export type ConnectorSecrets = z.infer<typeof Secrets>

export const connectorStates = ['waiting', 'working', 'failing', 'disabled'] as const
export const Connector = z.object({
  id: Uuid,
  name: z.string(),
  kind: ConnectorKind,
  preset: z.string().nullable(),
  state: z.enum(connectorStates).describe('waiting: nothing has come yet'),
  url: z.string().nullable().describe('where to post; only for those who may manage data'),
  secretHints: z.record(z.string(), z.string()).describe('secrets that are set, by their last characters'),
  sourceId: Uuid,
  lastReceivedAt: Instant.nullable(),
  lastError: LocaleText.nullable(),
  lastErrorAt: Instant.nullable(),
  itemsTaken: z.int(),
  nextRunAt: Instant.nullable(),
  isRunning: z.boolean(),
  cursor: z.string().nullable(),
  createdAt: Instant,
  updatedAt: Instant,
})
export type Connector = z.infer<typeof Connector>
export const ConnectorDetail = Connector.extend({ draft: ConnectorDraft })
export type ConnectorDetail = z.infer<typeof ConnectorDetail>

/** A request as it is pasted. */
export const Sample = z.object({
  headers: z.record(z.string().max(100), z.string().max(4000)).default({}),
  query: z.string().max(4000).default(''),
  path: z.string().max(200).default(''),
  body: z.string().max(500_000),
})
export type Sample = z.infer<typeof Sample>
export const ConnectorPreset = z.object({
  id: z.string(),
  label: LocaleText,
  description: LocaleText,
  group: z.enum(['shop', 'general', 'pull', 'log']),
  steps: z.array(LocaleText).describe('what to do at the vendor'),
  limits: z.array(LocaleText).describe('what this way can not do'),
  secrets: z.array(z.object({ key: z.string(), label: LocaleText })),
  draft: ConnectorDraft,
  sample: Sample.nullable(),
})
export type ConnectorPreset = z.infer<typeof ConnectorPreset>

/* ---------- trying it ---------- */

export const ResultItem = z.object({
  type: z.enum(['identify', 'track']),
  rule: z.string(),
  identities: z.array(z.object({ namespace: z.string(), value: z.string() })),
  event: z.string().nullable(),
  time: Instant,
  amountFen: z.int().nullable(),
  attributes: z.record(z.string(), z.unknown()),
  properties: z.record(z.string(), z.unknown()),
  key: z.string().nullable().describe('what makes it the same event when it comes again'),
  version: z.string().nullable(),
})
export type ResultItem = z.infer<typeof ResultItem>
export const ExtractedValue = z.object({ at: z.string(), value: z.string().nullable() })
export const TryAnswer = z.object({
  authentication: z.object({
    ok: z.boolean(),
    given: z.string().nullable(),
    computed: z.string().nullable().describe('the signature that this sample must carry'),
    signedText: z.string().nullable().describe('what was signed, the secret shown as •••'),
    reason: LocaleText.nullable(),
  }),
  messages: z.int(),
  values: z.array(ExtractedValue),
  items: z.array(ResultItem),
  problems: z.array(Problem),
  acknowledgement: z.string(),
  unmatched: z.int().describe('messages that no rule wants'),
})
export type TryAnswer = z.infer<typeof TryAnswer>
export const TryPullAnswer = z.object({
  ok: z.boolean(),
  tookMs: z.number(),
  error: LocaleText.nullable(),
  rows: z.array(z.unknown()).describe('at most ten'),
  items: z.array(ResultItem),
  problems: z.array(Problem),
})
export type TryPullAnswer = z.infer<typeof TryPullAnswer>

/* ---------- what came ---------- */

export const deliveryOutcomes = ['taken', 'partial', 'failed', 'refused', 'ignored', 'challenge'] as const
export const Delivery = z.object({
  id: z.int(),
  receivedAt: Instant,
  outcome: z.enum(deliveryOutcomes).describe('ignored: no rule wants it; refused: not proved to come from the sender'),
  bytes: z.int(),
  items: z.int(),
  repeats: z.int().describe('how often the same came again'),
  summary: z.string().describe('names of the events'),
  problems: z.array(Problem),
  replays: z.int(),
  replayedAt: Instant.nullable(),
  isKept: z.boolean().describe('the request is still there and can be replayed'),
})
export type Delivery = z.infer<typeof Delivery>

export const Run = z.object({
  id: Uuid,
  state: z.enum(['running', 'cancelling', 'finished', 'failed', 'cancelled']),
  trigger: z.enum(['schedule', 'manual', 'upload']),
  startedAt: Instant,
  finishedAt: Instant.nullable(),
  rowsRead: z.int(),
  items: z.int(),
  skipped: z.int().describe('rows read before, and lines left out'),
  problemCount: z.int(),
  problems: z.array(Problem),
  error: LocaleText.nullable(),
})
export type Run = z.infer<typeof Run>

const base = '/api/workspaces/:workspaceId'
const DeliveryParams = WorkspaceUuidParams.extend({ deliveryId: z.coerce.number().int().positive() })
const Name = z.string().trim().min(1).max(80)
export const connectorRoutes = {
  receiveHook: defineRoute({
    method: 'POST',
    path: '/hooks/:token',
    access: { kind: 'hookToken' },
    summary: 'A message of a connected system, or lines of an access log; acknowledged after the commit',
    params: z.object({ token: z.string().max(100) }),
    answer: z.unknown(),
    transport: 'raw',
  }),
  receiveHookBelow: defineRoute({
    method: 'POST',
    path: '/hooks/:token/:section/:topic',
    access: { kind: 'hookToken' },
    summary: 'The same for senders that append the kind of message to the address',
    params: z.object({ token: z.string().max(100), section: z.string().max(100), topic: z.string().max(100) }),
    answer: z.unknown(),
    transport: 'raw',
  }),
  listConnectorPresets: defineRoute({
    method: 'GET',
    path: `${base}/connector-presets`,
    access: needs('data.read'),
    summary: 'What a connector can begin as',
    params: WorkspaceParams,
    answer: z.object({ items: z.array(ConnectorPreset) }),
  }),
  listConnectors: defineRoute({
    method: 'GET',
    path: `${base}/connectors`,
    access: needs('data.read'),
    summary: 'Connectors, newest first',
    params: WorkspaceParams,
    query: PageQuery,
    answer: pageOf(Connector),
  }),
  createConnector: defineRoute({
    method: 'POST',
    path: `${base}/connectors`,
    access: needs('data.manage'),
    summary: 'Create a connector from a preset, or from a draft',
    params: WorkspaceParams,
    body: z.object({ name: Name, preset: z.string().max(40).optional(), draft: ConnectorDraft.optional(), secrets: Secrets.default({}) }),
    answer: ConnectorDetail,
  }),
  tryConnector: defineRoute({
    method: 'POST',
    path: `${base}/connector-trial`,
    access: needs('data.manage'),
    readOnly: true,
    summary: 'What a webhook connector makes of a pasted request; nothing is stored',
    params: WorkspaceParams,
    body: z.object({
      draft: ConnectorDraft,
      secrets: Secrets.default({}),
      connectorId: Uuid.optional().describe('whose saved secrets stand in for those left out'),
      sample: Sample,
    }),
    answer: TryAnswer,
  }),
  tryPull: defineRoute({
    method: 'POST',
    path: `${base}/pull-trial`,
    access: needs('data.manage'),
    readOnly: true,
    summary: 'Connects with these settings and maps the first rows; nothing is stored',
    params: WorkspaceParams,
    body: z.object({ draft: ConnectorDraft, secrets: Secrets.default({}), connectorId: Uuid.optional(), rows: z.int().min(0).max(10).default(10) }),
    answer: TryPullAnswer,
  }),
  readConnector: defineRoute({
    method: 'GET',
    path: `${base}/connectors/:id`,
    access: needs('data.read'),
    summary: 'One connector with its settings',
    params: WorkspaceUuidParams,
    answer: ConnectorDetail,
  }),
  updateConnector: defineRoute({
    method: 'PATCH',
    path: `${base}/connectors/:id`,
    access: needs('data.manage'),
    summary: 'Change a connector; what is left out stays',
    params: WorkspaceUuidParams,
    body: z.object({
      name: Name.optional(),
      disabled: z.boolean().optional(),
      draft: ConnectorDraft.optional(),
      secrets: Secrets.default({}),
      cursor: z.string().max(60).nullable().optional().describe('where the next run starts; null begins again'),
    }),
    answer: ConnectorDetail,
  }),
  deleteConnector: defineRoute({
    method: 'DELETE',
    path: `${base}/connectors/:id`,
    access: needs('data.manage'),
    summary: 'Delete a connector, its address and its record; what it brought stays',
    params: WorkspaceUuidParams,
    answer: Done,
  }),
  renewConnectorUrl: defineRoute({
    method: 'POST',
    path: `${base}/connectors/:id/url`,
    access: needs('data.manage'),
    summary: 'A new address; the old one stops at once',
    params: WorkspaceUuidParams,
    answer: Connector,
  }),
  listDeliveries: defineRoute({
    method: 'GET',
    path: `${base}/connectors/:id/deliveries`,
    access: needs('data.read'),
    summary: 'What came, newest first, without contents',
    params: WorkspaceUuidParams,
    query: PageQuery.extend({ outcome: z.enum(deliveryOutcomes).optional() }),
    answer: pageOf(Delivery),
  }),
  revealDelivery: defineRoute({
    method: 'POST',
    path: `${base}/connectors/:id/deliveries/:deliveryId/reveal`,
    access: needs('people.reveal'),
    summary: 'The request as it came; recorded in the audit',
    params: DeliveryParams,
    answer: Sample,
  }),
  replayDeliveries: defineRoute({
    method: 'POST',
    path: `${base}/connectors/:id/replay`,
    access: needs('data.manage'),
    summary: 'Send recorded deliveries through the mapping as it is now; every event still counts once',
    params: WorkspaceUuidParams,
    body: z.object({
      deliveryIds: z.array(z.int().positive()).min(1).max(500).optional(),
      outcomes: z.array(z.enum(deliveryOutcomes)).min(1).optional().describe('all kept ones with these outcomes, at most 5,000 at a time'),
    }),
    answer: z.object({
      replayed: z.int(),
      items: z.int(),
      refused: z.int().describe('not authenticated, now as then'),
      problems: z.array(Problem),
      hasMore: z.boolean(),
    }),
  }),
  listRuns: defineRoute({
    method: 'GET',
    path: `${base}/connectors/:id/runs`,
    access: needs('data.read'),
    summary: 'Runs of a pull and uploads of logs, newest first',
    params: WorkspaceUuidParams,
    query: PageQuery,
    answer: pageOf(Run),
  }),
  startRun: defineRoute({
    method: 'POST',
    path: `${base}/connectors/:id/runs`,
    access: needs('data.manage'),
    summary: 'Run a pull now',
    params: WorkspaceUuidParams,
    answer: Run,
  }),
  cancelRun: defineRoute({
    method: 'POST',
    path: `${base}/connectors/:id/cancel`,
    access: needs('data.manage'),
    summary: 'Stop the run in hand; what it brought stays, the next one goes on from there',
    params: WorkspaceUuidParams,
    answer: Run,
  }),
  uploadLog: defineRoute({
    method: 'POST',
    path: `${base}/connectors/:id/logs`,
    access: needs('data.import'),
    summary: 'An access log as a file (form field `file`, also .gz)',
    params: WorkspaceUuidParams,
    answer: Run,
    transport: 'multipart',
  }),
}
