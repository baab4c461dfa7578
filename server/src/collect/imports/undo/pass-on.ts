import { sql } from 'kysely'
import type { Database } from '../../../platform/platform.ts'
import type { PersonSayings } from '../../../people/index.ts'
import type { UndoRow } from './undo-row.ts'

/** Stand among attributes in journals; of somebody an import made they stay. */
const addressKeys = ['phone', 'email', 'created_at']

/**
 * Passes on what an import found, to later imports that wrote over it: should they be undone too, people get what was there before both and
 * not what is undone now. For a page of people, before their sayings are taken back; done again, it changes nothing.
 */
export async function passOn(tx: Database, row: UndoRow, { origin, people }: { origin: number; people: readonly PersonSayings[] }): Promise<void> {
  const personIds = people.map(({ personId }) => personId)
  const createdIds = people.filter(({ isCreated }) => isCreated).map(({ personId }) => personId)
  await sql`
    with passed as (
      select later.import_id, later.person_id, jsonb_object_agg(said.key, coalesce(own.attributes -> said.key, '[null, null, 0]')) as attributes
      from imports
      join import_changes as later on later.import_id = imports.id and later.person_id = any(${personIds}::bigint[])
      cross join jsonb_each(later.attributes) as said
      left join import_changes as own on own.import_id = ${row.id}::uuid and own.person_id = later.person_id
      where imports.workspace_id = ${row.workspace_id} and imports.id <> ${row.id}::uuid and (said.value ->> 2)::integer = ${origin}
        and (own.attributes ? said.key or (later.person_id = any(${createdIds}::bigint[]) and said.key <> all(${addressKeys}::text[])))
      group by later.import_id, later.person_id)
    update import_changes set attributes = import_changes.attributes || passed.attributes
    from passed where import_changes.import_id = passed.import_id and import_changes.person_id = passed.person_id`.execute(tx)
}
