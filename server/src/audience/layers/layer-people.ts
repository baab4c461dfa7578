import type { LayerDefinition } from '../../../../contracts/layer-definitions.ts'
import type { LocaleText } from '../../../../contracts/common.ts'
import type { LayerPlace } from '../../../../contracts/segments.ts'
import type { Context } from '../../access/index.ts'
import { AppError } from '../../platform/errors.ts'
import { namedLayers, readLayerModel } from './layer-model-row.ts'
import { layerSets, type LayerSets } from './layer-sets.ts'
import { changedLayers } from './preview-layers.ts'

interface Side extends LayerSets {
  /** Null: in none of the layers. */
  layer: string | null
}

/**
 * Those who are in every one of the places, as a select of one bitmap `people`.
 * @throws `not-found`, `precondition` when a day is not kept, `validation` when every place is nowhere
 */
export async function placesStatement(ctx: Context, places: readonly LayerPlace[]): Promise<LayerSets> {
  const sides = places.map(async ({ modelId, layer, day }, index): Promise<Side> => {
    const model = await readLayerModel(ctx, modelId)
    return { layer, ...(await layerSets(ctx, { model, day, name: `place${index}` })) }
  })
  const { sql, params } = joined(await Promise.all(sides))
  if (places.some(({ day, layer }) => day === undefined && layer !== null)) return { sql, params }
  // Of days alone there may be people who have been deleted since.
  const everyone = 'select groupBitmapState(person_id) as everyone from people final where workspace_id = {workspaceId:UInt32}'
  return { sql: `select bitmapAnd(people, everyone) as people from (${sql}) as held cross join (${everyone}) as there`, params }
}

interface LayerChange {
  modelId: string
  definition: LayerDefinition
  from: string | null
  to: string | null
}

/** Who would go from one layer to the other by another definition, as a select of one bitmap `people`. */
export async function layerChangeStatement(ctx: Context, { modelId, definition, from, to }: LayerChange): Promise<LayerSets> {
  const { before, after } = await changedLayers(ctx, { model: await readLayerModel(ctx, modelId), definition })
  return joined([
    { layer: from, ...before },
    { layer: to, ...after },
  ])
}

function joined(sides: readonly Side[]): LayerSets {
  const named = sides.findIndex(({ layer }) => layer !== null)
  if (named === -1) throw new AppError('validation', { problems: [{ at: 'body.of', zh: '至少要有一个具体的层', en: 'At least one place must be a layer' }] })
  const slot = (index: number) => `layer${index}`
  const selects = sides.map(
    ({ sql, layer }, index) =>
      `(select ${layer === null ? 'groupBitmapMergeState(people)' : `groupBitmapMergeStateIf(people, layer = {${slot(index)}:String})`} as people from (${sql})) as side${index}`,
  )
  const people = sides.reduce((held, { layer }, index) => {
    if (index === named) return held
    return `${layer === null ? 'bitmapAndnot' : 'bitmapAnd'}(${held}, side${index}.people)`
  }, `side${named}.people`)
  const layers = Object.fromEntries(sides.flatMap(({ layer }, index) => (layer === null ? [] : [[slot(index), layer]])))
  return {
    sql: `select ${people} as people from ${selects.join(' cross join ')}`,
    params: Object.assign({}, ...sides.map(({ params }) => params), layers) as LayerSets['params'],
  }
}

/** Places in words. */
export async function placesInWords(ctx: Context, places: readonly LayerPlace[]): Promise<LocaleText> {
  const parts = await Promise.all(
    places.map(async ({ modelId, layer, day }): Promise<LocaleText> => {
      const model = await readLayerModel(ctx, modelId)
      const when = { zh: day === undefined ? '' : `${day} `, en: day === undefined ? '' : ` on ${day}` }
      if (layer === null) return { zh: `${when.zh}不在「${model.name}」中`, en: `in no layer of “${model.name}”${when.en}` }
      const label = namedLayers(model).find(({ name }) => name === layer)?.label ?? { zh: layer, en: layer }
      return { zh: `${when.zh}在「${model.name}」的「${label.zh}」`, en: `in “${label.en}” of “${model.name}”${when.en}` }
    }),
  )
  return { zh: parts.map(({ zh }) => zh).join('、'), en: parts.map(({ en }) => en).join(' and ') }
}
