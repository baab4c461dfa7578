import { sql } from 'kysely'
import type { ListedPerson } from '../../../contracts/people.ts'
import type { Context } from '../access/index.ts'

/** More tags of one person are seen on the person's page. */
const tagsMax = 12

/** Tags of a page of people, by name and value, retired ones left out: one statement. */
export async function listTagsOfPeople(ctx: Context, personIds: readonly number[]): Promise<Map<number, ListedPerson['tags']>> {
  const { rows } = await sql<{ personId: number; tags: ListedPerson['tags'] }>`
    select person_id::float8 as "personId", json_agg(json_build_object('tagId', tag_id, 'name', name, 'value', value) order by name, value) as tags
    from (
      select person_tags.person_id, tags.id as tag_id, tags.name, person_tags.value,
        row_number() over (partition by person_tags.person_id order by tags.name, person_tags.value) as place
      from person_tags join tags on tags.workspace_id = ${ctx.workspaceId} and tags.id = person_tags.tag_id and tags.retired_at is null
      where person_tags.workspace_id = ${ctx.workspaceId} and person_tags.person_id = any(${[...personIds]}::bigint[])
    ) as listed
    where place <= ${tagsMax} group by person_id`.execute(ctx.platform.db)
  return new Map(rows.map(({ personId, tags }) => [personId, tags]))
}
