import { warehouseTime } from '../people/index.ts'

/** One row of the warehouse's table `event_intake`, which feeds `events` and whatever is kept of them. */
export interface EventRow {
  event: string
  personId: number
  timeMs: number
  /** UUID; the item's key. */
  eventId: string
  sourceId: string | null
  amountFen: number | undefined
  properties: Readonly<Record<string, unknown>> | undefined
  /** As `warehouseTime` writes it; many rows share one. */
  receivedAt: string
}

/** Of events that no source sent: the product's own. */
const noSource = '00000000-0000-0000-0000-000000000000'

/** Lines joined into one Buffer at a time: neither one huge string nor many small writes. */
const linesPerBuffer = 4_000

/** A row as a JSON line. Written by hand: the fixed part of a row costs half as much as through `JSON.stringify`. */
export function eventLine(workspaceId: number, row: EventRow): string {
  const { event, personId, timeMs, eventId, sourceId, amountFen, properties, receivedAt } = row
  return `{"workspace_id":${workspaceId},"event":${JSON.stringify(event)},"person_id":${personId},"time":"${warehouseTime(timeMs)}","event_id":"${eventId}","source_id":"${sourceId ?? noSource}","amount_fen":${amountFen ?? null},"properties":${properties === undefined ? '{}' : JSON.stringify(properties)},"received_at":"${receivedAt}"}\n`
}

/** Lines as the warehouse takes them. */
export async function* buffersOf(lines: readonly string[]): AsyncGenerator<Buffer> {
  for (let start = 0; start < lines.length; start += linesPerBuffer) yield Buffer.from(lines.slice(start, start + linesPerBuffer).join(''))
}
