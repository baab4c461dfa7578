import { sql } from 'kysely'
import type { TagAction, TagTargets } from '../../../contracts/tags.ts'
import { systemContext } from '../access/index.ts'
import { pagePersonIds, runnerOf } from '../people/index.ts'
import { AppError } from '../platform/errors.ts'
import type { Database, Platform } from '../platform/platform.ts'
import { applyTags, lockTags, type TagEntry } from './apply-tags.ts'
import { asQuery } from './action-query.ts'
import { undoTags } from './undo-tags.ts'

const peoplePerPage = 5_000
/** A page of finding people asks the whole rule again: the larger, the fewer times. */
const foundPerPage = 50_000

interface Work {
  id: string
  workspaceId: number
  tagId: string
  intoTagId: string | null
  intoMany: boolean | null
  kind: TagAction['kind']
  value: string
  expiresAt: Date | null
  targets: Exclude<TagTargets, { kind: 'people' }> | null
  foundFrom: number | null
  state: TagAction['state']
  undoneTo: number | null
  doneTo: number
  createdBy: string | null
}

/** One page of one change that is at work; false when there is none. Each page is one transaction: a process may die between any two. */
export async function stepActions(platform: Platform): Promise<boolean> {
  const { rows } = await sql<{ id: string }>`
    select id from tag_actions where state in ('collecting', 'running', 'undoing') order by id limit 1`.execute(platform.db)
  if (!rows[0]) return false
  await stepAction(platform, rows[0].id)
  return true
}

/** Works on one change until it is over. */
export async function runAction(platform: Platform, id: string): Promise<void> {
  while (await stepAction(platform, id));
}

/** False when the change is not at work. */
async function stepAction(platform: Platform, id: string): Promise<boolean> {
  try {
    return await platform.db.transaction().execute(async (tx) => {
      const work = await holdWork(tx, id)
      if (!work) return false
      if (work.state === 'collecting') await findPage(tx, platform, work)
      else if (work.state === 'undoing') await undoPage(tx, platform, work)
      else await applyPage(tx, platform, work)
      return true
    })
  } catch (error) {
    // A list that is gone (a segment was deleted) will not come back; a store that is away will.
    if (!(error instanceof AppError) || error.errorName === 'unavailable') throw error
    await sql`
      update tag_actions set state = 'failed', finished_at = ${platform.clock.now()}, error_zh = ${error.zh}, error_en = ${error.en} where id = ${id}::uuid`.execute(
      platform.db,
    )
    return false
  }
}

async function holdWork(tx: Database, id: string): Promise<Work | null> {
  const { rows } = await sql<Work>`
    select actions.id, actions.workspace_id as "workspaceId", actions.tag_id as "tagId", actions.into_tag_id as "intoTagId",
      into_tags.kind = 'flag' or into_tags.many as "intoMany", actions.kind, actions.value, actions.expires_at as "expiresAt", actions.targets,
      actions.found_from as "foundFrom", actions.state, actions.undone_to as "undoneTo", actions.done_to as "doneTo", actions.created_by as "createdBy"
    from tag_actions as actions left join tags as into_tags on into_tags.id = actions.into_tag_id
    where actions.id = ${id}::uuid and actions.state in ('collecting', 'running', 'undoing') for update of actions`.execute(tx)
  return rows[0] ?? null
}

async function findPage(tx: Database, platform: Platform, work: Work): Promise<void> {
  const ctx = systemContext(platform, work.workspaceId, 'tags')
  const { personIds, next } = await pagePersonIds(ctx, asQuery(work.targets!), { before: work.foundFrom, limit: foundPerPage })
  await sql`
    insert into tag_action_people (action_id, person_id) select ${work.id}::uuid, unnest(${personIds}::bigint[]) on conflict do nothing`.execute(tx)
  await sql`
    update tag_actions set found_from = ${next}, state = ${next === null ? 'running' : 'collecting'},
      people_total = coalesce(people_total, 0) + ${personIds.length} where id = ${work.id}::uuid`.execute(tx)
}

