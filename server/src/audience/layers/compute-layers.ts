import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { LocaleText } from '../../../../contracts/common.ts'
import type { LayerDefinition } from '../../../../contracts/layer-definitions.ts'
import type { Context } from '../../access/index.ts'
import { AppError } from '../../platform/errors.ts'
import { dayInZone } from '../rule/date-text.ts'
import { layersStatement, assignedColumns } from './layers-statement.ts'
import { definedLayers } from './definition-layers.ts'
import { readCuts, shownThresholds, type LayerCuts } from './layer-cuts.ts'
import { keepDay } from './layer-days.ts'
import type { LayerModelRow, LayerStep, StoredLayer } from './layer-model-row.ts'
import { computationDiesAfterMs } from './layer-schedule.ts'
import { layerLimits, planLayers, type LayerPlan } from './layer-scope.ts'
import { readWatermark } from './layer-watermark.ts'

/**
 * Computes layers of everyone inside the warehouse and shows them by one update. Answers false when someone else is at it. A run writes under a number of its own, so a
 * run that dies leaves nothing that is ever read; the one before stays for readers who looked up its number a moment ago, and until its changes are told.
 */
export async function computeLayers(ctx: Context, model: LayerModelRow, signal?: AbortSignal): Promise<boolean> {
  const run = await beginRun(ctx, model)
  if (run === null) return false
  const beat = setInterval(() => void giveSign(ctx, model).catch(() => undefined), beatMs)
  try {
    // Before anything is read: what comes in from now on makes the model due again.
    const watermark = await readWatermark(ctx, model.definition)
    const plan = await planLayers(ctx, model.definition)
    const cuts = await readCuts(ctx, plan, signal)
    await keepDay(ctx, model, plan)
    await giveSign(ctx, model, 'place')
    await assign(ctx, { plan, cuts, run, model, signal })
    await giveSign(ctx, model, 'count')
    const summary = await readSummary(ctx, { model, run, signal })
    await showRun(ctx, { model, run, plan, cuts, summary, watermark })
    await dropOldRuns(ctx, model, run)
    return true
  } catch (error) {
    await noteFailure(ctx, model, signal?.aborted ? null : error)
    throw error
  } finally {
    clearInterval(beat)
  }
}

/** Between signs of life of a computation. */
const beatMs = 20_000

/** Says that the computation goes on, and what it is at. */
async function giveSign({ platform, workspaceId }: Context, { id }: LayerModelRow, step: LayerStep | null = null): Promise<void> {
  await sql`
    update layer_models set computing_seen_at = ${platform.clock.now()}, computing_step = coalesce(${step}, computing_step)
    where workspace_id = ${workspaceId} and id = ${id}::uuid and computing_since is not null`.execute(platform.db)
}

/** Ends a computation that came to nothing; why is kept for people to see, unless it was only stopped. */
async function noteFailure({ platform, workspaceId }: Context, { id }: LayerModelRow, error: unknown): Promise<void> {
  const isFailed = error !== null
  await sql`
    update layer_models set computing_since = null, computing_step = null, computing_seen_at = null,
      failed_at = case when ${isFailed} then ${platform.clock.now()} else failed_at end, failures = failures + ${isFailed ? 1 : 0},
      failure = coalesce(${isFailed ? JSON.stringify(failureText(error)) : null}::jsonb, failure)
    where workspace_id = ${workspaceId} and id = ${id}::uuid`.execute(platform.db)
}

function failureText(error: unknown): LocaleText {
  if (!(error instanceof AppError)) return { zh: '计算中途出错，原因在服务器日志里', en: 'The computation broke off; the server’s log says why' }
  const [problem] = error.problems
  return problem ? { zh: problem.zh, en: problem.en } : { zh: error.zh, en: error.en }
}

/** Takes the model and a number for the run: microseconds of PostgreSQL's clock, so that it grows and is never used twice. */
async function beginRun(ctx: Context, model: LayerModelRow): Promise<number | null> {
  const now = ctx.platform.clock.now()
  const { rows } = await sql<{ run: string }>`
    update layer_models set computing_since = ${now}, computing_step = 'read', computing_seen_at = ${now}
    where workspace_id = ${ctx.workspaceId} and id = ${model.id}::uuid
      and (computing_since is null or coalesce(computing_seen_at, computing_since) <= ${new Date(now.getTime() - computationDiesAfterMs)})
    returning floor(extract(epoch from clock_timestamp()) * 1000000)::bigint::text as run`.execute(ctx.platform.db)
  return rows[0] ? Number(rows[0].run) : null
}

interface Run {
  model: LayerModelRow
  run: number
  signal?: AbortSignal | undefined
}

async function assign(ctx: Context, { plan, cuts, run, model, signal }: Run & { plan: LayerPlan; cuts: LayerCuts }): Promise<void> {
  const { sql: select, params, limits } = layersStatement(plan, cuts)
  await ctx.platform.warehouse.run({
    sql: `insert into layer_assignments (workspace_id, model_id, run, ${assignedColumns})
      select {workspaceId:UInt32}, {modelId:UUID}, {run:UInt64}, ${assignedColumns} from (${select})`,
    params: { ...params, workspaceId: ctx.workspaceId, modelId: model.id, run },
    limits,
    signal,
  })
}

/** What the run came to, by layer and by cell of recency and frequency. */
interface SummaryRow {
  layer: string
  recencyScore: number
  frequencyScore: number
  people: number
  orders: number
  amountFen: number
  recencyDays: number
  withRecency: number
  valueSum: number
  withValue: number
  mark: string
}

