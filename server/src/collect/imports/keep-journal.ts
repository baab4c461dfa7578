import type pg from 'pg'
import type { ChangeJournal } from '../../people/index.ts'

interface JournalOf {
  journal: ChangeJournal
  /** The import of an item, and of a number in people's rows. */
  importOf: { item(item: number): string | null; origin(origin: number): string | null }
}

/**
 * Keeps what a chunk changed of people who were there before, so that their import can be undone: of everything the oldest answer, should
 * an import change it twice. In the transaction that resolves the chunk.
 */
export async function keepJournal(client: Pick<pg.ClientBase, 'query'>, workspaceId: number, { journal, importOf }: JournalOf): Promise<void> {
  const changes = journal.changes.flatMap(({ personId, source, before }) => {
    const importId = importOf.origin(source)
    return importId === null ? [] : [{ import_id: importId, person_id: personId, attributes: before }]
  })
  if (changes.length > 0) {
    await client.query({
      name: 'imports-keep-changes',
      text: `
        insert into import_changes (import_id, workspace_id, person_id, attributes)
        select import_id, $1, person_id, attributes from json_to_recordset($2::json) as given (import_id uuid, person_id bigint, attributes jsonb)
        on conflict (import_id, person_id) do update set attributes = excluded.attributes || import_changes.attributes`,
      values: [workspaceId, JSON.stringify(changes)],
    })
  }
  const identities = journal.identities.flatMap(({ personId, item, namespace, key }) => {
    const importId = importOf.item(item)
    return importId === null ? [] : [{ import_id: importId, person_id: personId, namespace, key }]
  })
  if (identities.length === 0) return
  await client.query({
    name: 'imports-keep-identities',
    text: `
      insert into import_identities (import_id, workspace_id, person_id, namespace, key)
      select import_id, $1, person_id, namespace, key from json_to_recordset($2::json) as given (import_id uuid, person_id bigint, namespace text, key uuid)
      on conflict do nothing`,
    values: [workspaceId, JSON.stringify(identities)],
  })
}
