import { sql } from 'kysely'
import { AppError } from '../../platform/errors.ts'
import type { Platform } from '../../platform/platform.ts'
import { FreshCache } from './fresh-cache.ts'

/** With so many items waiting the sender is asked to wait too: a minute or two of work, and far from filling the disk. */
const backlogItemsMax = 2_000_000
/** Counted once a second at most, however many requests come. */
const ages = { freshMs: 1_000, staleMaxMs: 1_000 }
const retryAfterSeconds = 10

const backlogs = new WeakMap<Platform, FreshCache<number, number>>()

/** Throws `unavailable` while too much waits. */
export async function refuseWhenFull(platform: Platform, workspaceId: number, itemsMax = backlogItemsMax): Promise<void> {
  let known = backlogs.get(platform)
  if (!known) backlogs.set(platform, (known = new FreshCache((id: number) => countWaiting(platform, id), ages)))
  if ((await known.read(workspaceId)) < itemsMax) return
  throw new AppError('unavailable', {
    zh: '待处理的数据过多，请稍后重发',
    en: 'Too much data is waiting to be processed; send it again later',
    retryAfterSeconds,
  })
}

/** Items of sources that no chunk has taken yet, as far as it matters. */
async function countWaiting(platform: Platform, workspaceId: number): Promise<number> {
  const { rows } = await sql<{ items: number }>`
    select coalesce(sum(item_count), 0)::bigint as items from (
      select item_count from inbox where workspace_id = ${workspaceId} and kind = 'tracking' and chunk_id is null and failed_at is null limit 100000) as waiting`.execute(
    platform.db,
  )
  return rows[0]!.items
}
