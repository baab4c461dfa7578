import { z } from 'zod'
import { Segment } from './audience.ts'
import { Instant, LocaleText, PageQuery, pageOf, PersonId, Uuid, WorkspaceParams, WorkspaceUuidParams } from './common.ts'
import { defineRoute, needs } from './http.ts'
import { LayerDefinition } from './layer-definitions.ts'
import { PersonRow } from './people.ts'
import { Rule } from './rule.ts'

/** What work with segments is limited to. */
export const segmentLimits = { overlapMax: 6, peopleByHandMax: 10_000, exportMax: 100_000, historyDaysMax: 400, historyPointsMax: 200 } as const

/** Events of people who enter or leave a segment that announces it. */
export const segmentEvents = { entered: 'Segment Entered', left: 'Segment Left' } as const

const Ids = z.array(Uuid).max(segmentLimits.overlapMax)
export const MoveDirection = z.enum(['entered', 'left'])
export type MoveDirection = z.infer<typeof MoveDirection>

/** A layer of a model, at the end of a day that is kept, or now. */
export const LayerPlace = z.object({
  modelId: Uuid,
  layer: z.string().max(60).nullable().describe('null: in none of the layers, being new or no more'),
  day: z.iso.date().optional().describe('left out: now'),
})
export type LayerPlace = z.infer<typeof LayerPlace>

/**
 * Any people that can be listed or kept as a segment. `intersection`: those who are in all of `inside` and in none of `outside`; `union`: those in any.
 * `moment`: who was in a segment then; `moves`: who was in it at one of two moments and not at the other; `change`: who would enter or leave if the segment had another rule. `layers`: those who
 * are in every one of the places; `layerChange`: who would go from one layer to the other if the model were defined so.
 * `lookalike`: the best so many of a model’s ranking outside of its seed, and the seed with them where wanted.
 */
export const PeopleSet = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('rule'), rule: Rule }),
  z.object({ kind: z.literal('segment'), segmentId: Uuid }),
  z.object({ kind: z.literal('union'), segmentIds: Ids.min(1) }),
  z.object({ kind: z.literal('intersection'), inside: Ids.min(1), outside: Ids.default([]) }),
  z.object({ kind: z.literal('moment'), segmentId: Uuid, at: Instant }),
  z.object({ kind: z.literal('moves'), segmentId: Uuid, direction: MoveDirection, from: Instant, to: Instant }),
  z.object({ kind: z.literal('change'), segmentId: Uuid, rule: Rule, direction: MoveDirection }),
  z.object({ kind: z.literal('layers'), places: z.array(LayerPlace).min(1).max(2) }),
  z.object({ kind: z.literal('layerChange'), modelId: Uuid, definition: LayerDefinition, from: LayerPlace.shape.layer, to: LayerPlace.shape.layer }),
  z.object({ kind: z.literal('lookalike'), lookalikeId: Uuid, size: z.int().min(1), withSeed: z.boolean().default(false) }),
  z.object({ kind: z.literal('import'), importId: Uuid }),
  z.object({ kind: z.literal('people'), personIds: z.array(PersonId).max(segmentLimits.peopleByHandMax) }),
])
export type PeopleSet = z.infer<typeof PeopleSet>

export const SegmentPoint = z.object({ at: Instant, count: z.int(), entered: z.int(), left: z.int() })
export type SegmentPoint = z.infer<typeof SegmentPoint>

/** What the background does for all dynamic segments of the workspace. */
export const SegmentRefresh = z.object({
  running: z.boolean(),
  mode: z.enum(['full', 'incremental']).nullable(),
  finishedAt: Instant.nullable(),
  tookMs: z.number().nullable(),
  segments: z.int().describe('how many were refreshed'),
  peopleChanged: z.int().nullable().describe('about how many people something had come in; null for everybody'),
  rowsRead: z.int().nullable().describe('rows that the conditions of all segments read, each condition once'),
  nextAt: Instant.nullable(),
  states: z.object({ fresh: z.int(), stale: z.int(), paused: z.int(), broken: z.int(), static: z.int() }),
})
export type SegmentRefresh = z.infer<typeof SegmentRefresh>

