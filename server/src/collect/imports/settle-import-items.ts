import type pg from 'pg'
import { copyRows } from '../../people/index.ts'

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
export async function settleImportItems(client: pg.ClientBase, workspaceId: number, outcomes: readonly ImportOutcome[]): Promise<void> {
  for (const outcome of outcomes) await settleImport(client, workspaceId, outcome)
}

async function settleImport(client: pg.ClientBase, workspaceId: number, outcome: ImportOutcome): Promise<void> {
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
async function recordPeople(client: pg.ClientBase, workspaceId: number, outcome: ImportOutcome): Promise<number> {
  const { importId, createdPersonIds, identifiedPersonIds } = outcome
  const created = new Set(createdPersonIds)
  const known = new Set<number>()
  const named = new Set<number>()
  for (const personId of identifiedPersonIds) (created.has(personId) ? named : known).add(personId)
  await recordCreated(client, workspaceId, { importId, personIds: createdPersonIds })
  return named.size + (await recordKnown(client, workspaceId, { importId, personIds: [...known] }))
}

interface Named {
  importId: string
  personIds: readonly number[]
}

/** No import can have named them before: the very transaction made them. */
async function recordCreated(client: pg.ClientBase, workspaceId: number, { importId, personIds }: Named): Promise<void> {
  if (personIds.length === 0) return
  await copyRows(client, {
    into: 'import_people (import_id, workspace_id, person_id, created)',
    columns: 4,
    rows: personIds.toSorted((left, right) => left - right),
    write(fields, personId) {
      fields.uuid(importId)
      fields.integer(workspaceId)
      fields.bigint(personId)
      fields.boolean(true)
    },
  })
}

/** Answers how many of them the import had not named before. */
async function recordKnown(client: pg.ClientBase, workspaceId: number, { importId, personIds }: Named): Promise<number> {
  if (personIds.length === 0) return 0
  const { rowCount } = await client.query({
    name: 'imports-record-people',
    text: `
      insert into import_people (import_id, workspace_id, person_id)
      select $2::uuid, $1::integer, person_id from unnest($3::bigint[]) as person_id order by person_id
      on conflict do nothing`,
    values: [workspaceId, importId, `{${personIds.join(',')}}`],
  })
  return rowCount ?? 0
}
