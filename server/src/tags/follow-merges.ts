import type { PersonTable } from '../people/index.ts'
import { lockTags } from './apply-tags.ts'

/**
 * Tags follow a merge of people; of the same tag and value on both the newer stays. What came and what went is in the history and so in the
 * warehouse. A tag with one value may leave the person with two values, one of each: the next that is set takes the place of both.
 */
export const personTagsTable: PersonTable = {
  kind: 'state',
  name: 'person_tags',
  key: ['tag_id', 'value'],
  better: 'set_at desc',
  beforeMove: lockTags,
  async afterMove(runner, { workspaceId, moves, now }) {
    const personIds = [...new Set(moves.flatMap(({ fromId, toId }) => [fromId, toId]))]
    await runner.query({ name: 'tags-follow-merge', text: follow, values: [workspaceId, personIds, now] })
  },
}

/** Compares how the tags of everyone concerned stand with what the history last said. */
const follow = `
  with said as (
    select distinct on (person_id, tag_id, value) person_id, tag_id, value, change in ('set', 'moved') as is_set
    from person_tag_changes where workspace_id = $1 and person_id = any($2::bigint[]) order by person_id, tag_id, value, id desc
  ), held as (
    select person_id, tag_id, value, expires_at from person_tags where workspace_id = $1 and person_id = any($2::bigint[])
  ), logged as (
    insert into person_tag_changes (workspace_id, tag_id, person_id, value, change, at, expires_at, source)
    select $1, tag_id, person_id, value, case when held.is_held then 'moved' else 'left' end, $3::timestamptz, held.expires_at, 'merge'
    from said full join (select *, true as is_held from held) as held using (person_id, tag_id, value)
    where coalesce(held.is_held, false) <> coalesce(said.is_set, false)
    returning id
  )
  insert into person_tag_batches (workspace_id, first_change_id, last_change_id) select $1, min(id), max(id) from logged having count(*) > 0`
