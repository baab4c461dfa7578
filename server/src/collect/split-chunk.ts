import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { Database, Platform } from '../platform/platform.ts'
import type { Vault } from '../platform/vault/vaults.ts'
import { keyOwner, type Chunk, type ChunkRow } from './chunk.ts'
import { readChunkItems, type ChunkItems } from './chunk-items.ts'
import { settleMessages } from './door/keep-messages.ts'
import { failRow } from './finish-chunk.ts'
import { encodeBody } from './inbox-body.ts'

/** A chunk is cut into so many parts: one bad item in twenty thousand stands alone after five cuts. */
const partsPerSplit = 8

interface Piece {
  row: ChunkRow
  items: unknown[]
}

/**
 * Cuts a chunk that was refused into smaller ones of the same state, which own the message ids of the first; a chunk of one item is
 * set aside as failed instead. One transaction: the items are in the old chunk or in the new ones.
 */
export async function splitChunk(platform: Platform, chunk: Chunk, error: string): Promise<void> {
  const read = await readChunkItems<unknown>(platform, chunk)
  const vault = await platform.vaults.of(chunk.workspaceId)
  await platform.db.transaction().execute(async (tx) => {
    const held = await sql`select from inbox_chunks where id = ${chunk.id} and lease_owner = ${chunk.leaseOwner} for update`.execute(tx)
    if (held.rows.length === 0) return
    for (const { row, error: damage } of read.damaged) await failRow(tx, { rowId: row.id, error: damage, now: platform.clock.now() })
    if (read.items.length > 1) await writeParts(tx, { chunk, vault }, read)
    else for (const row of read.rowOf) await setAside(tx, { platform, chunk, row, item: read.items[0] }, error)
    await sql`delete from inbox where chunk_id = ${chunk.id}`.execute(tx)
    await sql`delete from inbox_chunks where id = ${chunk.id}`.execute(tx)
  })
}

async function writeParts(tx: Database, { chunk, vault }: { chunk: Chunk; vault: Vault }, read: ChunkItems<unknown>): Promise<void> {
  for (const pieces of cut(read)) {
    const { rows } = await sql<{ id: number }>`
      insert into inbox_chunks (workspace_id, kind, state, leased_until, lease_owner, split_from)
      values (${chunk.workspaceId}, ${chunk.kind}, ${chunk.state}, now(), ${randomUUID()}, ${keyOwner(chunk)}) returning id`.execute(tx)
    for (const { row, items } of pieces) {
      await sql`
        insert into inbox (workspace_id, kind, source_id, origin_id, received_at, item_count, body, chunk_id)
        values (${chunk.workspaceId}, ${chunk.kind}, ${row.sourceId}, ${row.originId}, ${row.receivedAt}, ${items.length}, ${await encodeBody(vault, items)}, ${rows[0]!.id})`.execute(
        tx,
      )
    }
  }
}

/** The items in order, in parts of nearly the same size; each part keeps which row its items came from. Repeats go here, while they stand together. */
function cut(read: ChunkItems<unknown>): Piece[][] {
  const kept = keptItems(read)
  const partSize = Math.ceil(kept.length / partsPerSplit)
  const parts: Piece[][] = []
  for (let start = 0; start < kept.length; start += partSize) {
    const pieces: Piece[] = []
    for (const index of kept.slice(start, start + partSize)) {
      const row = read.rowOf[index]!
      const last = pieces.at(-1)
      if (last?.row === row) last.items.push(read.items[index])
      else pieces.push({ row, items: [read.items[index]] })
    }
    parts.push(pieces)
  }
  return parts
}

function keptItems(read: ChunkItems<unknown>): number[] {
  const seen = new Set<string>()
  return read.items.flatMap((item, index) => {
    const { key, event } = item as { key?: string; event?: string }
    if (key === undefined || event === undefined) return [index]
    if (seen.has(key)) return []
    seen.add(key)
    return [index]
  })
}

async function setAside(tx: Database, one: { platform: Platform; chunk: Chunk; row: ChunkRow; item: unknown }, error: string): Promise<void> {
  const { platform, chunk, row, item } = one
  await failRow(tx, { rowId: row.id, error, now: platform.clock.now() })
  const { trace } = item as { trace?: string }
  if (trace !== undefined) {
    const problem = { at: chunk.kind, zh: error, en: error }
    await settleMessages(tx, { workspaceId: chunk.workspaceId, now: platform.clock.now(), settled: [{ id: trace, fate: 'failed', personId: null, problem }] })
  }
  // Its key is free again, so that the item can still go in when the cause is gone.
  const key = (item as { key?: unknown }).key
  if (typeof key === 'string')
    await sql`delete from event_keys where workspace_id = ${chunk.workspaceId} and key = ${key}::uuid and chunk_id = ${keyOwner(chunk)}`.execute(tx)
  if (chunk.kind !== 'import' || chunk.state === 'resolved' || row.originId === null) return
  await settleSetAside(tx, chunk.workspaceId, row.originId)
}

/** An import does not wait for what was set aside. */
async function settleSetAside(tx: Database, workspaceId: number, importId: string): Promise<void> {
  await sql`update imports set items_waiting = greatest(0, items_waiting - 1) where workspace_id = ${workspaceId} and id = ${importId}::uuid`.execute(tx)
}
