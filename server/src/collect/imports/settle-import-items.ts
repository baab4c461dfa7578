import { sql } from 'kysely'
import type { Database } from '../../platform/platform.ts'

/** What became of the items of one import that a chunk of the inbox took. */
export interface ImportOutcome {
  importId: string
  /** All items of the chunk that came from this import. */
  items: number
  /** Events dropped because their key was seen before. */
  eventsDuplicate: number
  /** People the chunk created for items of this import. */
  peopleNew: number
  /** Person of every identify item that went in; the same person may stand here several times. */
  identifiedPersonIds: readonly number[]
}

/**
 * Counts a chunk's outcome into its imports, in the transaction that resolves the chunk. Call it last there: it locks the rows
 * of the imports. A person that an import names a second time counts as a duplicate row; one that existed before, as known.
 */
export async function settleImportItems(tx: Database, workspaceId: number, outcomes: readonly ImportOutcome[]): Promise<void> {
  for (const outcome of outcomes) await settleImport(tx, workspaceId, outcome)
}

async function settleImport(tx: Database, workspaceId: number, outcome: ImportOutcome): Promise<void> {
  const named = await recordPeople(tx, workspaceId, outcome)
  const repeated = outcome.identifiedPersonIds.length - named
  await sql`
    update imports set
      items_waiting = greatest(0, items_waiting - ${outcome.items}::bigint),
      people_new = people_new + ${outcome.peopleNew}::bigint,
      people_known = people_known + ${Math.max(0, named - outcome.peopleNew)}::bigint,
      rows_duplicate = rows_duplicate + ${outcome.eventsDuplicate + repeated}::bigint
    where workspace_id = ${workspaceId} and id = ${outcome.importId}::uuid`.execute(tx)
}

/** Remembers the people and answers how many of them this import had not named before. */
async function recordPeople(tx: Database, workspaceId: number, outcome: ImportOutcome): Promise<number> {
  if (outcome.identifiedPersonIds.length === 0) return 0
  const { numAffectedRows } = await sql`
    insert into import_people (import_id, workspace_id, person_id)
    select distinct ${outcome.importId}::uuid, ${workspaceId}::integer, person_id from unnest(${outcome.identifiedPersonIds}::bigint[]) as person_id
    order by person_id
    on conflict do nothing`.execute(tx)
  return Number(numAffectedRows ?? 0)
}
