import { z } from 'zod'
import { Done, Instant, LocaleText, Uuid, WorkspaceParams, WorkspacePersonParams, WorkspaceUuidParams } from './common.ts'
import { defineRoute, needs } from './http.ts'
import { Rule } from './rule.ts'

/** `dynamic`: its people follow the rule. `static`: a list that was taken once and is changed by hand. */
export const SegmentKind = z.enum(['dynamic', 'static'])
export type SegmentKind = z.infer<typeof SegmentKind>

/**
 * How what is shown of a segment stands to the data. `never`: not counted yet; `fresh`, `stale`: by its lag; `paused`: not refreshed; `broken`: the rule names what is gone;
 * `costly`: it cannot be read within the limits; `static`: a list.
 */
export const SegmentState = z.enum(['never', 'fresh', 'stale', 'paused', 'broken', 'costly', 'static'])
export type SegmentState = z.infer<typeof SegmentState>

export const SegmentFreshness = z.object({
  state: SegmentState,
  asOf: Instant.nullable().describe('the moment that the shown people are of'),
  lagSeconds: z.number().nullable(),
  tookMs: z.number().nullable().describe('what the last refresh cost, its share of conditions used by several segments'),
  rowsRead: z.int().nullable().describe('rows that its conditions read'),
  nextAt: Instant.nullable().describe('when it is refreshed next'),
  problem: LocaleText.extend({ at: z.string(), node: LocaleText.nullable().describe('the node in words') })
    .nullable()
    .describe('why it cannot be read, and which node of the rule it is'),
})
export type SegmentFreshness = z.infer<typeof SegmentFreshness>

export const Segment = z.object({
  id: Uuid,
  name: z.string(),
  description: z.string(),
  kind: SegmentKind,
  rule: Rule.describe('of a static segment: that one is in it'),
  sentence: LocaleText.describe('the rule, or where a static segment comes from, in words'),
  count: z.int().nullable(),
  countedAt: Instant.nullable(),
  freshness: SegmentFreshness,
  announces: z.boolean().describe('entering and leaving are events of the people'),
  createdAt: Instant,
  updatedAt: Instant,
  createdBy: z.string().nullable(),
})
export type Segment = z.infer<typeof Segment>
const SegmentInput = z.object({ name: z.string().trim().min(1).max(80), description: z.string().max(500).default(''), rule: Rule })

/** `exact` is false for an estimate from a sample of people; `marginPercent` is then the 95 % half width. */
export const RuleCount = z.object({ count: z.int(), total: z.int(), exact: z.boolean(), marginPercent: z.number(), tookMs: z.number() })
export type RuleCount = z.infer<typeof RuleCount>

const base = '/api/workspaces/:workspaceId'
export const audienceRoutes = {
  listSegments: defineRoute({
    method: 'GET',
    path: `${base}/segments`,
    access: needs('audience.read'),
    summary: 'Segments, newest first',
    params: WorkspaceParams,
    query: z.object({ search: z.string().max(80).optional() }),
    answer: z.object({ items: z.array(Segment) }),
  }),
  createSegment: defineRoute({
    method: 'POST',
    path: `${base}/segments`,
    access: needs('audience.write'),
    summary: 'Save a segment',
    params: WorkspaceParams,
    body: SegmentInput,
    answer: Segment,
  }),
  readSegment: defineRoute({
    method: 'GET',
    path: `${base}/segments/:id`,
    access: needs('audience.read'),
    summary: 'One segment',
    params: WorkspaceUuidParams,
    answer: Segment,
  }),
  updateSegment: defineRoute({
    method: 'PATCH',
    path: `${base}/segments/:id`,
    access: needs('audience.write'),
    summary: 'Change a segment',
    params: WorkspaceUuidParams,
    body: SegmentInput.partial().extend({ paused: z.boolean().optional(), announces: z.boolean().optional() }),
    answer: Segment,
  }),
  deleteSegment: defineRoute({
    method: 'DELETE',
    path: `${base}/segments/:id`,
    access: needs('audience.write'),
    summary: 'Delete a segment that nothing uses',
    params: WorkspaceUuidParams,
    answer: Done,
  }),
  refreshSegment: defineRoute({
    method: 'POST',
    path: `${base}/segments/:id/refresh`,
    access: needs('audience.write'),
    summary: 'Read the segment anew now',
    params: WorkspaceUuidParams,
    answer: Segment,
  }),
  countRule: defineRoute({
    method: 'POST',
    path: `${base}/rule-counts`,
    access: needs('audience.read'),
    readOnly: true,
    summary: 'How many people a rule holds, as an estimate or exactly',
    params: WorkspaceParams,
    body: z.object({ rule: Rule, exact: z.boolean().default(false) }),
    answer: RuleCount,
  }),
  describeRule: defineRoute({
    method: 'POST',
    path: `${base}/rule-sentences`,
    access: needs('audience.read'),
    readOnly: true,
    summary: 'A rule in words',
    params: WorkspaceParams,
    body: z.object({ rule: Rule }),
    answer: LocaleText,
  }),
  explainRule: defineRoute({
    method: 'POST',
    path: `${base}/rule-explanations`,
    access: needs('audience.read'),
    readOnly: true,
    summary: 'Why a person is, or is not, in a rule: every node with its value',
    params: WorkspaceParams,
    body: z.object({ rule: Rule, personId: z.int().positive() }),
    answer: z.object({
      holds: z.boolean(),
      nodes: z.array(
        z.object({
          path: z.string().describe('e.g. `rules.0.rules.1`'),
          holds: z.boolean(),
          sentence: LocaleText,
          value: z.string().nullable(),
          found: LocaleText.nullable().describe('the value in words'),
        }),
      ),
    }),
  }),
  listPersonSegments: defineRoute({
    method: 'GET',
    path: `${base}/people/:personId/segments`,
    access: needs('audience.read'),
    summary: 'The newest segments, and whether the person is among the stored people of each; why is told by an explanation of its rule',
    params: WorkspacePersonParams,
    answer: z.object({
      items: z.array(
        z.object({
          id: Uuid,
          name: z.string(),
          sentence: LocaleText,
          rule: Rule,
          holds: z.boolean().nullable().describe('null: nobody has been counted yet'),
          state: SegmentState,
          asOf: Instant.nullable().describe('the moment that the stored people are of'),
        }),
      ),
      more: z.boolean().describe('there are more segments than were looked at'),
    }),
  }),
}
