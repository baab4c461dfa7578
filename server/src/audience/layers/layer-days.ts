import { sql } from 'kysely'
import type { z } from 'zod'
import type { LayerHistory, LayerMove, LayerMoves } from '../../../../contracts/layers.ts'
import type { Context } from '../../access/index.ts'
import { dayInZone, daysBefore } from '../rule/date-text.ts'
import { workspaceTimezone } from '../../workspaces/index.ts'
import { namedLayers, readLayerModel, type LayerModelRow } from './layer-model-row.ts'
import { layerLimits, type LayerPlan } from './layer-scope.ts'
import { layerSets, movesSql } from './layer-sets.ts'

/** Who was where is kept for so many days of every day, and longer of Mondays. Counts stay for ever. */
const setsKeptDays = { everyDay: 90, mondays: 730 }

/**
 * Keeps the run that is shown as that of its day, before the first run of another day takes its place. Writing it again, after a kill in between, changes nothing:
 * the same run is the same rows.
 */
export async function keepDay(ctx: Context, model: LayerModelRow, { now, timezone }: LayerPlan): Promise<void> {
  const { runDay, currentRun } = model
  if (runDay === null || currentRun === null || runDay === dayInZone(now, timezone)) return
  const isMonday = new Date(`${runDay}T00:00:00Z`).getUTCDay() === 1
  const until = daysBefore(runDay, -(isMonday ? setsKeptDays.mondays : setsKeptDays.everyDay))
  await ctx.platform.warehouse.run(
    {
      sql: `insert into layer_sets (workspace_id, model_id, day, layer, people, until)
        select {workspaceId:UInt32}, {modelId:UUID}, {day:Date}, layer, groupBitmapState(person_id), {until:Date} from layer_assignments
        where workspace_id = {workspaceId:UInt32} and model_id = {modelId:UUID} and run = {run:UInt64} group by layer`,
      params: { workspaceId: ctx.workspaceId, modelId: model.id, day: runDay, until, run: currentRun },
      limits: layerLimits,
    },
    { token: `layers ${model.id} ${runDay} ${currentRun}` },
  )
  const counts = Object.fromEntries(model.layers.map(({ name, count }) => [name, count]))
  await sql`
    insert into layer_days (workspace_id, model_id, day, counts, sets_until)
    values (${ctx.workspaceId}, ${model.id}::uuid, ${runDay}::date, ${JSON.stringify(counts)}::jsonb, ${until}::date)
    on conflict (model_id, day) do update set counts = excluded.counts, sets_until = excluded.sets_until`.execute(ctx.platform.db)
}

/** How many people each layer had at the end of each day; today as it is now. */
export async function readLayerHistory(ctx: Context, input: { id: string; days: number }): Promise<z.infer<typeof LayerHistory>> {
  const model = await readLayerModel(ctx, input.id)
  const today = dayInZone(ctx.platform.clock.now(), await workspaceTimezone(ctx))
  const { rows } = await sql<{ day: string; counts: Record<string, number>; kept: boolean }>`
    select day::text as day, counts, coalesce(sets_until >= ${today}::date, false) as kept from layer_days
    where workspace_id = ${ctx.workspaceId} and model_id = ${model.id}::uuid and day >= ${daysBefore(today, input.days)}::date order by day`.execute(
    ctx.platform.db,
  )
  const days = rows.filter(({ day }) => day !== model.runDay)
  if (model.runDay !== null) days.push({ day: model.runDay, counts: Object.fromEntries(model.layers.map(({ name, count }) => [name, count])), kept: true })
  return {
    days,
    layers: withFormer(
      model,
      days.flatMap(({ counts }) => Object.keys(counts)),
    ),
  }
}

/** The layers of a model and, behind them, those it had under an earlier definition. */
function withFormer(model: LayerModelRow, names: readonly string[]) {
  const own = namedLayers(model)
  const former = [...new Set(names)].filter((name) => !own.some((layer) => layer.name === name))
  return [...own, ...former.map((name) => ({ name, label: { zh: `${name}（旧）`, en: `${name} (former)` } }))]
}

/**
 * Who went from which layer to which between two kept days; `to` left out is now. People who were not there then come from null; who is there no more goes to null. Merged
 * people are one on both days.
 * @throws `precondition` when a day is not kept
 */
export async function readLayerMoves(ctx: Context, input: { id: string; from: string; to?: string | undefined }): Promise<z.infer<typeof LayerMoves>> {
  const model = await readLayerModel(ctx, input.id)
  const to = input.to === undefined || input.to === model.runDay ? null : input.to
  const [before, after] = await Promise.all([layerSets(ctx, { model, day: input.from, name: 'before' }), layerSets(ctx, { model, day: to, name: 'after' })])
  const moves = await ctx.platform.warehouse.rows<LayerMove>({
    sql: movesSql(before.sql, after.sql),
    params: { ...before.params, ...after.params },
    limits: layerLimits,
  })
  return {
    from: input.from,
    to,
    moves,
    layers: withFormer(
      model,
      moves.flatMap(({ from: left, to: right }) => [left, right].filter((name) => name !== null)),
    ),
  }
}