export const SegmentOverlap = z.object({
  sizes: z.array(z.object({ segmentId: Uuid, name: z.string(), count: z.int() })),
  /** Every combination that holds somebody, the largest first. */
  regions: z.array(z.object({ inside: z.array(Uuid), outside: z.array(Uuid), count: z.int() })),
  union: z.int(),
  asOf: Instant.nullable().describe('the oldest moment that one of the sets is of'),
})
export type SegmentOverlap = z.infer<typeof SegmentOverlap>

const base = '/api/workspaces/:workspaceId'
const between = z.object({ from: Instant.optional().describe('thirty days ago when left out'), to: Instant.optional().describe('now when left out') })

export const segmentRoutes = {
  readSegmentRefresh: defineRoute({
    method: 'GET',
    path: `${base}/segment-refresh`,
    access: needs('audience.read'),
    summary: 'How fresh the segments are, what the last refresh did and when the next one is',
    params: WorkspaceParams,
    answer: SegmentRefresh,
  }),
  createStaticSegment: defineRoute({
    method: 'POST',
    path: `${base}/static-segments`,
    access: needs('audience.write'),
    summary: 'Keep people as a static segment: of a rule, of other segments, of an import, or named one by one',
    params: WorkspaceParams,
    body: z.object({ name: z.string().trim().min(1).max(80), description: z.string().max(500).default(''), of: PeopleSet }),
    answer: Segment,
  }),
  changeSegmentMembers: defineRoute({
    method: 'POST',
    path: `${base}/segments/:id/members`,
    access: needs('audience.write'),
    summary: 'Add people to a static segment, or take them out',
    params: WorkspaceUuidParams,
    body: z.object({ operation: z.enum(['add', 'remove']), of: PeopleSet }),
    answer: z.object({ changed: z.int(), segment: Segment }),
  }),
  downloadSegmentMembers: defineRoute({
    method: 'GET',
    path: `${base}/segments/:id/members.csv`,
    access: needs('audience.write'),
    summary: 'The members as CSV, personal data masked',
    params: WorkspaceUuidParams,
    transport: 'file',
    answer: z.string(),
  }),
  listSetPeople: defineRoute({
    method: 'POST',
    path: `${base}/people-sets`,
    access: needs('people.read'),
    readOnly: true,
    summary: 'People of a set: who moved, who is in this intersection',
    params: WorkspaceParams,
    body: PageQuery.extend({ of: PeopleSet }),
    answer: pageOf(PersonRow).extend({ total: z.int().nullable() }),
  }),
  readSegmentHistory: defineRoute({
    method: 'GET',
    path: `${base}/segments/:id/history`,
    access: needs('audience.read'),
    summary: 'The size over time, thinned out to what a picture shows',
    params: WorkspaceUuidParams,
    query: between,
    answer: z.object({ points: z.array(SegmentPoint), since: Instant.nullable().describe('the first set there was') }),
  }),
  countSegmentMoves: defineRoute({
    method: 'GET',
    path: `${base}/segments/:id/moves`,
    access: needs('audience.read'),
    summary: 'How many are in the segment at the second moment and were not at the first, and the other way round',
    params: WorkspaceUuidParams,
    query: between,
    answer: z.object({ before: z.int(), after: z.int(), entered: z.int(), left: z.int() }),
  }),
  previewSegmentChange: defineRoute({
    method: 'POST',
    path: `${base}/segments/:id/change-previews`,
    access: needs('audience.read'),
    readOnly: true,
    summary: 'Who would enter and who would leave with another rule',
    params: WorkspaceUuidParams,
    body: z.object({ rule: Rule }),
    answer: z.object({
      before: z.int(),
      after: z.int(),
      entered: z.int(),
      left: z.int(),
      sentence: LocaleText,
      people: z
        .object({ entered: z.array(PersonRow), left: z.array(PersonRow) })
        .nullable()
        .describe('the newest few; null for whoever may not see people'),
    }),
  }),
  overlapSegments: defineRoute({
    method: 'POST',
    path: `${base}/segment-overlaps`,
    access: needs('audience.read'),
    readOnly: true,
    summary: 'How two to six segments overlap',
    params: WorkspaceParams,
    body: z.object({ segmentIds: Ids.min(2) }),
    answer: SegmentOverlap,
  }),
}
