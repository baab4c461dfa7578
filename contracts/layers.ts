import { z } from 'zod'
import { FieldUser } from './catalogue.ts'
import { Done, Fen, Instant, LocaleText, Uuid, WorkspaceParams, WorkspaceUuidParams } from './common.ts'
import { defineRoute, needs } from './http.ts'
import { LayerColour, layerColours, LayerDefinition, LayerMeasure } from './layer-definitions.ts'

/** What operators do for the people of a layer. */
export const LayerPlay = z.object({
  label: LocaleText.nullable().default(null).describe('in place of the layer’s own words'),
  colour: z.enum(layerColours).default('blue').describe('blue: by the layer’s place in the model'),
  goal: z.string().trim().max(500).default(''),
  actions: z.string().trim().max(2000).default('').describe('core actions, one a line'),
  script: z.string().trim().max(2000).default('').describe('what to say'),
  metric: z.string().trim().max(200).default('').describe('how success is told'),
  ownerId: Uuid.nullable().default(null).describe('a member'),
  splitBy: Uuid.nullable().default(null).describe('another model, whose layers are this layer’s sub-layers'),
})
export type LayerPlay = z.infer<typeof LayerPlay>

export const Layer = z.object({
  name: z.string(),
  label: LocaleText,
  colour: LayerColour,
  meaning: LocaleText.nullable().describe('what puts people here'),
  count: z.int(),
  share: z.number(),
  orders: z.int().nullable().describe('in the model’s window; null where the model does not count them'),
  amountFen: Fen.nullable(),
  averageRecencyDays: z.number().nullable(),
  averageValue: z.number().nullable().describe('of the model’s measure or score'),
  play: LayerPlay,
})
export type Layer = z.infer<typeof Layer>

/** What a computation does one after the other. */
export const layerSteps = ['read', 'place', 'count'] as const
export const LayerModel = z.object({
  id: Uuid,
  kind: z.enum(['rfm', 'lifecycle', 'rules', 'thresholds', 'quantiles', 'scores']),
  name: z.string(),
  definition: LayerDefinition,
  announces: z.boolean().describe('whether a change of layer is an event of the person'),
  changedAt: Instant.nullable().describe('when the definition was last changed'),
  isMain: z.boolean().describe('the model that lists and the overview show people by'),
  computedAt: Instant.nullable(),
  checkedAt: Instant.nullable().describe('when the data was last seen to be what the layers were made of'),
  nextAt: Instant.nullable().describe('when it is computed at the latest, data or no data; null while it is'),
  late: z.boolean().describe('neither computed nor compared with the data for longer than it should be'),
  computing: z.boolean(),
  computation: z.object({ since: Instant, step: z.enum(layerSteps) }).nullable(),
  failure: z.object({ at: Instant, text: LocaleText }).nullable().describe('why the last computation failed; tried again at `nextAt`'),
  people: z.int(),
  tooMany: z.boolean().describe('more layers than anybody can treat differently'),
  layers: z.array(Layer),
})
export type LayerModel = z.infer<typeof LayerModel>
/** One cell of the 5×5 grid of recency and frequency scores. */
export const RfmCell = z.object({ recencyScore: z.int(), frequencyScore: z.int(), count: z.int(), amountFen: Fen })
export const RfmThresholds = z.object({ recencyDays: z.array(z.number()), frequency: z.array(z.number()), amountFen: z.array(z.number()) })

/** Who is where before and after: `from` or `to` is null for people who were not there then. */
export const LayerMove = z.object({ from: z.string().nullable(), to: z.string().nullable(), count: z.int() })
export type LayerMove = z.infer<typeof LayerMove>
const Named = z.object({ name: z.string(), label: LocaleText })

