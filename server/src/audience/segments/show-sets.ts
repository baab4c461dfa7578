import { sql } from 'kysely'
import type { Context } from '../../access/index.ts'
import type { Database } from '../../platform/platform.ts'
import type { SetChange } from './stored-sets.ts'

/** A set that was read and is to be shown from now on. */
export interface NewSet extends SetChange {
  segmentId: string
  /** The same as before when nobody came or went: then only its moment is new. */
  run: number
  previousRun: number | null
  asOf: Date
  seenAt: Date | null
  fingerprint: string | null
  /** Null when nothing was read: what the reading before cost stays. */
  tookMs: number | null
  rowsRead: number | null
}

/**
 * Shows sets by one update, and notes those that differ from the one before, to be settled. A set whose segment has got another one meanwhile, by
 * somebody's hand, is dropped: the newer one stands. Answers the ids that are shown.
 */
export async function showSets(
  tx: Database,
  ctx: Pick<Context, 'workspaceId'>,
  { sets, cause }: { sets: readonly NewSet[]; cause: 'refresh' | 'rule' | 'hand' },
): Promise<string[]> {
  if (sets.length === 0) return []
  const values = JSON.stringify(
    sets.map(({ asOf, seenAt, ...set }) => ({
      ...set,
      run: String(set.run),
      previousRun: set.previousRun === null ? null : String(set.previousRun),
      asOf: asOf.toISOString(),
      seenAt: seenAt?.toISOString() ?? null,
    })),
  )
  const { rows } = await sql<{ id: string }>`
    with given as (
      select * from jsonb_to_recordset(${values}::jsonb) as given("segmentId" uuid, run bigint, "previousRun" bigint, "asOf" timestamptz, "seenAt" timestamptz,
        fingerprint text, "tookMs" float8, "rowsRead" bigint, count bigint, entered bigint, "left" bigint)
    ), shown as (
      update segments set set_run = given.run, set_as_of = given."asOf", set_seen_at = given."seenAt", set_fingerprint = given.fingerprint, took_ms = coalesce(given."tookMs", segments.took_ms),
        rows_read = coalesce(given."rowsRead", segments.rows_read), count = given.count, counted_at = given."asOf", problem = null
      from given
      where segments.workspace_id = ${ctx.workspaceId} and segments.id = given."segmentId" and segments.set_run is not distinct from given."previousRun"
      returning segments.id, segments.announces, given.*
    ), noted as (
      insert into segment_runs (workspace_id, segment_id, run, previous_run, at, cause, count, entered, "left", announces)
      select ${ctx.workspaceId}, id, run, "previousRun", "asOf", ${cause}, count, entered, "left", announces and "previousRun" is not null
      from shown where run is distinct from "previousRun"
    )
    select id from shown`.execute(tx)
  return rows.map((row) => row.id)
}
