import type pg from 'pg'

type Client = Pick<pg.ClientBase, 'query'>

/** What became of the items of one import that a chunk of the inbox took. */
export interface ImportOutcome {
  importId: string
  /** All items of the chunk that came from this import. */
  items: number
  /** Events dropped because their key was seen before. */
  eventsDuplicate: number
  /** People the chunk created for items of this import, each once. */
  createdPersonIds: readonly number[]
  /** Person of every identify item that went in; the same person may stand here several times. */
  identifiedPersonIds: readonly number[]
}

/**
 * Counts a chunk's outcome into its imports, in the transaction that resolves the chunk. Call it last there: it locks the rows
 * of the imports. A person that an import names a second time counts as a duplicate row; one that existed before, as known.
 */
export async function settleImportItems(client: Client, workspaceId: number, outcomes: readonly ImportOutcome[]): Promise<void> {
  for (const outcome of outcomes) await settleImport(client, workspaceId, outcome)
}

async function settleImport(client: Client, workspaceId: number, outcome: ImportOutcome): Promise<void> {
  const named = await recordPeople(client, workspaceId, outcome)
  const peopleNew = outcome.createdPersonIds.length
  const repeated = outcome.identifiedPersonIds.length - named
  await client.query({
    name: 'imports-settle',
    text: `
      update imports set
        items_waiting = greatest(0, items_waiting - $3::bigint), people_new = people_new + $4::bigint,
        people_known = people_known + $5::bigint,
        -- A contact may be two events, and is still one row.
        rows_duplicate = least(rows_good, rows_duplicate + $6::bigint)
      where workspace_id = $1 and id = $2::uuid`,
    values: [workspaceId, outcome.importId, outcome.items, peopleNew, Math.max(0, named - peopleNew), outcome.eventsDuplicate + repeated],
  })
}

/** Remembers the people, and which of them are new, and answers how many identify items named that this import had not named before. */
async function recordPeople(client: Client, workspaceId: number, { importId, identifiedPersonIds, createdPersonIds }: ImportOutcome): Promise<number> {
  if (identifiedPersonIds.length + createdPersonIds.length === 0) return 0
  const { rows } = await client.query<{ named: number }>({
    name: 'imports-record-people',
    text: `
      with identified as (select distinct person_id from unnest($3::bigint[]) as person_id),
      created as (select distinct person_id from unnest($4::bigint[]) as person_id),
      recorded as (
        insert into import_people (import_id, workspace_id, person_id, created)
        select $2::uuid, $1::integer, coalesce(identified.person_id, created.person_id) as id, created.person_id is not null
        from identified full join created using (person_id)
        order by id
        on conflict do nothing
        returning person_id)
      select count(*)::int as named from recorded join identified using (person_id)`,
    values: [workspaceId, importId, `{${identifiedPersonIds.join(',')}}`, `{${createdPersonIds.join(',')}}`],
  })
  return rows[0]!.named
}
