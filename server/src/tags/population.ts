import { sql } from 'kysely'
import type { PopulationResolver } from '../people/index.ts'

/** People of a tag, or of one value of it, for the people list. */
export const tagPopulation: PopulationResolver = {
  handles: (query) => query.tagId !== undefined,
  async page({ platform, workspaceId }, { tagId, tagValue }, { before, limit }) {
    const value = tagValue ?? null
    const [{ rows }, { rows: counted }] = await Promise.all([
      sql<{ person_id: number }>`
        select distinct person_id from person_tags
        where workspace_id = ${workspaceId} and tag_id = ${tagId}::uuid and (${value}::text is null or value = ${value})
          and (${before}::bigint is null or person_id < ${before}::bigint)
        order by person_id desc limit ${limit}`.execute(platform.db),
      sql<{ people: number }>`
        select people::float8 as people from tags where workspace_id = ${workspaceId} and id = ${tagId}::uuid and counted_at is not null`.execute(platform.db),
    ])
    const personIds = rows.map((row) => row.person_id)
    const isWhole = before === null && personIds.length < limit
    return { personIds, total: isWhole ? personIds.length : value === null ? (counted[0]?.people ?? null) : null }
  },
}
