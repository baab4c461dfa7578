import { sql } from 'kysely'
import type { LayerModel } from '../../../../contracts/layers.ts'
import { mutate, type Context } from '../../access/index.ts'
import { computeLayers } from './compute-layers.ts'
import { asLayerModel, readLayerModel, type LayerModelRow } from './layer-model-row.ts'

/** How long a request waits for a computation before it answers `computing: true` and lets it go on. */
const waitMs = 15_000

/** Computes a model now. Answers when done, or with `computing` when it takes long or is under way already. */
export async function recomputeLayerModel(ctx: Context, id: string): Promise<LayerModel> {
  const model = await readLayerModel(ctx, id)
  await mutate(ctx, { action: 'layerModel.recompute', targetKind: 'layerModel', targetId: model.id }, async () => undefined)
  return computeAndWait(ctx, model)
}

/** Changes the parameters of a model and computes it with them. */
export async function updateLayerModel(ctx: Context, input: { id: string; days?: number; event?: string }): Promise<LayerModel> {
  const model = await readLayerModel(ctx, input.id)
  const settings = { event: input.event ?? model.settings.event, days: input.days ?? model.settings.days }
  await mutate(ctx, { action: 'layerModel.update', targetKind: 'layerModel', targetId: model.id, detail: settings }, async (tx) => {
    await sql`update layer_models set settings = ${JSON.stringify(settings)}::jsonb where workspace_id = ${ctx.workspaceId} and id = ${model.id}::uuid`.execute(
      tx,
    )
  })
  return computeAndWait(ctx, { ...model, settings })
}

async function computeAndWait(ctx: Context, model: LayerModelRow): Promise<LayerModel> {
  const { clock, log } = ctx.platform
  let timer: NodeJS.Timeout | undefined
  const patience = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, waitMs, 'late')
  })
  const work = computeLayers(ctx, model)
  const outcome = await Promise.race([work, patience]).finally(() => clearTimeout(timer))
  if (outcome === 'late') work.catch((error: unknown) => log.error({ err: error, modelId: model.id }, 'layers could not be computed'))
  return asLayerModel(await readLayerModel(ctx, model.id), clock.now())
}
