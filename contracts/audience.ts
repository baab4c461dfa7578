import { z } from 'zod'
import { Done, Fen, Instant, LocaleText, Uuid, WorkspaceParams, WorkspacePersonParams, WorkspaceUuidParams } from './common.ts'
import { defineRoute, needs } from './http.ts'
import { Rule } from './rule.ts'

export const Segment = z.object({
  id: Uuid,
  name: z.string(),
  description: z.string(),
  rule: Rule,
  sentence: LocaleText.describe('the rule in words'),
  count: z.int().nullable(),
  countedAt: Instant.nullable(),
  createdAt: Instant,
  updatedAt: Instant,
  createdBy: z.string().nullable(),
})
export type Segment = z.infer<typeof Segment>
const SegmentInput = z.object({ name: z.string().trim().min(1).max(80), description: z.string().max(500).default(''), rule: Rule })

/** `exact` is false for an estimate from a sample of people; `marginPercent` is then the 95 % half width. */
export const RuleCount = z.object({ count: z.int(), total: z.int(), exact: z.boolean(), marginPercent: z.number(), tookMs: z.number() })
export type RuleCount = z.infer<typeof RuleCount>

/** The eight classes of the Chinese field over high/low recency, frequency and money. */
export const rfmClasses = [
  { name: 'importantValue', label: { zh: '重要价值', en: 'Champions' } },
  { name: 'importantDevelop', label: { zh: '重要发展', en: 'Promising high spenders' } },
  { name: 'importantKeep', label: { zh: '重要保持', en: 'Loyal but slipping' } },
  { name: 'importantRetain', label: { zh: '重要挽留', en: 'High spenders leaving' } },
  { name: 'generalValue', label: { zh: '一般价值', en: 'Frequent small spenders' } },
  { name: 'generalDevelop', label: { zh: '一般发展', en: 'New small spenders' } },
  { name: 'generalKeep', label: { zh: '一般保持', en: 'Frequent, slipping' } },
  { name: 'generalRetain', label: { zh: '一般挽留', en: 'Dormant small spenders' } },
  { name: 'noOrder', label: { zh: '未购买', en: 'Never ordered' } },
] as const

export const Layer = z.object({
  name: z.string(),
  label: LocaleText,
  count: z.int(),
  share: z.number(),
  orders: z.int(),
  amountFen: Fen,
  averageRecencyDays: z.number().nullable(),
})
export const LayerModel = z.object({
  id: Uuid,
  kind: z.enum(['rfm']),
  name: z.string(),
  settings: z.object({ event: z.string().describe('the order event'), days: z.int().min(1).max(3650).describe('how far back orders count') }),
  computedAt: Instant.nullable(),
  computing: z.boolean(),
  layers: z.array(Layer),
})
export type LayerModel = z.infer<typeof LayerModel>
/** One cell of the 5×5 grid of recency and frequency scores. */
export const RfmCell = z.object({ recencyScore: z.int(), frequencyScore: z.int(), count: z.int(), amountFen: Fen })
export const RfmThresholds = z.object({ recencyDays: z.array(z.number()), frequency: z.array(z.number()), amountFen: z.array(z.number()) })

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
    body: SegmentInput.partial(),
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
    summary: 'Count the segment now',
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
      nodes: z.array(z.object({ path: z.string().describe('e.g. `rules.0.rules.1`'), holds: z.boolean(), sentence: LocaleText, value: z.string().nullable() })),
    }),
  }),
  listPersonSegments: defineRoute({
    method: 'GET',
    path: `${base}/people/:personId/segments`,
    access: needs('audience.read'),
    summary: 'The newest segments, and whether the person is in each now; why is told by an explanation of its rule',
    params: WorkspacePersonParams,
    answer: z.object({
      items: z.array(
        z.object({ id: Uuid, name: z.string(), sentence: LocaleText, rule: Rule, holds: z.boolean().nullable().describe('null: the rule cannot be read now') }),
      ),
      more: z.boolean().describe('there are more segments than were looked at'),
    }),
  }),

  listLayerModels: defineRoute({
    method: 'GET',
    path: `${base}/layer-models`,
    access: needs('audience.read'),
    summary: 'Layer models with their layers',
    params: WorkspaceParams,
    answer: z.object({ items: z.array(LayerModel) }),
  }),
  readLayerModel: defineRoute({
    method: 'GET',
    path: `${base}/layer-models/:id`,
    access: needs('audience.read'),
    summary: 'One layer model with grid and thresholds',
    params: WorkspaceUuidParams,
    answer: LayerModel.extend({ grid: z.array(RfmCell), thresholds: RfmThresholds.nullable() }),
  }),
  updateLayerModel: defineRoute({
    method: 'PATCH',
    path: `${base}/layer-models/:id`,
    access: needs('audience.write'),
    summary: 'Change the parameters of a layer model',
    params: WorkspaceUuidParams,
    body: z.object({ days: z.int().min(1).max(3650).optional(), event: z.string().min(1).max(128).optional() }),
    answer: LayerModel,
  }),
  recomputeLayerModel: defineRoute({
    method: 'POST',
    path: `${base}/layer-models/:id/recompute`,
    access: needs('audience.write'),
    summary: 'Compute scores and layers for everyone now',
    params: WorkspaceUuidParams,
    answer: LayerModel,
  }),
}
