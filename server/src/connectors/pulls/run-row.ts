import { sql } from 'kysely'
import type { Run } from '../../../../contracts/connectors.ts'
import type { Problem } from '../../../../contracts/errors.ts'
import type { Context } from '../../access/index.ts'
import { pageOf, uuidCursor } from '../../platform/paging.ts'
import type { Database } from '../../platform/platform.ts'
import { requireConnector } from '../connector-row.ts'

export interface RunRow {
  id: string
  state: Run['state']
  trigger: Run['trigger']
  startedAt: Date
  finishedAt: Date | null
  rowsRead: number
  items: number
  skipped: number
  problemCount: number
  problems: Problem[]
  errorZh: string | null
  errorEn: string | null
}

export const runColumns = sql`id, state, trigger, started_at as "startedAt", finished_at as "finishedAt", rows_read as "rowsRead", items, skipped,
  problem_count as "problemCount", problems, error_zh as "errorZh", error_en as "errorEn"`

/** A run as it is shown. */
export function shownRun(row: RunRow): Run {
  const { errorZh, errorEn, startedAt, finishedAt, ...rest } = row
  return {
    ...rest,
    startedAt: startedAt.toISOString(),
    finishedAt: finishedAt?.toISOString() ?? null,
    error: errorZh === null ? null : { zh: errorZh, en: errorEn ?? errorZh },
  }
}

/** Runs of a connector, newest first. Throws `not-found`. */
export async function listRuns(
  ctx: Context,
  connectorId: string,
  query: { cursor?: string | undefined; limit: number },
): Promise<{ items: Run[]; nextCursor?: string }> {
  const { db } = ctx.platform
  await requireConnector(db, ctx.workspaceId, connectorId)
  const { rows: found } = await sql<RunRow>`
    select ${runColumns} from connector_runs
    where workspace_id = ${ctx.workspaceId} and connector_id = ${connectorId}::uuid
      and (${uuidCursor(query.cursor)}::uuid is null or id < ${uuidCursor(query.cursor)}::uuid)
    order by id desc limit ${query.limit + 1}`.execute(db)
  const { rows, ...rest } = pageOf(found, query.limit, ({ id }) => id)
  return { items: rows.map(shownRun), ...rest }
}

/** Counts that a step of a run adds. */
export interface RunStep {
  rowsRead: number
  items: number
  skipped: number
  problemCount: number
  problems: readonly Problem[]
}

const problemsMax = 20

/** Adds a step to a run in the transaction that brings its rows in, and takes the lease on; false when the run is not ours to go on with. */
export async function addStep(tx: Database, run: { id: string; workspaceId: number; owner: string }, step: RunStep, position: unknown): Promise<boolean> {
  const { rows } = await sql`
    update connector_runs set rows_read = rows_read + ${step.rowsRead}, items = items + ${step.items}, skipped = skipped + ${step.skipped},
      problem_count = problem_count + ${step.problemCount}, leased_until = now() + interval '60 seconds', position = ${JSON.stringify(position ?? null)}::jsonb,
      problems = case when jsonb_array_length(problems) >= ${problemsMax} then problems else (
        select coalesce(jsonb_agg(each), '[]') from (
          select distinct each from jsonb_array_elements(problems || ${JSON.stringify(step.problems)}::jsonb) as all_problems (each) limit ${problemsMax}) as kept) end
    where workspace_id = ${run.workspaceId} and id = ${run.id}::uuid and state = 'running' and lease_owner = ${run.owner}
    returning id`.execute(tx)
  return rows.length > 0
}
