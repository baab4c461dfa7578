import type { layerRoutes } from '../../../../contracts/layers.ts'
import type { Handlers } from '../../access/index.ts'
import { whenGone } from '../when-gone.ts'
import { suggestClusters } from './clusters/suggest-clusters.ts'
import { readLayerHistory, readLayerMoves } from './layer-days.ts'
import { readLayerHealth } from './layer-health.ts'
import { readLayerModel, readLayerModels, shownLayerModel } from './layer-model-row.ts'
import { previewLayerModel, proposeLayerCuts } from './preview-layers.ts'
import { proposeModels } from './propose-models.ts'
import { createLayerModel, deleteLayerModel, recomputeLayerModel, setMainLayerModel, updateLayerModel, updateLayerPlay } from './save-layer-model.ts'
import { readSubLayers } from './sub-layers.ts'

export const layerHandlers: Handlers<typeof layerRoutes> = {
  listLayerModels: async ({ ctx }) => ({ items: await Promise.all((await readLayerModels(ctx)).map((row) => shownLayerModel(ctx, row))) }),
  createLayerModel: async ({ ctx, body }) => createLayerModel(ctx, body),
  listLayerProposals: async ({ ctx }) => ({ items: await proposeModels(ctx) }),
  readLayerModel: async ({ ctx, params }) => {
    const row = await readLayerModel(ctx, params.id)
    return { ...(await shownLayerModel(ctx, row)), grid: row.grid, thresholds: row.thresholds, cuts: row.cuts }
  },
  updateLayerModel: async ({ ctx, params, body }) => updateLayerModel(ctx, { id: params.id, ...body }),
  deleteLayerModel: async ({ ctx, params }) => {
    await deleteLayerModel(ctx, params.id)
    return { done: true }
  },
  setMainLayerModel: async ({ ctx, params }) => setMainLayerModel(ctx, params.id),
  recomputeLayerModel: async ({ ctx, params }) => recomputeLayerModel(ctx, params.id),
  updateLayerPlay: async ({ ctx, params, body }) => updateLayerPlay(ctx, { id: params.id, layer: params.layer, play: body }),
  previewLayerModel: async ({ ctx, params, body, reply }) => previewLayerModel(ctx, { id: params.id, definition: body.definition, signal: whenGone(reply) }),
  proposeLayerCuts: async ({ ctx, params }) => ({ definition: await proposeLayerCuts(ctx, params.id) }),
  readSubLayers: async ({ ctx, params }) => ({ items: await readSubLayers(ctx, params.id) }),
  readLayerHistory: async ({ ctx, params, query }) => readLayerHistory(ctx, { id: params.id, days: query.days }),
  readLayerMoves: async ({ ctx, params, query }) => readLayerMoves(ctx, { id: params.id, ...query }),
  readLayerHealth: async ({ ctx, params }) => readLayerHealth(ctx, params.id),
  suggestLayerClusters: async ({ ctx, body }) => suggestClusters(ctx, body),
}
