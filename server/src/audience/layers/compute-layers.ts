import { sql } from 'kysely'
import { rfmClasses } from '../../../../contracts/layers.ts'
import type { Context } from '../../access/index.ts'
import { canonicalPerson } from '../../people/index.ts'
import { computationDiesAfterMs, type LayerModelRow, type StoredLayer } from './layer-model-row.ts'
import { assignStatement, cutsStatement, summaryStatement, type RfmCuts, type RfmScope, type RfmSummaryRow } from './rfm-statements.ts'

const dayMs = 86_400_000

/**
 * Computes scores and layers of everyone inside the warehouse and shows them by one update. Answers false when someone else is at it.
 * A run writes under a number of its own, so a run that dies leaves nothing that is ever read; the one before stays for readers who
 * looked up its number a moment ago.
 */
export async function computeLayers(ctx: Context, model: LayerModelRow, signal?: AbortSignal): Promise<boolean> {
  const run = await beginRun(ctx, model)
  if (run === null) return false
  try {
    const now = ctx.platform.clock.now()
    const { event, days } = model.settings
    const scope: RfmScope = {
      workspaceId: ctx.workspaceId,
      modelId: model.id,
      run,
      event,
      person: await canonicalPerson(ctx),
      now,
      from: new Date(now.getTime() - days * dayMs),
    }
    const { warehouse } = ctx.platform
    const cuts = await warehouse.row<RfmCuts>({ ...cutsStatement(scope), signal })
    await warehouse.run({ ...assignStatement(scope, cuts), signal })
    const summary = await warehouse.rows<RfmSummaryRow>({ ...summaryStatement(scope), signal })
    await showRun(ctx, scope, { cuts, summary })
    await dropOldRuns(ctx, model, run)
    return true
  } catch (error) {
    await sql`update layer_models set computing_since = null where workspace_id = ${ctx.workspaceId} and id = ${model.id}::uuid`.execute(ctx.platform.db)
    throw error
  }
}

/** Takes the model and a number for the run: microseconds of PostgreSQL's clock, so that it grows and is never used twice. */
async function beginRun(ctx: Context, model: LayerModelRow): Promise<number | null> {
  const now = ctx.platform.clock.now()
  const { rows } = await sql<{ run: string }>`
    update layer_models set computing_since = ${now}
    where workspace_id = ${ctx.workspaceId} and id = ${model.id}::uuid
      and (computing_since is null or computing_since <= ${new Date(now.getTime() - computationDiesAfterMs)})
    returning floor(extract(epoch from clock_timestamp()) * 1000000)::bigint::text as run`.execute(ctx.platform.db)
  return rows[0] ? Number(rows[0].run) : null
}

async function showRun(ctx: Context, scope: RfmScope, { cuts, summary }: { cuts: RfmCuts; summary: RfmSummaryRow[] }): Promise<void> {
  const thresholds = cuts.buyers === 0 ? null : { recencyDays: cuts.recency, frequency: cuts.frequency, amountFen: cuts.amount }
  await sql`
    update layer_models set current_run = ${String(scope.run)}::bigint, computed_at = ${scope.now}, computing_since = null,
      thresholds = ${thresholds && JSON.stringify(thresholds)}::jsonb, layers = ${JSON.stringify(layersOf(summary))}::jsonb, grid = ${JSON.stringify(gridOf(summary))}::jsonb
    where workspace_id = ${ctx.workspaceId} and id = ${scope.modelId}::uuid`.execute(ctx.platform.db)
}

function layersOf(summary: RfmSummaryRow[]): StoredLayer[] {
  return rfmClasses.map(({ name }) => {
    const rows = summary.filter((row) => row.layer === name)
    const sum = (of: (row: RfmSummaryRow) => number) => rows.reduce((total, row) => total + of(row), 0)
    const count = sum((row) => row.people)
    const averageRecencyDays = count === 0 || name === 'noOrder' ? null : Math.round((sum((row) => row.recencyDays) / count) * 10) / 10
    return { name, count, orders: sum((row) => row.orders), amountFen: sum((row) => row.amountFen), averageRecencyDays }
  })
}

function gridOf(summary: RfmSummaryRow[]) {
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
  const { warehouse } = ctx.platform
  const params = { workspaceId: ctx.workspaceId, modelId: model.id, kept: [run, model.currentRun ?? run] }
  const runs = await warehouse.rows<{ run: number }>({
    sql: `select distinct run from layer_assignments
      where workspace_id = {workspaceId:UInt32} and model_id = {modelId:UUID} and run < {run:UInt64} and run not in {kept:Array(UInt64)}`,
    params: { ...params, run },
  })
  for (const old of runs) {
    // Numbers of ours and a UUID from PostgreSQL: the engine takes no slots in a partition's name.
    await warehouse.run({ sql: `alter table layer_assignments drop partition (${ctx.workspaceId}, '${model.id}', ${old.run})` })
  }
}
