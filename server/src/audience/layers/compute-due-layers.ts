import { sql } from 'kysely'
import { systemContext, type Context } from '../../access/index.ts'
import type { Platform } from '../../platform/platform.ts'
import { errorMessage } from '../../platform/errors.ts'
import { dayInZone } from '../rule/date-text.ts'
import { computeLayers } from './compute-layers.ts'
import { isComputing, readLayerModels, type LayerModelRow } from './layer-model-row.ts'
import { readWatermark } from './layer-watermark.ts'

const hourMs = 3_600_000
/** The night's computation is due at three in the workspace's zone: recency moves on even when nothing happens. */
const nightlyHour = 3
/** Between computations because of new data: at once where it is quick, rarely where it is not. */
const smallPeopleMax = 500_000
const pauseMs = { small: 60_000, large: 15 * 60_000 }

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
  if (model.computedAt === null) return (await countPeople(ctx)) > 0
  const night = (at: Date) => dayInZone(new Date(at.getTime() - nightlyHour * hourMs), timezone)
  if (night(now) !== night(model.computedAt)) return true
  const people = model.layers.reduce((sum, layer) => sum + layer.count, 0)
  const pause = people <= smallPeopleMax ? pauseMs.small : pauseMs.large
  if (model.watermark !== null && now.getTime() - model.computedAt.getTime() < pause) return false
  return (await readWatermark(ctx, model.definition)) !== model.watermark
}

async function countPeople(ctx: Context): Promise<number> {
  const { people } = await ctx.platform.warehouse.row<{ people: number }>({
    sql: 'select uniqExact(person_id) as people from people final where workspace_id = {workspaceId:UInt32}',
    params: { workspaceId: ctx.workspaceId },
  })
  return people
}
