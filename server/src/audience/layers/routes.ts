import type { layerRoutes } from '../../../../contracts/layers.ts'
import type { Handlers } from '../../access/index.ts'
import { asLayerModel, readLayerModel, readLayerModels } from './layer-model-row.ts'
import { recomputeLayerModel, updateLayerModel } from './recompute-layers.ts'

export const layerHandlers: Handlers<typeof layerRoutes> = {
  listLayerModels: async ({ ctx }) => ({ items: (await readLayerModels(ctx)).map((row) => asLayerModel(row, ctx.platform.clock.now())) }),
  readLayerModel: async ({ ctx, params }) => {
    const row = await readLayerModel(ctx, params.id)
    return { ...asLayerModel(row, ctx.platform.clock.now()), grid: row.grid, thresholds: row.thresholds }
  },
  updateLayerModel: async ({ ctx, params, body }) => updateLayerModel(ctx, { id: params.id, ...body }),
  recomputeLayerModel: async ({ ctx, params }) => recomputeLayerModel(ctx, params.id),
}
