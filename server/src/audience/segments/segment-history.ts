import { sql } from 'kysely'
import { segmentLimits, type SegmentPoint } from '../../../../contracts/segments.ts'
import type { Context } from '../../access/index.ts'
import { readSegment } from '../segment-row.ts'
import { setsAtMoments } from './people-set.ts'

interface Span {
  id: string
  from?: string | undefined
  to?: string | undefined
}

const usualSpanMs = 30 * 86_400_000

function spanOf(ctx: Context, { from, to }: Span): { from: string; to: string } {
  const now = ctx.platform.clock.now().getTime()
  return { from: from ?? new Date(now - usualSpanMs).toISOString(), to: to ?? new Date(now).toISOString() }
}

/**
 * The size over time: the last set of each of at most some two hundred equal steps, with all who came and went in it; the size at the beginning stands first.
 * Sets that hold the same people as the one before are no points.
 */
export async function readSegmentHistory(ctx: Context, span: Span): Promise<{ points: SegmentPoint[]; since: string | null }> {
  const { id } = span
  const { from, to } = spanOf(ctx, span)
  await readSegment(ctx, id)
  const [start, end] = [new Date(from), new Date(to)]
  const stepSeconds = Math.max(1, (end.getTime() - start.getTime()) / 1000 / segmentLimits.historyPointsMax)
  const ofSegment = sql`workspace_id = ${ctx.workspaceId} and segment_id = ${id}::uuid`
  const { rows } = await sql<{ at: Date; count: number; entered: number; left: number }>`
    select max(at) as at, (array_agg(count order by at desc, run desc))[1]::float8 as count, sum(entered)::float8 as entered, sum("left")::float8 as left
    from segment_runs where ${ofSegment} and at > ${start} and at <= ${end}
    group by floor(extract(epoch from at - ${start}::timestamptz) / ${stepSeconds}::float8) order by 1`.execute(ctx.platform.db)
  const { rows: edges } = await sql<{ since: Date | null; count: number | null }>`
    select (select min(at) from segment_runs where ${ofSegment}) as since,
      (select count::float8 from segment_runs where ${ofSegment} and at <= ${start} order by at desc, run desc limit 1) as count`.execute(ctx.platform.db)
  const [edge] = edges
  const first = edge?.count == null ? [] : [{ at: start.toISOString(), count: edge.count, entered: 0, left: 0 }]
  return { points: [...first, ...rows.map((row) => ({ ...row, at: row.at.toISOString() }))], since: edge?.since?.toISOString() ?? null }
}

/** How many were in at either of two moments, and at only one of them. Before the first set there was nobody. */
export async function countSegmentMoves(ctx: Context, span: Span): Promise<{ before: number; after: number; entered: number; left: number }> {
  const { sql: text, params } = await setsAtMoments(ctx, { segmentId: span.id, ...spanOf(ctx, span) })
  return ctx.platform.warehouse.row({
    sql: `
      select bitmapCardinality(set_before) as before, bitmapCardinality(set_after) as after, bitmapAndnotCardinality(set_after, set_before) as entered, bitmapAndnotCardinality(set_before, set_after) as left
      from (${text})`,
    params,
  })
}

/** Old points of the size history by the hour, still older ones by the day: nobody looks closer. What is not settled stays. */
export async function thinHistory(ctx: Pick<Context, 'platform' | 'workspaceId'>): Promise<void> {
  const now = ctx.platform.clock.now().getTime()
  for (const [olderThanDays, unit] of [
    [2, 'hour'],
    [35, 'day'],
  ] as const) {
    // The last of a step keeps the moves of those that go.
    await sql`
      with old as (
        select segment_id, run, entered, "left", last_value(run) over step as last from segment_runs
        where workspace_id = ${ctx.workspaceId} and at < ${new Date(now - olderThanDays * 86_400_000)} and settled_at is not null
        window step as (partition by segment_id, date_trunc(${unit}, at) order by run rows between unbounded preceding and unbounded following)
      ), sums as (
        select segment_id, last as run, sum(entered) as entered, sum("left") as left from old group by segment_id, last having count(*) > 1
      ), kept as (
        update segment_runs set entered = sums.entered, "left" = sums.left from sums
        where workspace_id = ${ctx.workspaceId} and segment_runs.segment_id = sums.segment_id and segment_runs.run = sums.run
      )
      delete from segment_runs using old
      where segment_runs.workspace_id = ${ctx.workspaceId} and segment_runs.segment_id = old.segment_id and segment_runs.run = old.run and old.run <> old.last`.execute(
      ctx.platform.db,
    )
  }
}
