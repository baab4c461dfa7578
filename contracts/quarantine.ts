import { z } from 'zod'
import { Instant, pageOf, PageQuery, Uuid, WorkspaceParams, WorkspaceUuidParams } from './common.ts'
import { Problem } from './errors.ts'
import { defineRoute, needs } from './http.ts'

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

const base = '/api/workspaces/:workspaceId'
/** What was set aside: looked at, sent again, thrown away. */
export const quarantineRoutes = {
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
}
