import { sql } from 'kysely'
import type { Platform } from '../platform/platform.ts'
import { lateSeconds } from './read-inbox.ts'

/**
 * Tells the metrics how much waits and for how long, and the log when that is too long: the chunks themselves say nothing while they do
 * not get through. Answers false: there is nothing more to do until the next time.
 */
export async function watchInbox(platform: Platform): Promise<boolean> {
  const { rows } = await sql<{ waiting: number; oldest: Date | null; failed: number; away: number }>`
    select coalesce(sum(item_count) filter (where failed_at is null), 0)::bigint as waiting, min(received_at) filter (where failed_at is null) as oldest,
      count(*) filter (where failed_at is not null) as failed,
      (select count(*) from inbox_chunks where away_since is not null) as away
    from inbox`.execute(platform.db)
  const { waiting, oldest, failed, away } = rows[0]!
  const oldestSeconds = oldest ? Math.max(0, (platform.clock.now().getTime() - oldest.getTime()) / 1000) : 0
  const { metrics } = platform
  metrics.gauge({ name: 'hongyan_inbox_waiting_items', help: 'Items accepted that are not in both stores yet' }).set(waiting)
  metrics.gauge({ name: 'hongyan_inbox_oldest_seconds', help: 'How long the oldest of them waits; alert above 120' }).set(oldestSeconds)
  metrics.gauge({ name: 'hongyan_inbox_failed_rows', help: 'Rows set aside because a store refused them' }).set(failed)
  metrics.gauge({ name: 'hongyan_inbox_away_chunks', help: 'Chunks that wait for a store that is away' }).set(away)
  if (oldestSeconds > lateSeconds) platform.log.warn({ waiting, oldestSeconds, away }, 'incoming data waits too long')
  return false
}
