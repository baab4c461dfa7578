import type { Platform } from '../platform/platform.ts'
import { ChunkClaims, keepLease } from './claim-chunk.ts'
import { readChunkItems, type ChunkItems } from './chunk-items.ts'
import type { Chunk, InboxKind } from './chunk.ts'
import { FieldCatalogue, noNews, type FieldNews } from './field-catalogue.ts'
import { finishChunk, type ItemOutcome } from './finish-chunk.ts'
import { giveBackChunk } from './give-back-chunk.ts'
import { announceChunkDone, inboxHandlerOf, type InboxRow } from './inbox-handlers.ts'
import type { IncomingItem, KnownEvent } from './inbox-item.ts'
import { LeaseLost, resolveChunk, resolveKnownEvents } from './resolve-chunk.ts'
import { writeChunk } from './write-chunk.ts'

/**
 * How long an empty inbox is left alone. Not woken by what comes in: under load that would make many small chunks, each a part in the
 * warehouse, where waiting a moment makes few large ones.
 */
const idleMs = 250

/** A second chunk is begun beside one in hand only when so much waits: while one is written to the warehouse, PostgreSQL resolves the next. */
const secondChunkItemsMin = 5_000

/** What was done with a chunk; `outcome` for kinds that are resolved to people. */
interface Dispatched {
  peopleChanged: number
  eventsWritten: number
  outcome: ItemOutcome | null
}

/** Takes chunks out of the inbox and brings them into both stores, each exactly once whatever dies when. One per process. */
export class InboxConsumer {
  readonly #platform: Platform
  readonly #claims: ChunkClaims
  readonly #catalogue: FieldCatalogue

  constructor(platform: Platform) {
    this.#platform = platform
    this.#claims = new ChunkClaims(platform.db, (kind) => kind !== 'callback' || inboxHandlerOf(kind) !== undefined)
    this.#catalogue = new FieldCatalogue(platform)
  }

  /** Processes one chunk, of at least `itemsMin` items; false when there was none. Throws when a store is away, after giving the chunk back. */
  async step({ itemsMin = 1 }: { itemsMin?: number } = {}): Promise<boolean> {
    const chunk = await this.#claims.claim({ itemsMin })
    if (!chunk) return false
    const lease = keepLease(this.#platform.db, chunk)
    try {
      await this.#process(chunk)
    } catch (error) {
      if (error instanceof LeaseLost) return true
      const { isAway } = await giveBackChunk(this.#platform, chunk, error)
      if (isAway) throw error
    } finally {
      lease.stop()
    }
    return true
  }

  async #process(chunk: Chunk): Promise<void> {
    const startedAt = performance.now()
    await this.#catalogue.open(chunk.workspaceId)
    const read = await readChunkItems<IncomingItem & KnownEvent>(this.#platform, chunk)
    const news = noNews()
    const done = await this.#dispatch(chunk, read, news)
    const { outcome, peopleChanged, eventsWritten } = done
    await finishChunk(this.#platform, chunk, { read, news, catalogue: this.#catalogue, outcome })
    const receivedAt = chunk.rows.map((row) => row.receivedAt)
    const { workspaceId, kind } = chunk
    const personIds = new Set(outcome?.personIds)
    const events = new Set(read.items.flatMap(({ event }) => event ?? []))
    announceChunkDone(this.#platform, { workspaceId, kind, items: read.items.length, receivedAt, peopleChanged, eventsWritten, personIds, events })
    this.#measure(chunk, read.items.length, (performance.now() - startedAt) / 1000)
  }

  async #dispatch(chunk: Chunk, read: ChunkItems<IncomingItem & KnownEvent>, news: FieldNews): Promise<Dispatched> {
    if (chunk.kind === 'callback') return this.#handOver(chunk, read)
    this.#noteTraits(chunk, read, news)
    const resolved = chunk.kind === 'message' ? await resolveKnownEvents(this.#platform, chunk, read.items) : await resolveChunk(this.#platform, chunk, read)
    this.#noteEvents(chunk, read, { repeats: resolved.repeats, news })
    const eventsWritten = await writeChunk(this.#platform, chunk, { ...resolved, items: read.items, rowOf: read.rowOf })
    return { peopleChanged: resolved.mirrorLines.count, eventsWritten, outcome: resolved }
  }

  async #handOver(chunk: Chunk, read: ChunkItems<unknown>): Promise<Dispatched> {
    const rows = new Map<number, InboxRow & { items: unknown[] }>()
    for (const [index, row] of read.rowOf.entries()) {
      const { id, sourceId, originId, receivedAt } = row
      const known = rows.get(id)
      if (known) known.items.push(read.items[index])
      else rows.set(id, { id, sourceId, originId, receivedAt, items: [read.items[index]] })
    }
    if (rows.size > 0) await inboxHandlerOf(chunk.kind)!(this.#platform, chunk.workspaceId, [...rows.values()])
    return { peopleChanged: 0, eventsWritten: 0, outcome: null }
  }

  #noteTraits({ workspaceId, kind }: Chunk, { items }: ChunkItems<IncomingItem & KnownEvent>, news: FieldNews): void {
    for (const { traits } of items) {
      if (!traits) continue
      if (kind === 'tracking') this.#catalogue.coerceTraits(workspaceId, traits)
      this.#catalogue.noteTraits(workspaceId, traits, news)
    }
  }

  /** A repeat is not counted for its source again. */
  #noteEvents(
    { workspaceId }: Chunk,
    { items, rowOf }: ChunkItems<IncomingItem & KnownEvent>,
    { repeats, news }: { repeats: Uint8Array; news: FieldNews },
  ): void {
    for (const [index, { event, properties }] of items.entries()) {
      if (event === undefined) continue
      this.#catalogue.noteEvent(workspaceId, { event, properties, sourceId: repeats[index] === 1 ? null : rowOf[index]!.sourceId }, news)
    }
  }

  #measure(chunk: Chunk, items: number, seconds: number): void {
    const { metrics, clock } = this.#platform
    const labels = ['kind'] as const
    const kind: InboxKind = chunk.kind
    metrics.counter({ name: 'hongyan_inbox_items_total', help: 'Items taken out of the inbox', labels }).inc({ kind }, items)
    metrics.histogram({ name: 'hongyan_inbox_chunk_seconds', help: 'From claiming a chunk to both stores having it', labels }).observe({ kind }, seconds)
    const oldest = chunk.rows[0]?.receivedAt
    const lagSeconds = oldest ? Math.max(0, (clock.now().getTime() - oldest.getTime()) / 1000) : 0
    metrics.gauge({ name: 'hongyan_inbox_lag_seconds', help: 'Age of the oldest item of the last finished chunk', labels }).set({ kind }, lagSeconds)
  }
}

/** Starts consuming the inbox on this process. */
export function startConsumer(platform: Platform): void {
  const consumer = new InboxConsumer(platform)
  platform.jobs.loop('inbox', idleMs, () => consumer.step())
  platform.jobs.loop('inbox backlog', idleMs, () => consumer.step({ itemsMin: secondChunkItemsMin }))
}

/** Processes until nothing waits: for tests, the simulator, and whoever must see what was just written. Chunks leased by others are left to them. */
export async function drainInbox(platform: Platform): Promise<void> {
  const consumer = new InboxConsumer(platform)
  while (await consumer.step());
}
