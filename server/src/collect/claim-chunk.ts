import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { Database } from '../platform/platform.ts'
import type { Chunk, ChunkRow, InboxKind } from './chunk.ts'

/** About so many items make a chunk: enough for one part of the warehouse, few enough to be done in a second or two. */
const itemsPerChunk = 20_000

/** A lease outlives its worker by at most this long; a live worker renews it in time. Leases run by the database's clock, which all processes share. */
export const leaseSeconds = 20

interface Queue {
  workspaceId: number
  kind: InboxKind
  /** Oldest waiting row. */
  id: number
}

/** Gives out chunks to the workers of this process so that no queue (workspace and kind) has to wait until another is empty. */
export class ChunkClaims {
  readonly #db: Database
  readonly #isTaken: (kind: InboxKind) => boolean
  readonly #servedAt = new Map<string, number>()
  #turn = 0

  /** `isTaken` says whether anybody processes a kind; rows of other kinds stay where they are. */
  constructor(db: Database, isTaken: (kind: InboxKind) => boolean) {
    this.#db = db
    this.#isTaken = isTaken
  }

  /** A chunk whose worker is gone, or a new one of at least `itemsMin` waiting items; committed before it is answered. Null when there is none. */
  async claim({ itemsMin }: { itemsMin: number }): Promise<Chunk | null> {
    return this.#db.transaction().execute(async (tx) => (await this.#takeOver(tx)) ?? (await this.#claimNew(tx, itemsMin)))
  }

  async #takeOver(tx: Database): Promise<Chunk | null> {
    const { rows } = await sql<Omit<Chunk, 'rows'>>`
      update inbox_chunks set leased_until = now() + make_interval(secs => ${leaseSeconds}), lease_owner = ${randomUUID()}, attempts = attempts + 1
      where id = (select id from inbox_chunks where leased_until < now() order by leased_until limit 1 for update skip locked)
      returning id, workspace_id as "workspaceId", kind, state, lease_owner as "leaseOwner", failures, split_from as "splitFrom"`.execute(tx)
    const chunk = rows[0]
    return chunk ? { ...chunk, rows: await readChunkRows(tx, chunk.id) } : null
  }

  async #claimNew(tx: Database, itemsMin: number): Promise<Chunk | null> {
    for (const queue of this.#inTurn(await readQueues(tx))) {
      const chunk = await claimFrom(tx, queue, itemsMin)
      if (!chunk) continue
      this.#servedAt.set(nameOf(queue), ++this.#turn)
      return chunk
    }
    return null
  }

  /** Queues that somebody processes: first the one that was served longest ago; among equals the one whose oldest row is oldest. */
  #inTurn(queues: readonly Queue[]): Queue[] {
    const servedAt = (queue: Queue) => this.#servedAt.get(nameOf(queue)) ?? 0
    return queues.filter((queue) => this.#isTaken(queue.kind)).toSorted((left, right) => servedAt(left) - servedAt(right) || left.id - right.id)
  }
}

function nameOf({ workspaceId, kind }: Queue): string {
  return `${workspaceId} ${kind}`
}

async function claimFrom(tx: Database, { workspaceId, kind }: Queue, itemsMin: number): Promise<Chunk | null> {
  const leaseOwner = randomUUID()
  const { rows } = await sql<{ id: number }>`
    with locked as (
      select id, item_count from inbox
      where workspace_id = ${workspaceId} and kind = ${kind} and chunk_id is null and failed_at is null
      order by id limit 2000 for update skip locked),
    taken as (
      select id, item_count from (select id, item_count, sum(item_count) over (order by id) - item_count as items_before from locked) as counted
      where items_before < ${itemsPerChunk}),
    chunk as (
      insert into inbox_chunks (workspace_id, kind, leased_until, lease_owner)
      select ${workspaceId}, ${kind}, now() + make_interval(secs => ${leaseSeconds}), ${leaseOwner}
      where (select sum(item_count) from taken) >= ${itemsMin}
      returning id),
    assigned as (update inbox set chunk_id = chunk.id from chunk where inbox.id in (select id from taken))
    select id from chunk`.execute(tx)
  const id = rows[0]?.id
  if (id === undefined) return null
  return { id, workspaceId, kind, state: 'claimed', leaseOwner, failures: 0, splitFrom: null, rows: await readChunkRows(tx, id) }
}

/** Queues with waiting rows, by one index look-up each however many rows wait. */
async function readQueues(tx: Database): Promise<Queue[]> {
  const { rows } = await sql<Queue>`
    with recursive queues as (
      (select workspace_id, kind, id from inbox where chunk_id is null and failed_at is null order by workspace_id, kind, id limit 1)
      union all
      select next.* from queues cross join lateral (
        select workspace_id, kind, id from inbox
        where chunk_id is null and failed_at is null and (workspace_id, kind) > (queues.workspace_id, queues.kind)
        order by workspace_id, kind, id limit 1) as next)
    select workspace_id as "workspaceId", kind, id from queues`.execute(tx)
  return rows
}

export async function readChunkRows(tx: Database, chunkId: number): Promise<ChunkRow[]> {
  const { rows } = await sql<ChunkRow>`
    select id, source_id as "sourceId", origin_id as "originId", received_at as "receivedAt", body from inbox where chunk_id = ${chunkId} order by id`.execute(
    tx,
  )
  return rows
}

/** Keeps a lease alive until `stop` is called; a renewal that fails is tried again with the next. */
export function keepLease(db: Database, chunk: Pick<Chunk, 'id' | 'leaseOwner'>): { stop(): void } {
  const renew = (): void =>
    void sql`update inbox_chunks set leased_until = now() + make_interval(secs => ${leaseSeconds}) where id = ${chunk.id} and lease_owner = ${chunk.leaseOwner}`
      .execute(db)
      .catch(() => undefined)
  const timer = setInterval(renew, (leaseSeconds * 1000) / 4)
  return { stop: () => clearInterval(timer) }
}