/** What a definition would come to, beside what is shown now. */
export const LayerPreview = z.object({
  layers: z.array(Named.extend({ count: z.int(), share: z.number() })),
  before: z.array(Named),
  moves: z.array(LayerMove),
  moved: z.int(),
  thresholds: RfmThresholds.nullable(),
  cuts: z.array(z.array(z.number())),
})
export const LayerHistory = z.object({
  days: z.array(z.object({ day: z.iso.date(), kept: z.boolean().describe('whether who was where is still known'), counts: z.record(z.string(), z.int()) })),
  layers: z.array(Named),
})
export const LayerMoves = z.object({
  from: z.iso.date(),
  to: z.iso.date().nullable().describe('null: now'),
  layers: z.array(Named),
  moves: z.array(LayerMove),
})

export const healthKinds = ['notComputed', 'tooMany', 'empty', 'skew', 'alike', 'staleThresholds', 'drift', 'unused', 'noData'] as const
export const LayerFinding = z.object({
  kind: z.enum(healthKinds),
  severity: z.enum(['advice', 'warning']),
  layers: z.array(z.string()),
  text: LocaleText,
  proposal: LocaleText,
})
export type LayerFinding = z.infer<typeof LayerFinding>
/** What a layer's people did in the last 90 days. */
export const LayerResult = z.object({
  name: z.string(),
  people: z.int(),
  buyers: z.int(),
  orders: z.int(),
  amountFen: Fen,
  conversion: z.number(),
  margin: z.number(),
})
export const LayerHealth = z.object({
  findings: z.array(LayerFinding),
  results: z.array(LayerResult),
  usedBy: z.array(FieldUser),
})

export const LayerProposal = z.object({
  model: z.enum(['rfm', 'lifecycle', 'value', 'activity', 'spend']),
  label: LocaleText,
  state: z.enum(['ready', 'partly', 'missing', 'unknown']),
  needs: z.array(z.object({ met: z.boolean(), text: LocaleText, advice: LocaleText.nullable() })),
  definition: LayerDefinition,
  reason: LocaleText.nullable().describe('where the parameters come from'),
})
export type LayerProposal = z.infer<typeof LayerProposal>

export const LayerCluster = z.object({
  name: z.string(),
  people: z.int().describe('of the sample'),
  share: z.number(),
  centre: z.array(z.number()).describe('median of every feature, in its own unit'),
  sentence: LocaleText,
  label: LocaleText,
})
export const LayerClusters = z.object({
  sampled: z.int(),
  silhouette: z.number(),
  tried: z.array(z.object({ k: z.int(), silhouette: z.number() })),
  clusters: z.array(LayerCluster),
  definition: LayerDefinition.nullable().describe('rules that come close; null where no rule can say it'),
  agreement: z.number().describe('share of the sample that the rules put where the clusters do'),
})
export type LayerClusters = z.infer<typeof LayerClusters>

const LayerModelInput = z.object({ name: z.string().trim().min(1).max(80), definition: LayerDefinition, announces: z.boolean().default(false) })

