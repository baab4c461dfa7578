import { sql } from 'kysely'
import type { Namespace } from '../../../../contracts/people.ts'
import type { Database } from '../../platform/platform.ts'
import type { Vault } from '../../platform/vault/vaults.ts'
import type { IncomingItem } from '../inbox-item.ts'
import { orderItem, type OrderLine } from './row-readers.ts'

export interface ImportRef {
  workspaceId: number
  importId: string
}

/** Puts lines of orders aside until the whole file is read. */
export async function stageOrderLines(
  tx: Database,
  { workspaceId, importId, vault }: ImportRef & { vault: Vault },
  lines: readonly OrderLine[],
): Promise<void> {
  if (lines.length === 0) return
  const given = lines.map((line) => ({ ...line, identities: vault.seal(JSON.stringify(line.identities)).toString('hex') }))
  await sql`
    insert into import_order_lines (import_id, workspace_id, line, order_id, time_ms, amount_fen, sealed_identities, properties)
    select ${importId}::uuid, ${workspaceId}::integer, line, "orderId", "timeMs", "amountFen", decode(identities, 'hex'), properties
    from json_to_recordset(${JSON.stringify(given)}::json)
      as given (line bigint, "orderId" text, "timeMs" bigint, "amountFen" bigint, identities text, properties jsonb)`.execute(tx)
}

export async function countOrderLines(db: Database, { workspaceId, importId }: ImportRef): Promise<number> {
  const { rows } = await sql<{
    count: number
  }>`select count(*) as count from import_order_lines where workspace_id = ${workspaceId} and import_id = ${importId}::uuid`.execute(db)
  return rows[0]!.count
}

export async function deleteOrderLines(db: Database, { workspaceId, importId }: ImportRef): Promise<void> {
  await sql`delete from import_order_lines where workspace_id = ${workspaceId} and import_id = ${importId}::uuid`.execute(db)
}

/**
 * The properties that differ between lines of some order: they belong to the lines. All others say something about the order as a whole.
 * Decided once for the file, so that a property does not stand on some orders and in the lines of others.
 */
export async function findLineProperties(db: Database, { workspaceId, importId }: ImportRef): Promise<ReadonlySet<string>> {
  // Without fresh statistics each page of orders would sort all lines instead of walking the index.
  await sql`analyze import_order_lines`.execute(db)
  const { rows } = await sql<{ key: string }>`
    with several as (
      select order_id, count(*) as lines from import_order_lines
      where workspace_id = ${workspaceId} and import_id = ${importId}::uuid
      group by order_id having count(*) > 1
    ), by_order as (
      select property.key, min(property.value) <> max(property.value) or count(*) <> several.lines as differs
      from several
      join import_order_lines as line on line.import_id = ${importId}::uuid and line.order_id = several.order_id
      cross join lateral jsonb_each_text(line.properties) as property
      where line.workspace_id = ${workspaceId}
      group by several.order_id, several.lines, property.key
    )
    select key from by_order group by key having bool_or(differs)`.execute(db)
  return new Set(rows.map((row) => row.key))
}

interface GroupedOrder {
  order_id: string
  time_ms: number
  amount_fen: number
  sealed_identities: Buffer
  lines: { amountFen: number; properties: Record<string, unknown> }[]
}

/** The next orders by number, each made of all its lines: money is summed in fen, the first line says who bought and when. */
export async function buildOrders(
  db: Database,
  { workspaceId, importId, vault }: ImportRef & { vault: Vault },
  page: { after: string; limit: number; lineProperties: ReadonlySet<string> },
): Promise<{ items: IncomingItem[]; builtThrough: string | null }> {
  const { rows } = await sql<GroupedOrder>`
    select order_id, min(time_ms) as time_ms, sum(amount_fen)::bigint as amount_fen,
      (array_agg(sealed_identities order by line))[1] as sealed_identities,
      json_agg(json_build_object('amountFen', amount_fen, 'properties', properties) order by line) as lines
    from import_order_lines
    where workspace_id = ${workspaceId} and import_id = ${importId}::uuid and order_id > ${page.after}
    group by order_id order by order_id limit ${page.limit}`.execute(db)
  const items = rows.map((row) =>
    orderItem({
      orderId: row.order_id,
      timeMs: row.time_ms,
      amountFen: row.amount_fen,
      identities: JSON.parse(vault.open(row.sealed_identities)) as [Namespace, string][],
      properties: orderProperties(row.lines, page.lineProperties),
    }),
  )
  return { items, builtThrough: rows.at(-1)?.order_id ?? null }
}

/** Properties of the order, and `items` with those of its lines when there are any. */
function orderProperties(lines: GroupedOrder['lines'], lineProperties: ReadonlySet<string>): Record<string, unknown> {
  const properties: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(lines[0]?.properties ?? {})) if (!lineProperties.has(key)) properties[key] = value
  if (lineProperties.size === 0) return properties
  const items = lines.map((line) => {
    const own = Object.entries(line.properties).filter(([key]) => lineProperties.has(key))
    return { ...Object.fromEntries(own), amount: line.amountFen / 100 }
  })
  return { ...properties, items }
}
