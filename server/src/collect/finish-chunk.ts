import { sql } from 'kysely'
import type { Problem } from '../../../contracts/errors.ts'
import type { Database, Platform } from '../platform/platform.ts'
import type { Chunk } from './chunk.ts'
import type { ChunkItems } from './chunk-items.ts'
import { settleMessages, type Settled } from './door/keep-messages.ts'
import type { FieldCatalogue, FieldNews } from './field-catalogue.ts'
import { lagStep } from './inbox-lag.ts'
import { LeaseLost } from './resolve-chunk.ts'

/** What became of each item of a chunk. */
export interface ItemOutcome {
  personIds: Float64Array
  /** 1 for each that was dropped as a repeat. */
  repeats: Uint8Array
}

interface Finish {
  read: ChunkItems<FinishedItem>
  news: FieldNews
  catalogue: FieldCatalogue
  /** Null for kinds that are handed over whole. */
  outcome: ItemOutcome | null
}

interface FinishedItem {
  event?: string
  trace?: string
  violations?: Problem[]
}

/** Ends a chunk whose effects are in both stores: its rows leave the inbox, the sources count them. Rows that could not be read stay, as failed. */
export async function finishChunk(platform: Platform, chunk: Chunk, { read, news, catalogue, outcome }: Finish): Promise<void> {
  const now = platform.clock.now()
  const { workspaceId } = chunk
  await platform.db.transaction().execute(async (tx) => {
    const held = await sql`select from inbox_chunks where id = ${chunk.id} and lease_owner = ${chunk.leaseOwner} for update`.execute(tx)
    if (held.rows.length === 0) throw new LeaseLost()
    for (const { row, error } of read.damaged) await failRow(tx, { rowId: row.id, error, now })
    await sql`delete from inbox where chunk_id = ${chunk.id}`.execute(tx)
    await sql`delete from inbox_chunks where id = ${chunk.id}`.execute(tx)
    await countSources(tx, { workspaceId, now, read, outcome })
    await countPassage(tx, { chunk, now, read })
    await catalogue.save(tx, workspaceId, news)
    await noteViolations(tx, { workspaceId, now, read })
    await settleMessages(tx, { workspaceId, now, settled: tracesOf(read, outcome) })
  })
  catalogue.remember(workspaceId, news)
}

/** A row that cannot be processed stays in the inbox, out of the way, with the reason. */
export async function failRow(tx: Database, { rowId, error, now }: { rowId: number; error: string; now: Date }): Promise<void> {
  await sql`
    update inbox set chunk_id = null, failed_at = ${now}, failed_id = coalesce(failed_id, uuidv7()), error = ${error.slice(0, 1000)} where id = ${rowId}`.execute(
    tx,
  )
}

interface Counting {
  workspaceId: number
  now: Date
  read: ChunkItems<FinishedItem>
  outcome: ItemOutcome | null
}

async function countSources(tx: Database, { workspaceId, now, read, outcome }: Counting): Promise<void> {
  const bySource = new Map<string, { accepted: number; duplicates: number; lastAt: Date }>()
  for (const [index, { sourceId, receivedAt }] of read.rowOf.entries()) {
    if (sourceId === null) continue
    let counted = bySource.get(sourceId)
    if (!counted) bySource.set(sourceId, (counted = { accepted: 0, duplicates: 0, lastAt: receivedAt }))
    if (outcome?.repeats[index] === 1) counted.duplicates++
    else counted.accepted++
    if (receivedAt > counted.lastAt) counted.lastAt = receivedAt
  }
  // Sorted, so that two chunks of the same sources do not wait for each other in a circle.
  for (const [sourceId, { accepted, duplicates, lastAt }] of [...bySource].toSorted(([left], [right]) => (left < right ? -1 : 1))) {
    await sql`
      update sources set events_accepted = events_accepted + ${accepted}, last_event_at = greatest(last_event_at, ${lastAt})
      where workspace_id = ${workspaceId} and id = ${sourceId}::uuid`.execute(tx)
    await sql`
      insert into source_hours (workspace_id, source_id, hour, accepted, duplicates)
      values (${workspaceId}, ${sourceId}::uuid, date_trunc('hour', ${now}::timestamptz), ${accepted}, ${duplicates})
      on conflict (workspace_id, source_id, hour) do update set
        accepted = source_hours.accepted + excluded.accepted, duplicates = source_hours.duplicates + excluded.duplicates`.execute(tx)
  }
}

/** How much went through, and how long it took from coming in until now. */
async function countPassage(tx: Database, { chunk, now, read }: { chunk: Chunk; now: Date; read: ChunkItems<unknown> }): Promise<void> {
  const { workspaceId, kind } = chunk
  await sql`
    insert into inbox_minutes (workspace_id, minute, items) values (${workspaceId}, date_trunc('minute', ${now}::timestamptz), ${read.items.length})
    on conflict (workspace_id, minute) do update set items = inbox_minutes.items + excluded.items`.execute(tx)
  const itemsByStep = new Map<number, number>()
  for (const { receivedAt } of read.rowOf) {
    const step = lagStep((now.getTime() - receivedAt.getTime()) / 1000)
    itemsByStep.set(step, (itemsByStep.get(step) ?? 0) + 1)
  }
  for (const [step, items] of [...itemsByStep].toSorted(([left], [right]) => left - right))
    await sql`
      insert into inbox_lags (workspace_id, minute, kind, step, items)
      values (${workspaceId}, date_trunc('minute', ${now}::timestamptz), ${kind}, ${step}, ${items})
      on conflict (workspace_id, minute, kind, step) do update set items = inbox_lags.items + excluded.items`.execute(tx)
}

async function noteViolations(tx: Database, { workspaceId, now, read }: Omit<Counting, 'outcome'>): Promise<void> {
  const byEvent = new Map<string, { count: number; problems: Problem[] }>()
  for (const { event, violations } of read.items) {
    if (event === undefined || violations === undefined) continue
    const counted = byEvent.get(event)
    byEvent.set(event, { count: (counted?.count ?? 0) + 1, problems: violations })
  }
  for (const [event, { count, problems }] of [...byEvent].toSorted(([left], [right]) => (left < right ? -1 : 1)))
    await sql`
      update event_definitions set violations = violations + ${count}, last_violation_at = ${now}, last_violation = ${JSON.stringify(problems)}::jsonb
      where workspace_id = ${workspaceId} and event = ${event}`.execute(tx)
}

function tracesOf(read: ChunkItems<FinishedItem>, outcome: ItemOutcome | null): Settled[] {
  const settled: Settled[] = []
  for (const [index, { trace }] of read.items.entries()) {
    if (trace === undefined) continue
    settled.push({ id: trace, fate: outcome?.repeats[index] === 1 ? 'duplicate' : 'accepted', personId: outcome?.personIds[index] ?? null })
  }
  return settled
}
