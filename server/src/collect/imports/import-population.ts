import { sql } from 'kysely'
import type { PeopleQuery } from '../../../../contracts/people.ts'
import type { PopulationResolver } from '../../people/index.ts'
import { findImport, type ImportRow } from './import-row.ts'

const countOf = (row: ImportRow, part: PeopleQuery['importPart']): number => (part === 'known' ? 0 : row.people_new) + (part === 'new' ? 0 : row.people_known)

/** The people that an import of people named: all, those it brought, or those who were there. */
export const importPopulation: PopulationResolver = {
  handles: (query) => query.importId !== undefined,
  async page(ctx, query, { before, limit }) {
    const row = await findImport(ctx.platform.db, ctx.workspaceId, query.importId!)
    const part = query.importPart
    const { rows } = await sql<{ person_id: number }>`
      select person_id from import_people
      where workspace_id = ${ctx.workspaceId} and import_id = ${row.id}::uuid and (${part ?? null}::text is null or created = (${part ?? null}::text = 'new'))
        and (${before}::bigint is null or person_id < ${before}::bigint)
      order by person_id desc limit ${limit}`.execute(ctx.platform.db)
    return { personIds: rows.map((found) => found.person_id), total: row.target === 'people' ? countOf(row, part) : null }
  },
}
