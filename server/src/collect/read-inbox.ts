import { sql } from 'kysely'
import type { z } from 'zod'
import type { InboxState } from '../../../contracts/collect.ts'
import type { Context } from '../access/index.ts'

const hourMs = 3_600_000

/** How much waits in the inbox (taken up or not), since when, what had to be set aside, and how much went through in the last hour; all in items. */
export async function readInbox(ctx: Context): Promise<z.input<typeof InboxState>> {
  const { platform, workspaceId } = ctx
  const now = platform.clock.now()
  const { rows } = await sql<{ waiting: number; oldest: Date | null; failed: number; processed: number }>`
    select
      coalesce(sum(item_count) filter (where failed_at is null), 0)::bigint as waiting,
      min(received_at) filter (where failed_at is null) as oldest,
      coalesce(sum(item_count) filter (where failed_at is not null), 0)::bigint as failed,
      (select coalesce(sum(items), 0)::bigint from inbox_minutes where workspace_id = ${workspaceId} and minute > ${new Date(now.getTime() - hourMs)}) as processed
    from inbox where workspace_id = ${workspaceId}`.execute(platform.db)
  const { waiting, oldest, failed, processed } = rows[0]!
  return { waiting, oldestSeconds: oldest ? Math.max(0, (now.getTime() - oldest.getTime()) / 1000) : null, failed, processedLastHour: processed }
}
