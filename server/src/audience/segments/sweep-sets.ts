import { sql } from 'kysely'
import type { Platform } from '../../platform/platform.ts'

/** Sets that nobody looks up any more are kept so long for those who looked them up before. */
const keptForMs = 3_600_000
/** Fewer are not worth rewriting parts for. */
const sweptMin = 200

/** Deletes the warehouse's sets that are neither shown nor needed to settle a run. Answers how many rows went. */
export async function sweepSets(platform: Platform, workspaceId: number, { sweptAtLeast = sweptMin }: { sweptAtLeast?: number } = {}): Promise<number> {
  const { rows } = await sql<{ segmentId: string; run: string }>`
    select id as "segmentId", set_run::text as run from segments where workspace_id = ${workspaceId} and set_run is not null
    union select segment_id, run::text from segment_runs where workspace_id = ${workspaceId} and settled_at is null
    union select segment_id, previous_run::text from segment_runs where workspace_id = ${workspaceId} and settled_at is null and previous_run is not null`.execute(
    platform.db,
  )
  // Runs are microseconds of the real clock, whatever the product's shows.
  const { rows: times } = await sql<{ before: string }>`
    select floor(extract(epoch from clock_timestamp()) * 1000000 - ${keptForMs * 1000})::bigint::text as before`.execute(platform.db)
  const params = { workspaceId, before: Number(times[0]!.before), ids: rows.map((row) => row.segmentId), runs: rows.map((row) => Number(row.run)) }
  const useless = `workspace_id = {workspaceId:UInt32} and run < {before:UInt64} and (segment_id, run) not in (select arrayJoin(arrayZip({ids:Array(UUID)}, {runs:Array(UInt64)})))`
  const { count } = await platform.warehouse.row<{ count: number }>({ sql: `select count() as count from segment_sets where ${useless}`, params })
  if (count < sweptAtLeast) return 0
  await platform.warehouse.run({ sql: `delete from segment_sets where ${useless}`, params })
  return count
}
