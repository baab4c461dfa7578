import { sql } from 'kysely'
import type { Platform } from '../platform/platform.ts'

const topValuesMax = 20
const tagsPerStep = 500

/** Counts the people of every tag that changed since it was last counted, a workspace at a time, in two statements of the warehouse each. */
export async function countCoverage(platform: Platform, signal?: AbortSignal): Promise<void> {
  const { rows } = await sql<{ workspace_id: number; ids: string[] }>`
    select workspace_id, (array_agg(id order by counted_at nulls first))[1:${sql.lit(tagsPerStep)}] as ids from tags where count_due group by workspace_id`.execute(
    platform.db,
  )
  for (const { workspace_id, ids } of rows) {
    if (signal?.aborted) return
    await countTags(platform, workspace_id, ids)
  }
}

async function countTags(platform: Platform, workspaceId: number, tagIds: string[]): Promise<void> {
  const now = platform.clock.now()
  // First the mark, then the count: what changes in between is counted again.
  await sql`update tags set count_due = false where workspace_id = ${workspaceId} and id = any(${tagIds}::uuid[])`.execute(platform.db)
  try {
    const params = { workspaceId, tagIds }
    const from = `from person_tags final where workspace_id = {workspaceId:UInt32} and tag_id in {tagIds:Array(UUID)}`
    const [people, values] = await Promise.all([
      platform.warehouse.rows<{ tag_id: string; people: number }>({ sql: `select tag_id, groupBitmap(person_id) as people ${from} group by tag_id`, params }),
      platform.warehouse.rows<{ tag_id: string; value: string; people: number }>({
        sql: `select tag_id, value, count() as people ${from} and value != '' group by tag_id, value order by people desc, value limit ${topValuesMax} by tag_id`,
        params,
      }),
    ])
    const counted = new Map(people.map((row) => [row.tag_id, row.people]))
    const tops = new Map<string, { value: string; people: number }[]>()
    for (const { tag_id, ...top } of values) tops.set(tag_id, [...(tops.get(tag_id) ?? []), top])
    const rows = tagIds.map((id) => ({
      id,
      people: counted.get(id) ?? 0,
      top_values: tops.get(id) ?? [],
    }))
    await sql`
      update tags set people = given.people, top_values = given.top_values, counted_at = ${now}
      from json_to_recordset(${JSON.stringify(rows)}::json) as given (id uuid, people bigint, top_values jsonb)
      where tags.workspace_id = ${workspaceId} and tags.id = given.id`.execute(platform.db)
  } catch (error) {
    await sql`update tags set count_due = true where workspace_id = ${workspaceId} and id = any(${tagIds}::uuid[])`.execute(platform.db)
    throw error
  }
}
