import { z } from 'zod'
import { Done, Instant, LocaleText, pageOf, PageQuery, Uuid, WorkspaceParams, WorkspaceUuidParams } from './common.ts'
import { ConnectorDraft, ConnectorKind, ConnectorPreset, ConnectorSecrets, Sample } from './connector-settings.ts'
import { Problem } from './errors.ts'
import { defineRoute, needs } from './http.ts'

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
/** Whom an item would reach if it came now. */
export const ItemHit = z.object({
  outcome: z
    .enum(['new', 'known', 'merged', 'conflicting'])
    .describe('merged: it makes several people one; conflicting: one of its identities is another person’s, for somebody to decide'),
  newPerson: z.int().nullable().describe('which of the new people of this trial, from 1'),
  people: z
    .array(z.object({ personId: z.int(), name: z.string().nullable(), phone: z.string().nullable().describe('phone, or else e-mail, masked') }))
    .describe('whose it would be first, then who else is concerned; empty without people.read'),
})
export type ItemHit = z.infer<typeof ItemHit>
const hits = z.array(ItemHit).describe('of each item, in the same order')
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
  hits,
  problems: z.array(Problem),
  acknowledgement: z.string(),
  unmatched: z.int().describe('messages that no rule wants'),
})
export type TryAnswer = z.infer<typeof TryAnswer>
export const TryPullAnswer = z.object({
  ok: z.boolean(),
  tookMs: z.number(),
  error: LocaleText.nullable(),
  rows: z.array(z.unknown()).describe('at most ten; personal data masked without people.reveal, in items too'),
  items: z.array(ResultItem),
  hits,
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
    body: z.object({ name: Name, preset: z.string().max(40).optional(), draft: ConnectorDraft.optional(), secrets: ConnectorSecrets.default({}) }),
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
      secrets: ConnectorSecrets.default({}),
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
    body: z.object({ draft: ConnectorDraft, secrets: ConnectorSecrets.default({}), connectorId: Uuid.optional(), rows: z.int().min(0).max(10).default(10) }),
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
      secrets: ConnectorSecrets.default({}),
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
