import { sql } from 'kysely'
import type { Database, Platform } from '../platform/platform.ts'
import type { Chunk } from './chunk.ts'
import type { ChunkItems } from './chunk-items.ts'
import type { FieldCatalogue, FieldNews } from './field-catalogue.ts'
import { LeaseLost } from './resolve-chunk.ts'

interface Finish {
  read: ChunkItems<unknown>
  news: FieldNews
  catalogue: FieldCatalogue
}

/** Ends a chunk whose effects are in both stores: its rows leave the inbox, the sources count them. Rows that could not be read stay, as failed. */
export async function finishChunk(platform: Platform, chunk: Chunk, { read, news, catalogue }: Finish): Promise<void> {
  await platform.db.transaction().execute(async (tx) => {
    const held = await sql`select from inbox_chunks where id = ${chunk.id} and lease_owner = ${chunk.leaseOwner} for update`.execute(tx)
    if (held.rows.length === 0) throw new LeaseLost()
    for (const { row, error } of read.damaged) await failRow(tx, { rowId: row.id, error, now: platform.clock.now() })
    await sql`delete from inbox where chunk_id = ${chunk.id}`.execute(tx)
    await sql`delete from inbox_chunks where id = ${chunk.id}`.execute(tx)
    await countItems(tx, platform, { chunk, read })
    await catalogue.save(tx, chunk.workspaceId, news)
  })
  catalogue.remember(chunk.workspaceId, news)
}

/** A row that cannot be processed stays in the inbox, out of the way, with the reason. */
export async function failRow(tx: Database, { rowId, error, now }: { rowId: number; error: string; now: Date }): Promise<void> {
  await sql`update inbox set chunk_id = null, failed_at = ${now}, error = ${error.slice(0, 1000)} where id = ${rowId}`.execute(tx)
}

async function countItems(tx: Database, platform: Platform, { chunk, read }: { chunk: Chunk; read: ChunkItems<unknown> }): Promise<void> {
  const bySource = new Map<string, { items: number; lastAt: Date }>()
  for (const row of read.rowOf) {
    if (row.sourceId === null) continue
    const counted = bySource.get(row.sourceId)
    if (!counted) bySource.set(row.sourceId, { items: 1, lastAt: row.receivedAt })
    else {
      counted.items++
      if (row.receivedAt > counted.lastAt) counted.lastAt = row.receivedAt
    }
  }
  // Sorted, so that two chunks of the same sources do not wait for each other in a circle.
  for (const [sourceId, { items, lastAt }] of [...bySource].toSorted(([left], [right]) => (left < right ? -1 : 1))) {
    await sql`
      update sources set events_accepted = events_accepted + ${items}, last_event_at = greatest(last_event_at, ${lastAt})
      where workspace_id = ${chunk.workspaceId} and id = ${sourceId}::uuid`.execute(tx)
  }
  await sql`
    insert into inbox_minutes (workspace_id, minute, items) values (${chunk.workspaceId}, date_trunc('minute', ${platform.clock.now()}::timestamptz), ${read.items.length})
    on conflict (workspace_id, minute) do update set items = inbox_minutes.items + excluded.items`.execute(tx)
}