const base = '/api/workspaces/:workspaceId'
export const layerRoutes = {
  listLayerModels: defineRoute({
    method: 'GET',
    path: `${base}/layer-models`,
    access: needs('audience.read'),
    summary: 'Layer models with their layers',
    params: WorkspaceParams,
    answer: z.object({ items: z.array(LayerModel) }),
  }),
  createLayerModel: defineRoute({
    method: 'POST',
    path: `${base}/layer-models`,
    access: needs('audience.write'),
    summary: 'Make a layer model and compute it',
    params: WorkspaceParams,
    body: LayerModelInput,
    answer: LayerModel,
  }),
  listLayerProposals: defineRoute({
    method: 'GET',
    path: `${base}/layer-proposals`,
    access: needs('audience.read'),
    summary: 'Ready-made models with parameters from the data, and what each still lacks',
    params: WorkspaceParams,
    answer: z.object({ items: z.array(LayerProposal) }),
  }),
  readLayerModel: defineRoute({
    method: 'GET',
    path: `${base}/layer-models/:id`,
    access: needs('audience.read'),
    summary: 'One layer model with grid and thresholds',
    params: WorkspaceUuidParams,
    answer: LayerModel.extend({ grid: z.array(RfmCell), thresholds: RfmThresholds.nullable(), cuts: z.array(z.array(z.number())) }),
  }),
  updateLayerModel: defineRoute({
    method: 'PATCH',
    path: `${base}/layer-models/:id`,
    access: needs('audience.write'),
    summary: 'Change a layer model; a new definition is computed at once',
    params: WorkspaceUuidParams,
    body: LayerModelInput.partial(),
    answer: LayerModel,
  }),
  deleteLayerModel: defineRoute({
    method: 'DELETE',
    path: `${base}/layer-models/:id`,
    access: needs('audience.write'),
    summary: 'Delete a layer model that nothing uses',
    params: WorkspaceUuidParams,
    answer: Done,
  }),
  setMainLayerModel: defineRoute({
    method: 'PUT',
    path: `${base}/layer-models/:id/main`,
    access: needs('audience.write'),
    summary: 'Show people by this model, in lists and on the overview',
    params: WorkspaceUuidParams,
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
  updateLayerPlay: defineRoute({
    method: 'PUT',
    path: `${base}/layer-models/:id/plays/:layer`,
    access: needs('audience.write'),
    summary: 'Say what is done for the people of a layer',
    params: WorkspaceUuidParams.extend({ layer: z.string().max(60) }),
    body: LayerPlay,
    answer: LayerModel,
  }),
  previewLayerModel: defineRoute({
    method: 'POST',
    path: `${base}/layer-models/:id/previews`,
    access: needs('audience.read'),
    readOnly: true,
    summary: 'Who would be where by another definition; nothing is changed',
    params: WorkspaceUuidParams,
    body: z.object({ definition: LayerDefinition }),
    answer: LayerPreview,
  }),
  proposeLayerCuts: defineRoute({
    method: 'GET',
    path: `${base}/layer-models/:id/cuts`,
    access: needs('audience.read'),
    summary: 'The definition with thresholds taken anew from today’s data',
    params: WorkspaceUuidParams,
    answer: z.object({ definition: LayerDefinition }),
  }),
  readSubLayers: defineRoute({
    method: 'GET',
    path: `${base}/layer-models/:id/sub-layers`,
    access: needs('audience.read'),
    summary: 'Layers that are split by another model',
    params: WorkspaceUuidParams,
    answer: z.object({
      items: z.array(z.object({ layer: z.string(), modelId: Uuid, modelName: z.string(), subLayers: z.array(Named.extend({ count: z.int() })) })),
    }),
  }),
  readLayerHistory: defineRoute({
    method: 'GET',
    path: `${base}/layer-models/:id/history`,
    access: needs('audience.read'),
    summary: 'How many people each layer had, by day',
    params: WorkspaceUuidParams,
    query: z.object({ days: z.coerce.number().int().min(1).max(800).default(90) }),
    answer: LayerHistory,
  }),
  readLayerMoves: defineRoute({
    method: 'GET',
    path: `${base}/layer-models/:id/moves`,
    access: needs('audience.read'),
    summary: 'Who went from which layer to which between two days that are kept',
    params: WorkspaceUuidParams,
    query: z.object({ from: z.iso.date(), to: z.iso.date().optional() }),
    answer: LayerMoves,
  }),
  readLayerHealth: defineRoute({
    method: 'GET',
    path: `${base}/layer-models/:id/health`,
    access: needs('audience.read'),
    summary: 'What is wrong with a model, and what to do about it',
    params: WorkspaceUuidParams,
    answer: LayerHealth,
  }),
  suggestLayerClusters: defineRoute({
    method: 'POST',
    path: `${base}/layer-clusters`,
    access: needs('audience.read'),
    readOnly: true,
    summary: 'Groups of people who are alike in the chosen features',
    params: WorkspaceParams,
    body: z.object({ features: z.array(LayerMeasure).min(2).max(8), k: z.int().min(2).max(8).optional(), seed: z.int().default(1) }),
    answer: LayerClusters,
  }),
}
