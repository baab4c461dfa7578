import { sql } from 'kysely'
import type { UndoCounts } from '../../../../../contracts/import-foresight.ts'
import type { Context } from '../../../access/index.ts'
import type { UndoRow } from './undo-row.ts'

/** What an undo would take back, as far as a few counts say; who was touched since is known only when each person is looked at. */
export async function planUndo(ctx: Context, row: UndoRow): Promise<UndoCounts> {
  const { platform, workspaceId } = ctx
  const { rows } = await sql<Omit<UndoCounts, 'eventsRemoved'>>`
    with mine as (select person_id, created from import_people where import_id = ${row.id}::uuid),
    kept as (
      select person_id from mine where created and (
        not exists (select from people where workspace_id = ${workspaceId} and id = mine.person_id)
        or exists (select from import_people as other where other.person_id = mine.person_id and other.import_id <> ${row.id}::uuid)
        or exists (select from person_merges as merge where merge.workspace_id = ${workspaceId} and merge.kept_id = mine.person_id and merge.undone_at is null)))
    select (select count(*) from mine where created) - (select count(*) from kept) as "peopleRemoved", (select count(*) from kept) as "peopleKept",
      (select count(*) from import_changes as change where change.import_id = ${row.id}::uuid
        and not exists (select from mine where created and person_id = change.person_id)) as "peopleRestored",
      (select count(*) from import_identities where import_id = ${row.id}::uuid) as "identitiesRemoved",
      (select count(*) from person_tags where workspace_id = ${workspaceId} and origin_id = ${row.id}::uuid) as "tagsRemoved",
      (select count(distinct person_id) from consents where workspace_id = ${workspaceId} and origin_id = ${row.id}::uuid and state = 'granted') as "consentsReversed"`.execute(
    platform.db,
  )
  const { events } = await platform.warehouse.row<{ events: number }>({
    sql: 'select toInt64(count()) as events from events where workspace_id = {workspaceId:UInt32} and source_id = {importId:UUID}',
    params: { workspaceId, importId: row.id },
  })
  return { ...rows[0]!, eventsRemoved: events }
}