async function readSummary(ctx: Context, { model, run, signal }: Run): Promise<SummaryRow[]> {
  return ctx.platform.warehouse.rows<SummaryRow>({
    sql: `
      select layer, recency_score as recencyScore, frequency_score as frequencyScore, count() as people, sum(orders) as orders, sum(amount_fen) as amountFen,
        sum(ifNull(recency_days, 0)) as recencyDays, count(recency_days) as withRecency, sum(ifNull(value, 0)) as valueSum, count(value) as withValue,
        toString(sum(cityHash64(person_id))) as mark
      from layer_assignments where workspace_id = {workspaceId:UInt32} and model_id = {modelId:UUID} and run = {run:UInt64}
      group by layer, recency_score, frequency_score`,
    params: { workspaceId: ctx.workspaceId, modelId: model.id, run },
    limits: layerLimits,
    signal,
  })
}

interface Shown extends Run {
  plan: LayerPlan
  cuts: LayerCuts
  summary: SummaryRow[]
  watermark: string
}

/** Makes the run the one that is shown. A definition that was changed meanwhile makes the model due again at once. */
async function showRun(ctx: Context, { model, run, plan, cuts, summary, watermark }: Shown): Promise<void> {
  const thresholds = shownThresholds(cuts)
  const day = dayInZone(plan.now, plan.timezone)
  await ctx.platform.db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ announces: boolean }>`
      update layer_models set current_run = ${String(run)}::bigint, computed_at = ${plan.now}, checked_at = ${plan.now}, computing_since = null, computing_step = null,
        computing_seen_at = null, failed_at = null, failures = 0, failure = null, result_mark = ${markOf(summary)}, run_day = ${day}::date,
        thresholds = ${thresholds && JSON.stringify(thresholds)}::jsonb, cuts = ${JSON.stringify(cuts.cuts)}::jsonb,
        layers = ${JSON.stringify(layersOf(plan.definition, summary))}::jsonb, grid = ${JSON.stringify(gridOf(summary))}::jsonb,
        watermark = case when changed_at is not distinct from ${model.changedAt} then ${watermark} end
      where workspace_id = ${ctx.workspaceId} and id = ${model.id}::uuid and coalesce(current_run, 0) < ${String(run)}::bigint returning announces`.execute(tx)
    if (rows[0]?.announces !== true || model.currentRun === null) return
    await sql`
      insert into layer_announcements (workspace_id, model_id, run, previous_run, at)
      values (${ctx.workspaceId}, ${model.id}::uuid, ${String(run)}::bigint, ${String(model.currentRun)}::bigint, ${plan.now})`.execute(tx)
  })
}

/** Who is in which layer, as short text. */
function markOf(summary: readonly SummaryRow[]): string {
  const rows = summary.map(({ layer, recencyScore, frequencyScore, people, mark }) => `${layer} ${recencyScore} ${frequencyScore} ${people} ${mark}`)
  return createHash('sha256').update(rows.toSorted().join('\n')).digest('hex').slice(0, 32)
}

function layersOf(definition: LayerDefinition, summary: SummaryRow[]): StoredLayer[] {
  return definedLayers(definition).map(({ name }) => {
    const rows = summary.filter((row) => row.layer === name)
    const sum = (of: (row: SummaryRow) => number) => rows.reduce((total, row) => total + of(row), 0)
    const mean = (total: number, count: number, digits: number) => (count === 0 ? null : Math.round((total / count) * digits) / digits)
    return {
      name,
      count: sum((row) => row.people),
      orders: sum((row) => row.orders),
      amountFen: sum((row) => row.amountFen),
      averageRecencyDays: mean(
        sum((row) => row.recencyDays),
        sum((row) => row.withRecency),
        10,
      ),
      averageValue: mean(
        sum((row) => row.valueSum),
        sum((row) => row.withValue),
        100,
      ),
    }
  })
}

function gridOf(summary: SummaryRow[]) {
  const cells = new Map<string, { recencyScore: number; frequencyScore: number; count: number; amountFen: number }>()
  for (const { recencyScore, frequencyScore, people, amountFen } of summary) {
    if (recencyScore === 0) continue
    const key = `${recencyScore} ${frequencyScore}`
    const cell = cells.get(key) ?? { recencyScore, frequencyScore, count: 0, amountFen: 0 }
    cells.set(key, { ...cell, count: cell.count + people, amountFen: cell.amountFen + amountFen })
  }
  return [...cells.values()].toSorted((a, b) => b.recencyScore - a.recencyScore || a.frequencyScore - b.frequencyScore)
}

async function dropOldRuns(ctx: Context, model: LayerModelRow, run: number): Promise<void> {
  const { warehouse, db } = ctx.platform
  const { rows: awaited } = await sql<{ run: string; previous: string }>`
    select run::text as run, previous_run::text as previous from layer_announcements where workspace_id = ${ctx.workspaceId} and model_id = ${model.id}::uuid`.execute(
    db,
  )
  const kept = [run, model.currentRun ?? run, ...awaited.flatMap((row) => [Number(row.run), Number(row.previous)])]
  const runs = await warehouse.rows<{ run: number }>({
    sql: `select distinct run from layer_assignments
      where workspace_id = {workspaceId:UInt32} and model_id = {modelId:UUID} and run < {run:UInt64} and run not in {kept:Array(UInt64)}`,
    params: { workspaceId: ctx.workspaceId, modelId: model.id, kept, run },
  })
  for (const old of runs) {
    // Numbers of ours and a UUID from PostgreSQL: the engine takes no slots in a partition's name.
    await warehouse.run({ sql: `alter table layer_assignments drop partition (${ctx.workspaceId}, '${model.id}', ${old.run})` })
  }
}
