import { sql } from 'kysely'
import type { SegmentRefresh } from '../../../../contracts/segments.ts'
import type { Context } from '../../access/index.ts'
import { freshForMs } from '../segment-row.ts'

type Row = Omit<SegmentRefresh, 'finishedAt' | 'nextAt' | 'states'> & { finishedAt: Date | null; nextAt: Date | null }

/** How fresh the workspace's segments are, what the last refresh did, and when the next one is due. */
export async function readSegmentRefresh(ctx: Context): Promise<SegmentRefresh> {
  const fresh = new Date(ctx.platform.clock.now().getTime() - freshForMs)
  const { rows } = await sql<Row>`
    select running_since is not null as running, mode, finished_at as "finishedAt", took_ms as "tookMs", segments, people_changed::float8 as "peopleChanged", rows_read::float8 as "rowsRead", next_at as "nextAt"
    from segment_refreshes where workspace_id = ${ctx.workspaceId}`.execute(ctx.platform.db)
  const { rows: counted } = await sql<SegmentRefresh['states']>`
    select count(*) filter (where state = 'fresh')::int as fresh, count(*) filter (where state = 'stale')::int as stale, count(*) filter (where state = 'paused')::int as paused,
      count(*) filter (where state = 'broken')::int as broken, count(*) filter (where state = 'static')::int as static
    from (
      select case when kind = 'static' then 'static' when problem is not null then 'broken' when paused_at is not null then 'paused'
        when set_as_of >= ${fresh} then 'fresh' else 'stale' end as state
      from segments where workspace_id = ${ctx.workspaceId}
    ) as each`.execute(ctx.platform.db)
  const row = rows[0] ?? { running: false, mode: null, finishedAt: null, tookMs: null, segments: 0, peopleChanged: null, rowsRead: null, nextAt: null }
  return { ...row, finishedAt: row.finishedAt?.toISOString() ?? null, nextAt: row.nextAt?.toISOString() ?? null, states: counted[0]! }
}
