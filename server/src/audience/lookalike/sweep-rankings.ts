import { sql } from 'kysely'
import type { Platform } from '../../platform/platform.ts'

/** Drops rankings of the workspace that no model shows and nobody writes: of deleted models, of stopped and killed runs. */
export async function dropRankings(platform: Platform, workspaceId: number): Promise<void> {
  // First what is written and then what is known: a run that begins in between is not seen at all.
  const written = await platform.warehouse.rows<{ id: string; run: number }>({
    // With a count the engine answers from what it knows of its parts, and reads none.
    sql: 'select toString(lookalike_id) as id, run, count() as people from lookalike_scores where workspace_id = {workspaceId:UInt32} group by lookalike_id, run',
    params: { workspaceId },
  })
  const { rows } = await sql<{ id: string; run: string }>`
    select id, run::text as run from lookalikes where workspace_id = ${workspaceId} and run is not null and state in ('running', 'finished')`.execute(
    platform.db,
  )
  const known = new Set(rows.map(({ id, run }) => `${id} ${run}`))
  for (const { id, run } of written) {
    // Numbers and UUIDs of our own: the engine takes no slots in a partition's name.
    if (!known.has(`${id} ${run}`)) await platform.warehouse.run({ sql: `alter table lookalike_scores drop partition (${workspaceId}, '${id}', ${run})` })
  }
}
