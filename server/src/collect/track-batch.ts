import { sql } from 'kysely'
import { AppError } from '../platform/errors.ts'
import type { Platform } from '../platform/platform.ts'
import type { WriteKeySource } from '../access/index.ts'
import { appendToInbox } from './append-to-inbox.ts'
import { readTrackingBatch } from './read-tracking-batch.ts'

/** With so many items waiting the sender is asked to wait too: a minute or two of work, and far from filling the disk. */
const backlogItemsMax = 2_000_000
const backlogAgeMsMax = 1_000
const retryAfterSeconds = 10

/** Accepts a batch of the tracking API: when it returns, the batch is committed. Throws `validation`, `too-large`, `unavailable`. */
export async function trackBatch(platform: Platform, { source, body }: { source: WriteKeySource; body: Buffer }): Promise<void> {
  const receivedAt = platform.clock.now()
  const items = readTrackingBatch(body, { sourceId: source.sourceId, receivedAt })
  await refuseWhenFull(platform, source.workspaceId)
  // One statement is one transaction: a batch is always one row.
  await appendToInbox(platform.db, { platform, workspaceId: source.workspaceId, kind: 'tracking', sourceId: source.sourceId, receivedAt, items })
}

interface Backlog {
  items: Promise<number>
  readAt: number
}

const backlogs = new WeakMap<Platform, Map<number, Backlog>>()

/** Throws `unavailable` while too much waits. Counted once a second at most, however many requests come. */
export async function refuseWhenFull(platform: Platform, workspaceId: number, itemsMax = backlogItemsMax): Promise<void> {
  if ((await readBacklog(platform, workspaceId)) < itemsMax) return
  throw new AppError('unavailable', {
    zh: '待处理的数据过多,请稍后重发',
    en: 'Too much data is waiting to be processed; send it again later',
    retryAfterSeconds,
  })
}

function readBacklog(platform: Platform, workspaceId: number): Promise<number> {
  let known = backlogs.get(platform)
  if (!known) backlogs.set(platform, (known = new Map()))
  const cached = known.get(workspaceId)
  const now = performance.now()
  if (cached && now - cached.readAt < backlogAgeMsMax) return cached.items
  const items = countWaiting(platform, workspaceId)
  known.set(workspaceId, { items, readAt: now })
  items.catch(() => known.delete(workspaceId))
  return items
}

/** Items of the tracking API that no chunk has taken yet, as far as it matters. */
async function countWaiting(platform: Platform, workspaceId: number): Promise<number> {
  const { rows } = await sql<{ items: number }>`
    select coalesce(sum(item_count), 0)::bigint as items from (
      select item_count from inbox where workspace_id = ${workspaceId} and kind = 'tracking' and chunk_id is null and failed_at is null limit 100000) as waiting`.execute(
    platform.db,
  )
  return rows[0]!.items
}
