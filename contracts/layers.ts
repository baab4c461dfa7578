import { z } from 'zod'
import { Fen, Instant, LocaleText, Uuid, WorkspaceParams, WorkspaceUuidParams } from './common.ts'
import { defineRoute, needs } from './http.ts'

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
export const layerRoutes = {
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
