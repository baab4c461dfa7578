import type { z } from 'zod'
import type { LayerDefinition } from '../../../../contracts/layer-definitions.ts'
import type { LayerMove, LayerPreview } from '../../../../contracts/layers.ts'
import type { Context } from '../../access/index.ts'
import { AppError, assertNever } from '../../platform/errors.ts'
import { checkDefinition } from './check-definition.ts'
import { definedLayers } from './definition-layers.ts'
import { readCuts, readRfmCuts, shownThresholds, type LayerCuts } from './layer-cuts.ts'
import { namedLayers, readLayerModel, type LayerModelRow } from './layer-model-row.ts'
import { planLayers } from './layer-scope.ts'
import { layerSets, movesSql, type LayerSets } from './layer-sets.ts'
import { layersStatement } from './layers-statement.ts'

/** Somebody waits for it. */
const limits = { secondsMax: 60, memoryBytesMax: 4 * 1024 ** 3 }

/** Who would be where by another definition, beside the run that is shown. Changes nothing. */
export async function previewLayerModel(
  ctx: Context,
  input: { id: string; definition: LayerDefinition; signal?: AbortSignal },
): Promise<z.infer<typeof LayerPreview>> {
  const model = await readLayerModel(ctx, input.id)
  const { before, after, cuts } = await changedLayers(ctx, { model, definition: input.definition, signal: input.signal })
  const moves = await ctx.platform.warehouse.rows<LayerMove>({
    sql: movesSql(before.sql, after.sql),
    params: { ...after.params, ...before.params },
    limits,
    signal: input.signal,
  })
  const countIn = (name: string) => moves.reduce((sum, move) => sum + (move.to === name ? move.count : 0), 0)
  const total = moves.reduce((sum, move) => sum + (move.to === null ? 0 : move.count), 0)
  return {
    layers: definedLayers(input.definition).map(({ name, label }) => {
      const count = countIn(name)
      return { name, label: model.playbook[name]?.label ?? label, count, share: total === 0 ? 0 : count / total }
    }),
    before: namedLayers(model),
    moves,
    moved: moves.reduce((sum, { from, to, count }) => sum + (from === to || from === null || to === null ? 0 : count), 0),
    thresholds: shownThresholds(cuts),
    cuts: cuts.cuts,
  }
}

interface Change {
  model: LayerModelRow
  definition: LayerDefinition
  signal?: AbortSignal | undefined
}

/** Who is in which layer now, and who would be by another definition, as statements like those of `layerSets`. */
export async function changedLayers(ctx: Context, { model, definition, signal }: Change): Promise<{ before: LayerSets; after: LayerSets; cuts: LayerCuts }> {
  const problems = checkDefinition(definition, model.id)
  if (problems.length > 0) throw new AppError('validation', { problems })
  const plan = await planLayers(ctx, definition)
  const cuts = await readCuts(ctx, plan, signal)
  const { sql, params } = layersStatement(plan, cuts)
  const after = { sql: `select toString(layer) as layer, groupBitmapState(toUInt32(person_id)) as people from (${sql}) group by layer`, params }
  return { before: await layerSets(ctx, { model, name: 'before' }), after, cuts }
}

/** The definition with its thresholds taken from the data of now, to be previewed and then saved: from then on they stay. */
export async function proposeLayerCuts(ctx: Context, id: string): Promise<LayerDefinition> {
  const { definition } = await readLayerModel(ctx, id)
  switch (definition.kind) {
    case 'rfm': {
      const plan = await planLayers(ctx, definition)
      const { buyers, recency, frequency, amount } = await readRfmCuts(ctx, { plan, definition, signal: undefined })
      if (buyers === 0) throw noValues()
      return { ...definition, scoring: { kind: 'thresholds', recencyDays: recency, frequency, amountFen: amount } }
    }
    case 'quantiles': {
      const fresh: LayerDefinition = { ...definition, cuts: null }
      const [cuts = []] = (await readCuts(ctx, await planLayers(ctx, fresh))).cuts
      if (cuts.length === 0) throw noValues()
      return { ...definition, cuts }
    }
    case 'thresholds': {
      // Layers of equal size: what a cut should be, only the operator knows; this is a start.
      const shares = [...definition.cuts, 0].map(() => 1 / (definition.cuts.length + 1))
      const even: LayerDefinition = { kind: 'quantiles', measure: definition.measure, shares, by: 'people', best: definition.best, cuts: null }
      const [cuts = []] = (await readCuts(ctx, await planLayers(ctx, even))).cuts
      const distinct = [...new Set(cuts)]
      if (distinct.length === 0) throw noValues()
      return { ...definition, cuts: distinct }
    }
    case 'lifecycle':
    case 'scores':
    case 'rules':
      return definition
    default:
      return assertNever(definition)
  }
}

function noValues(): AppError {
  return new AppError('precondition', {
    zh: '还没有客户有这个数据，算不出分界点；请先导入数据',
    en: 'Nobody has this value yet, so there is nothing to cut; import data first',
  })
}
