import { sql } from 'kysely'
import type { Context } from '../../access/index.ts'

/** The runs whose sets are shown now; segments that were never counted are left out. */
export async function readShownRuns(ctx: Context, ids: readonly string[]): Promise<Map<string, number>> {
  const { rows } = await sql<{ id: string; run: string }>`
    select id, set_run::text as run from segments where workspace_id = ${ctx.workspaceId} and id = any(${[...ids]}::uuid[]) and set_run is not null`.execute(
    ctx.platform.db,
  )
  return new Map(rows.map(({ id, run }) => [id, Number(run)]))
}

/** The run of the set of a segment that is shown; null before it was ever counted. */
export async function readShownRun(ctx: Context, id: string): Promise<number | null> {
  return (await readShownRuns(ctx, [id])).get(id.toLowerCase()) ?? null
}
