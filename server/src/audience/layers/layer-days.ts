import { sql } from 'kysely'
import type { z } from 'zod'
import type { LayerHistory, LayerMove, LayerMoves } from '../../../../contracts/layers.ts'
import type { Context } from '../../access/index.ts'
import { AppError } from '../../platform/errors.ts'
import { dayInZone, daysBefore } from '../rule/date-text.ts'
import { workspaceTimezone } from '../../workspaces/index.ts'
import { namedLayers, readLayerModel, type LayerModelRow } from './layer-model-row.ts'
import { layerLimits, type LayerPlan } from './layer-scope.ts'

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
 * Who went from which layer to which between two kept days; `to` left out is now. People who were not there then come from null; who is there no more, deleted or merged
 * into somebody else, goes to null.
 * @throws `precondition` when a day is not kept
 */
export async function readLayerMoves(ctx: Context, input: { id: string; from: string; to?: string | undefined }): Promise<z.infer<typeof LayerMoves>> {
  const model = await readLayerModel(ctx, input.id)
  const to = input.to === undefined || input.to === model.runDay ? null : input.to
  await Promise.all([input.from, ...(to === null ? [] : [to])].map((day) => assertKept(ctx, model, day)))
  const side = (name: string, day: string | null) => (day === null ? currentSql(name) : daySql(name))
  const from = input.from === model.runDay ? null : input.from
  const moves = await ctx.platform.warehouse.rows<LayerMove>({
    sql: movesSql(side('from', from), side('to', to)),
    params: { workspaceId: ctx.workspaceId, modelId: model.id, run: model.currentRun ?? 0, from: from ?? '1970-01-01', to: to ?? '1970-01-01' },
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

async function assertKept(ctx: Context, model: LayerModelRow, day: string): Promise<void> {
  if (day === model.runDay) return
  const { rows } = await sql`
    select from layer_days where workspace_id = ${ctx.workspaceId} and model_id = ${model.id}::uuid and day = ${day}::date
      and sets_until >= ${dayInZone(ctx.platform.clock.now(), 'UTC')}::date`.execute(ctx.platform.db)
  if (rows.length === 0)
    throw new AppError('precondition', { zh: `${day} 的分层没有保存，请选择有记录的日期`, en: `Nothing is kept of ${day}; choose a day that is` })
}

const currentSql = (side: string) => `
  select '${side}' as side, toString(layer) as layer, groupBitmapState(person_id) as people from layer_assignments
  where workspace_id = {workspaceId:UInt32} and model_id = {modelId:UUID} and run = {run:UInt64} group by layer`
const daySql = (side: string) => `
  select '${side}' as side, toString(layer) as layer, groupBitmapMergeState(people) as people from layer_sets
  where workspace_id = {workspaceId:UInt32} and model_id = {modelId:UUID} and day = {${side}:Date} group by layer`

/** Every pair of layers by how many people they share; the rest of each side went to, or came from, nowhere. Both are selects of `layer` and the bitmap `people`. */
export function movesSql(from: string, to: string): string {
  const everyone = (side: string) => `select groupBitmapMergeState(people) as everyone from (${side})`
  return `
    select toNullable(a.layer) as \`from\`, toNullable(b.layer) as \`to\`, bitmapAndCardinality(a.people, b.people) as count
    from (${from}) as a cross join (${to}) as b where count > 0
    union all
    select toNullable(a.layer) as \`from\`, cast(null as Nullable(String)) as \`to\`, bitmapAndnotCardinality(a.people, b.everyone) as count
    from (${from}) as a cross join (${everyone(to)}) as b where count > 0
    union all
    select cast(null as Nullable(String)) as \`from\`, toNullable(a.layer) as \`to\`, bitmapAndnotCardinality(a.people, b.everyone) as count
    from (${to}) as a cross join (${everyone(from)}) as b where count > 0`
}
