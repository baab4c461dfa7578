import { sql } from 'kysely'
import type { Context } from '../../access/index.ts'
import { filterOf } from './list-people.ts'
import { populationOf, type PopulationQuery } from './population.ts'

/**
 * Ids of everyone whom a list of people would show, newest first, in pages: for work on all of them. Ids below `before`; `next` is where
 * the next page begins, null at the end. A page may be empty and still have a next one.
 * @throws `validation` for a query that is no list
 */
export async function pagePersonIds(
  ctx: Context,
  query: PopulationQuery,
  { before, limit }: { before: number | null; limit: number },
): Promise<{ personIds: number[]; next: number | null }> {
  const resolver = populationOf(query)
  const { conditions } = await filterOf(ctx, query)
  const all = [sql`people.workspace_id = ${ctx.workspaceId}`, ...conditions]
  if (resolver) {
    const page = await resolver.page(ctx, query, { before, limit })
    const { rows } = await sql<{ id: number }>`
      select id from people where ${sql.join([...all, sql`people.id = any(${page.personIds}::bigint[])`], sql` and `)} order by id desc`.execute(
      ctx.platform.db,
    )
    return { personIds: rows.map((row) => row.id), next: page.personIds.length < limit ? null : page.personIds.at(-1)! }
  }
  if (before !== null) all.push(sql`people.id < ${before}`)
  const { rows } = await sql<{ id: number }>`select id from people where ${sql.join(all, sql` and `)} order by id desc limit ${limit}`.execute(ctx.platform.db)
  return { personIds: rows.map((row) => row.id), next: rows.length < limit ? null : rows.at(-1)!.id }
}
