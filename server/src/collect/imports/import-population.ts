import { sql } from 'kysely'
import type { PopulationResolver } from '../../people/index.ts'
import { findImport } from './import-row.ts'

/** The people that an import of people named. */
export const importPopulation: PopulationResolver = {
  handles: (query) => query.importId !== undefined,
  async page(ctx, query, { before, limit }) {
    const row = await findImport(ctx.platform.db, ctx.workspaceId, query.importId!)
    const { rows } = await sql<{ person_id: number }>`
      select person_id from import_people
      where workspace_id = ${ctx.workspaceId} and import_id = ${row.id}::uuid and (${before}::bigint is null or person_id < ${before}::bigint)
      order by person_id desc limit ${limit}`.execute(ctx.platform.db)
    return { personIds: rows.map((found) => found.person_id), total: row.target === 'people' ? row.people_new + row.people_known : null }
  },
}
