import type { LayerModel } from '../../../../contracts/layers.ts'
import type { Context } from '../../access/index.ts'
import { namedLayers, readLayerModel, readLayerModels } from './layer-model-row.ts'
import { layerLimits } from './layer-scope.ts'
import { layerSets, type LayerSets } from './layer-sets.ts'

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
  const others = [...new Map(splits.map(({ by }) => [by.id, by])).values()]
  const own = await layerSets(ctx, { model, name: 'own' })
  const sides = await Promise.all(others.map((by, index) => layerSets(ctx, { model: by, name: `other${index}` })))
  const rows = await ctx.platform.warehouse.rows<{ layer: string; modelId: string; name: string; count: number }>({
    sql: `
      select a.layer as layer, b.model_id as modelId, b.name as name, bitmapAndCardinality(a.people, b.people) as count
      from (select layer, people from (${own.sql}) where layer in {layers:Array(String)}) as a
      cross join (${sides.map((side, index) => `select toString({other${index}Model:UUID}) as model_id, layer as name, people from (${side.sql})`).join(' union all ')}) as b`,
    params: Object.assign({ layers: splits.map(({ layer }) => layer) }, own.params, ...sides.map(({ params }) => params)) as LayerSets['params'],
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
