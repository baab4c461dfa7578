import { LineBuffers, warehouseTime } from '../people/index.ts'
import type { Platform } from '../platform/platform.ts'
import { keyOwner, type Chunk, type ChunkRow } from './chunk.ts'
import { eventLine } from './event-lines.ts'

/** An item of a chunk that may be an event. */
export interface EventItem {
  readonly event?: string
  readonly timeMs: number
  readonly key: string
  readonly amountFen?: number
  readonly properties?: Readonly<Record<string, unknown>>
}

export interface ChunkEvents {
  items: readonly EventItem[]
  rowOf: readonly ChunkRow[]
  personIds: Float64Array
  repeats: Uint8Array
  mirrorLines: LineBuffers
}

/**
 * Writes a resolved chunk to the warehouse, each table under its own token of the chunk: done again after a crash, it lands once.
 * Answers how many events it holds.
 */
export async function writeChunk(platform: Platform, chunk: Chunk, resolved: ChunkEvents): Promise<number> {
  const known = chunk.splitFrom === null ? null : await findWritten(platform, chunk, resolved.items)
  const lines = eventLinesOf(chunk, resolved, known)
  const { warehouse } = platform
  await Promise.all([
    lines.count > 0 && warehouse.insertJsonLines('event_intake', lines, { token: `chunk-${chunk.id}-events` }),
    resolved.mirrorLines.count > 0 && warehouse.insertJsonLines('people', resolved.mirrorLines, { token: `chunk-${chunk.id}-people` }),
  ])
  return lines.count
}

function eventLinesOf(chunk: Chunk, resolved: ChunkEvents, written: ReadonlySet<string> | null): LineBuffers {
  const lines = new LineBuffers()
  let row: ChunkRow | undefined
  let receivedAt = ''
  for (const [index, item] of resolved.items.entries()) {
    if (item.event === undefined || resolved.repeats[index] === 1 || written?.has(item.key)) continue
    if (row !== resolved.rowOf[index]) {
      row = resolved.rowOf[index]!
      receivedAt = warehouseTime(row.receivedAt.getTime())
    }
    const { event, timeMs, amountFen, properties } = item
    const personId = resolved.personIds[index]!
    lines.add(eventLine(chunk.workspaceId, { event, personId, timeMs, eventId: item.key, sourceId: sourceOf(chunk, row!), amountFen, properties, receivedAt }))
  }
  return lines
}

/** What sent an event. Events of an import stand under it, so that its undo finds them. */
function sourceOf(chunk: Chunk, row: ChunkRow): string | null {
  return chunk.kind === 'import' ? row.originId : row.sourceId
}

/**
 * Which events of a part of a split chunk are in the warehouse already: the whole may have landed, or some of its partitions, and the
 * part goes under another token. Rare, so it may cost a look-up over the time the part covers.
 */
async function findWritten(platform: Platform, chunk: Chunk, items: readonly EventItem[]): Promise<Set<string>> {
  const events = items.filter((item) => item.event !== undefined)
  if (events.length === 0) return new Set()
  const times = events.map((item) => item.timeMs)
  const rows = await platform.warehouse.rows<{ event_id: string }>({
    sql: `select event_id from events
      where workspace_id = {workspaceId:UInt32} and time between {from:DateTime64(3, 'UTC')} and {to:DateTime64(3, 'UTC')} and event_id in {ids:Array(UUID)}`,
    params: {
      workspaceId: chunk.workspaceId,
      from: warehouseTime(times.reduce((left, right) => Math.min(left, right))),
      to: warehouseTime(times.reduce((left, right) => Math.max(left, right))),
      ids: events.map((item) => item.key),
    },
  })
  platform.log.info({ chunk: chunk.id, splitFrom: keyOwner(chunk), written: rows.length }, 'looked up which events of a split chunk are in the warehouse')
  return new Set(rows.map((row) => row.event_id))
}
