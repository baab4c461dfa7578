import { asPrevious, lockTags, recordChanges, type TagClient } from './apply-tags.ts'

export interface TagUndo {
  workspaceId: number
  /** The import or the change to many people whose tags are undone. */
  originId: string
  /** The change after which to go on; 0 at the beginning. */
  after: number
  /** Changes looked at in this page. */
  limit: number
  /** The user who wants it. */
  setBy: string | null
  now: Date
}

/**
 * Puts back what the tags of an origin were before it, one page of its changes: what somebody else changed since then stays, and a
 * value does not come back beside another one of a tag that has only one. Answers where the next page begins; null at the end.
 */
export async function undoTags(client: TagClient, undo: TagUndo): Promise<{ changed: number; next: number | null }> {
  await lockTags(client, undo.workspaceId)
  const { rows } = await client.query<{ id: number }>({
    text: 'select id from person_tag_changes where workspace_id = $1 and origin_id = $2::uuid and id > $3 order by id limit $4',
    values: [undo.workspaceId, undo.originId, undo.after, undo.limit],
  })
  const last = rows.at(-1)?.id
  if (last === undefined) return { changed: 0, next: null }
  const removed = await run(client, undo, last, takeBack)
  const restored = await run(client, undo, last, putBack)
  return { changed: removed + restored, next: rows.length < undo.limit ? null : last }
}

async function run(client: TagClient, undo: TagUndo, last: number, text: string): Promise<number> {
  const values = [undo.workspaceId, undo.now, 'undo', null, undo.setBy, undo.originId, undo.after, last]
  const { rows } = await client.query<{ changed: number }>({ text, values })
  return rows[0]!.changed
}

/**
 * The first change of each key by the origin, where nobody else changed the key after it. `is not distinct from` keeps the planner on
 * the index by person: by origin each look-up would read the whole origin.
 */
const ours = `
  ours as (
    select mine.* from person_tag_changes as mine
    where mine.workspace_id = $1 and mine.origin_id = $6::uuid and mine.id > $7 and mine.id <= $8
      and not exists (
        select from person_tag_changes as other
        where other.workspace_id = $1 and other.person_id = mine.person_id and other.tag_id = mine.tag_id and other.value = mine.value
          and case when other.id < mine.id then other.origin_id is not distinct from mine.origin_id
            when other.id > mine.id then other.origin_id is distinct from mine.origin_id else false end)
  )`

const takeBack = `
  with ${ours}, gone as (
    delete from person_tags using ours
    where ours.previous is null and person_tags.workspace_id = $1 and person_tags.tag_id = ours.tag_id
      and person_tags.person_id = ours.person_id and person_tags.value = ours.value
    returning person_tags.*
  ), changes as (select tag_id, person_id, value, null::timestamptz as expires_at, ${asPrevious('gone')} as previous from gone),
  ${recordChanges('removed')}`

const putBack = `
  with ${ours}, restored as (
    insert into person_tags (workspace_id, tag_id, person_id, value, set_at, expires_at, source, origin_id, set_by)
    select $1, ours.tag_id, ours.person_id, ours.value, (previous ->> 'setAt')::timestamptz, (previous ->> 'expiresAt')::timestamptz,
      previous ->> 'source', (previous ->> 'originId')::uuid, (previous ->> 'setBy')::uuid
    from ours join tags on tags.workspace_id = $1 and tags.id = ours.tag_id
    where previous is not null and (previous ->> 'expiresAt' is null or (previous ->> 'expiresAt')::timestamptz > $2::timestamptz)
      and (tags.many or not exists (
        select from person_tags where person_tags.workspace_id = $1 and person_tags.tag_id = ours.tag_id and person_tags.person_id = ours.person_id
          and person_tags.value <> ours.value and person_tags.origin_id is distinct from $6::uuid))
    on conflict (workspace_id, tag_id, person_id, value) do update set set_at = excluded.set_at, expires_at = excluded.expires_at,
      source = excluded.source, origin_id = excluded.origin_id, set_by = excluded.set_by
    returning tag_id, person_id, value, expires_at
  ), changes as (select restored.*, null::jsonb as previous from restored),
  ${recordChanges('set')}`
