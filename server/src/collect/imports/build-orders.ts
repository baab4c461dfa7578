import { sql } from 'kysely'
import type { Context } from '../../access/index.ts'
import type { Database } from '../../platform/platform.ts'
import { appendToInbox } from '../append-to-inbox.ts'
import type { ImportRow } from './import-row.ts'
import { buildOrders, countOrderLines, findLineProperties } from './order-lines.ts'

const ordersPerStep = 2_000

/** Kept while an import is built; a restart finds the same set again, as the lines do not change any more. */
const linePropertiesOf = new Map<string, ReadonlySet<string>>()

/** Turns the next lines into orders and puts those into the inbox; the last order number goes with them in the same transaction. */
export async function buildNextOrders(ctx: Context, tx: Database, row: ImportRow): Promise<void> {
  const { platform, workspaceId } = ctx
  const ref = { workspaceId, importId: row.id }
  let lineProperties = linePropertiesOf.get(row.id)
  if (!lineProperties) {
    if ((await countOrderLines(tx, ref)) !== row.rows_good) return readAgain(tx, row)
    lineProperties = await findLineProperties(tx, ref)
    linePropertiesOf.set(row.id, lineProperties)
  }
  const vault = await platform.vaults.of(workspaceId)
  const { items, builtThrough } = await buildOrders(tx, { ...ref, vault }, { after: row.built_through ?? '', limit: ordersPerStep, lineProperties })
  await appendToInbox(tx, { platform, workspaceId, kind: 'import', originId: row.id, items })
  if (items.length < ordersPerStep) linePropertiesOf.delete(row.id)
  await sql`
    update imports set built_through = ${builtThrough ?? row.built_through}, items_waiting = items_waiting + ${items.length}::bigint,
      phase = ${items.length < ordersPerStep ? 'draining' : 'building'}
    where workspace_id = ${workspaceId} and id = ${row.id}::uuid`.execute(tx)
}

/**
 * The lines are in a table that a crash of PostgreSQL empties: starts over from the file, which is still there. Orders that were
 * built before have the same keys and are dropped as duplicates.
 */
export async function readAgain(tx: Database, row: ImportRow): Promise<void> {
  await sql`delete from import_order_lines where workspace_id = ${row.workspace_id} and import_id = ${row.id}::uuid`.execute(tx)
  await sql`delete from import_bad_rows where workspace_id = ${row.workspace_id} and import_id = ${row.id}::uuid`.execute(tx)
  await sql`
    update imports set phase = 'reading', bytes_read = 0, next_line = 1, rows_read = 0, rows_good = 0, rows_bad = 0, built_through = null
    where workspace_id = ${row.workspace_id} and id = ${row.id}::uuid`.execute(tx)
}
