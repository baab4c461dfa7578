import { sql } from 'kysely'
import type { Platform } from '../../platform/platform.ts'

/** What the door counts of a source. */
export interface DoorCounts {
  taken: number
  blocked: number
  quarantined: number
  refused: number
}

/** Told to PostgreSQL this often: a row per source and not one per request. What a killed process had not told yet is not counted. */
const flushMs = 2_000

interface Pending {
  counts: Map<string, DoorCounts & { workspaceId: number; sourceId: string }>
  timer: NodeJS.Timeout | null
}

const pendings = new WeakMap<Platform, Pending>()

/** Counts what the door did with the messages of a source. */
export function countAtDoor(platform: Platform, source: { workspaceId: number; sourceId: string }, add: Partial<DoorCounts>): void {
  const pending = pendingOf(platform)
  let counts = pending.counts.get(source.sourceId)
  if (!counts) pending.counts.set(source.sourceId, (counts = { ...source, taken: 0, blocked: 0, quarantined: 0, refused: 0 }))
  counts.taken += add.taken ?? 0
  counts.blocked += add.blocked ?? 0
  counts.quarantined += add.quarantined ?? 0
  counts.refused += add.refused ?? 0
  pending.timer ??= setTimeout(() => {
    flushDoorCounts(platform).catch((error: unknown) => platform.log.warn({ error }, 'counts of sources could not be written; they are tried again'))
  }, flushMs).unref()
}

/** Messages of a source that this process let in and PostgreSQL does not know of yet. */
export function takenAndUntold(platform: Platform, sourceId: string): number {
  return pendings.get(platform)?.counts.get(sourceId)?.taken ?? 0
}

/** Writes what was counted. */
export async function flushDoorCounts(platform: Platform): Promise<void> {
  const pending = pendingOf(platform)
  const rows = [...pending.counts.values()].toSorted((left, right) => (left.sourceId < right.sourceId ? -1 : 1))
  if (pending.timer) clearTimeout(pending.timer)
  pending.timer = null
  if (rows.length === 0) return
  pending.counts.clear()
  try {
    await sql`
      insert into source_hours (workspace_id, source_id, hour, taken, blocked, quarantined, refused)
      select "workspaceId", "sourceId", date_trunc('hour', ${platform.clock.now()}::timestamptz), taken, blocked, quarantined, refused
      from json_to_recordset(${JSON.stringify(rows)}::json)
        as given ("workspaceId" integer, "sourceId" uuid, taken bigint, blocked bigint, quarantined bigint, refused bigint)
      on conflict (workspace_id, source_id, hour) do update set
        taken = source_hours.taken + excluded.taken, blocked = source_hours.blocked + excluded.blocked,
        quarantined = source_hours.quarantined + excluded.quarantined, refused = source_hours.refused + excluded.refused`.execute(platform.db)
  } catch (error) {
    for (const row of rows) countAtDoor(platform, row, row)
    throw error
  }
}

function pendingOf(platform: Platform): Pending {
  let pending = pendings.get(platform)
  if (!pending) pendings.set(platform, (pending = { counts: new Map(), timer: null }))
  return pending
}
