import { sql } from 'kysely'
import { systemContext, type Context } from '../../access/index.ts'
import type { Platform } from '../../platform/platform.ts'
import { errorMessage } from '../../platform/errors.ts'
import { computeLayers } from './compute-layers.ts'
import { readLayerModels, type LayerModelRow } from './layer-model-row.ts'
import { isComputing, isNightDue, lookAt, retryAt } from './layer-schedule.ts'
import { readWatermark } from './layer-watermark.ts'

/** Computes the models that are due, of all workspaces, one after the other. One that fails does not hold up the others. */
export async function computeDueLayers(platform: Platform, signal: AbortSignal): Promise<void> {
  const { rows } = await sql<{ id: number; timezone: string }>`select id, timezone from workspaces order by id`.execute(platform.db)
  for (const { id, timezone } of rows) {
    if (signal.aborted) return
    const ctx = systemContext(platform, id, 'layers')
    for (const model of await readLayerModels(ctx)) {
      try {
        if (await isDue(ctx, model, timezone)) await computeLayers(ctx, model, signal)
      } catch (error) {
        if (signal.aborted) return
        platform.log.error({ workspaceId: id, modelId: model.id, error: errorMessage(error) }, 'layers could not be computed')
      }
    }
  }
}

async function isDue(ctx: Context, model: LayerModelRow, timezone: string): Promise<boolean> {
  const now = ctx.platform.clock.now()
  if (isComputing(model, now)) return false
  const retry = retryAt(model)
  if (retry !== null) return retry <= now
  if (model.computedAt === null) return (await countPeople(ctx)) > 0
  if (model.watermark === null || isNightDue(model, { now, timezone })) return true
  const look = lookAt(model)
  if (look !== null && look > now) return false
  return isChanged(ctx, model, now)
}

/** Whether a computation would read something else; that it would not is noted. What cannot be told fails in computing, where it is seen. */
async function isChanged(ctx: Context, { id, definition, watermark }: LayerModelRow, now: Date): Promise<boolean> {
  const mark = await readWatermark(ctx, definition).catch(() => null)
  if (mark !== watermark) return true
  await sql`update layer_models set checked_at = ${now} where workspace_id = ${ctx.workspaceId} and id = ${id}::uuid`.execute(ctx.platform.db)
  return false
}

async function countPeople(ctx: Context): Promise<number> {
  const { people } = await ctx.platform.warehouse.row<{ people: number }>({
    sql: 'select uniqExact(person_id) as people from people final where workspace_id = {workspaceId:UInt32}',
    params: { workspaceId: ctx.workspaceId },
  })
  return people
}