async function applyPage(tx: Database, platform: Platform, work: Work): Promise<void> {
  const client = runnerOf(tx)
  await lockTags(client, work.workspaceId)
  // Not deleted as they are done: every page would read past all that are gone.
  const { rows } = await sql<{ person_id: number }>`
    select person_id from tag_action_people where action_id = ${work.id}::uuid and person_id > ${work.doneTo} order by person_id limit ${peoplePerPage}`.execute(
    tx,
  )
  const personIds = rows.map((row) => row.person_id)
  if (personIds.length === 0) return finish(tx, platform, work)
  const entries = await entriesOf(tx, work, personIds)
  const { workspaceId, id: originId, createdBy: setBy } = work
  const { changed } = await applyTags(client, {
    workspaceId,
    entries,
    source: work.kind === 'merge' ? 'merge' : 'action',
    originId,
    setBy,
    now: platform.clock.now(),
  })
  await sql`
    update tag_actions set people_done = people_done + ${personIds.length}, people_changed = people_changed + ${changed},
      done_to = ${personIds.at(-1)!} where id = ${work.id}::uuid`.execute(tx)
}

async function entriesOf(tx: Database, work: Work, personIds: number[]): Promise<TagEntry[]> {
  const { tagId, value, expiresAt, kind } = work
  if (kind === 'add') return personIds.map((personId) => ({ personId, tagId, value, expiresAt }))
  if (kind !== 'merge') return personIds.map((personId) => ({ personId, tagId, value, remove: true, anyValue: value === '' }))
  const gone = personIds.map((personId): TagEntry => ({ personId, tagId, value: '', remove: true, anyValue: true }))
  // Whoever has the other tag already keeps it as it is where it has one value.
  const { rows } = await sql<{ person_id: number; value: string; expires_at: Date | null }>`
    select person_id, value, expires_at from person_tags
    where workspace_id = ${work.workspaceId} and tag_id = ${tagId}::uuid and person_id = any(${personIds}::bigint[])
      and (${work.intoMany} or not exists (
        select from person_tags as others where others.workspace_id = ${work.workspaceId} and others.tag_id = ${work.intoTagId}::uuid
          and others.person_id = person_tags.person_id))
      and not exists (
        select from person_tags as same where same.workspace_id = ${work.workspaceId} and same.tag_id = ${work.intoTagId}::uuid
          and same.person_id = person_tags.person_id and same.value = coalesce(nullif(${value}, ''), person_tags.value))
    order by person_id, set_at`.execute(tx)
  return [...rows.map((row): TagEntry => ({ personId: row.person_id, tagId: work.intoTagId!, value: value || row.value, expiresAt: row.expires_at })), ...gone]
}

/** Nobody is left to be done. A tag that goes away must have nobody, also nobody who got it while its people were worked off. */
async function finish(tx: Database, platform: Platform, work: Work): Promise<void> {
  const now = platform.clock.now()
  await sql`delete from tag_action_people where action_id = ${work.id}::uuid`.execute(tx)
  if (work.kind === 'merge' || work.kind === 'delete') {
    const { rows } = await sql`
      insert into tag_action_people (action_id, person_id)
      select distinct ${work.id}::uuid, person_id from person_tags where workspace_id = ${work.workspaceId} and tag_id = ${work.tagId}::uuid returning 1`.execute(
      tx,
    )
    if (rows.length > 0) {
      await sql`update tag_actions set done_to = 0 where id = ${work.id}::uuid`.execute(tx)
      return
    }
    await sql`
      update tags set deleted_at = ${now}, merged_into = ${work.intoTagId}::uuid, updated_at = ${now}
      where workspace_id = ${work.workspaceId} and id = ${work.tagId}::uuid`.execute(tx)
  }
  await sql`update tag_actions set state = 'finished', finished_at = ${now} where id = ${work.id}::uuid`.execute(tx)
}

async function undoPage(tx: Database, platform: Platform, work: Work): Promise<void> {
  const { next } = await undoTags(runnerOf(tx), {
    workspaceId: work.workspaceId,
    originId: work.id,
    after: work.undoneTo ?? 0,
    limit: peoplePerPage,
    setBy: work.createdBy,
    now: platform.clock.now(),
  })
  await sql`
    update tag_actions set undone_to = ${next ?? work.undoneTo}, state = ${next === null ? 'undone' : 'undoing'} where id = ${work.id}::uuid`.execute(tx)
}
