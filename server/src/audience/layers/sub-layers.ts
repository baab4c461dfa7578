import type { LayerModel } from '../../../../contracts/layers.ts'
import type { Context } from '../../access/index.ts'
import { namedLayers, readLayerModel, readLayerModels } from './layer-model-row.ts'
import { layerLimits } from './layer-scope.ts'

interface SubLayers {
  layer: string
  modelId: string
  modelName: string
  subLayers: { name: string; label: LayerModel['layers'][number]['label']; count: number }[]
}

/** The layers of a model that another model splits: how many people of the layer are in each layer of the other one, by the runs that are shown. */
export async function readSubLayers(ctx: Context, id: string): Promise<SubLayers[]> {
  const model = await readLayerModel(ctx, id)
  const models = await readLayerModels(ctx)
  const splits = namedLayers(model).flatMap(({ name }) => {
    const splitBy = model.playbook[name]?.splitBy
    const by = models.find((other) => other.id === splitBy?.toLowerCase())
    return by ? [{ layer: name, by }] : []
  })
  if (splits.length === 0) return []
  const sets = 'select layer, groupBitmapState(person_id) as people from layer_assignments where workspace_id = {workspaceId:UInt32}'
  const rows = await ctx.platform.warehouse.rows<{ layer: string; modelId: string; name: string; count: number }>({
    sql: `
      select a.layer as layer, toString(b.model_id) as modelId, b.name as name, bitmapAndCardinality(a.people, b.people) as count
      from (${sets} and model_id = {modelId:UUID} and run = {run:UInt64} and layer in {layers:Array(String)} group by layer) as a
      cross join (
        select model_id, layer as name, groupBitmapState(person_id) as people from layer_assignments
        where workspace_id = {workspaceId:UInt32} and model_id in {others:Array(UUID)} and run in {runs:Array(UInt64)} group by model_id, layer
      ) as b`,
    params: {
      workspaceId: ctx.workspaceId,
      modelId: model.id,
      run: model.currentRun ?? 0,
      layers: splits.map(({ layer }) => layer),
      others: splits.map(({ by }) => by.id),
      runs: splits.map(({ by }) => by.currentRun ?? 0),
    },
    limits: layerLimits,
  })
  return splits.map(({ layer, by }) => ({
    layer,
    modelId: by.id,
    modelName: by.name,
    subLayers: namedLayers(by).map(({ name, label }) => ({
      name,
      label,
      count: rows.find((row) => row.layer === layer && row.modelId === by.id && row.name === name)?.count ?? 0,
    })),
  }))
}
