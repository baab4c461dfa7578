import type { QueryRunner } from '../query-runner.ts'

/** Whose rows became whose, by a merge, an undo or a split. */
export interface PeopleMoved {
  workspaceId: number
  moves: readonly { fromId: number; toId: number }[]
  now: Date
}

interface Followed {
  /** Runs in the same transaction before the first row is touched: holds back who else writes the table, so that no row is written to somebody who just went. */
  beforeMove?: (runner: QueryRunner, workspaceId: number) => Promise<void>
  /** Runs in the same transaction after the table's rows changed hands, e.g. to have a mirror follow. */
  afterMove?: (runner: QueryRunner, moved: PeopleMoved) => Promise<void>
}

/** Rows that have an id of their own and only change hands: messages, replies, the ledger of consent. */
interface RowsTable extends Followed {
  kind: 'rows'
  name: string
  /** Column with the row's id, unique in the table. */
  id: string
  /** A unique key that holds the person: where both people have a row of it, `rename` of the merged person's row gets a suffix. */
  unique?: { columns: readonly string[]; rename: string }
}

/** One row per person and key: of two the better one stays. */
interface StateTable extends Followed {
  kind: 'state'
  name: string
  /** The primary key besides workspace and person. */
  key: readonly string[]
  /** Which of two rows stays, as an order of the table's columns, the better first: `set_at desc`. Left out: the kept person's. */
  better?: string
}

/** A table with columns `workspace_id` and `person_id` whose rows follow a merge. Names are written by us, never by users. */
export type PersonTable = RowsTable | StateTable

const tables = new Map<string, PersonTable>([['consents', { kind: 'rows', name: 'consents', id: 'id' }]])

/** Called once at start by the capabilities above people: merges, undos and splits carry the table's rows along. */
export function registerPersonTable(table: PersonTable): void {
  tables.set(table.name, table)
}

export function personTables(): readonly PersonTable[] {
  return [...tables.values()]
}
