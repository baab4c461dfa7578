import { z } from 'zod'
import { Done, Instant, LocaleText, pageOf, PageQuery, Uuid, WorkspaceParams, WorkspaceUuidParams } from './common.ts'
import { ConnectorDraft, ConnectorKind, ConnectorPreset, ConnectorSecrets, Sample } from './connector-settings.ts'
import { TryAnswer, TryPullAnswer } from './connector-trials.ts'
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
