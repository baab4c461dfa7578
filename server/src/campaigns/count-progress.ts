import { sql } from 'kysely'
import type { Database } from '../platform/platform.ts'
import type { Progress } from './campaign-row.ts'

/**
 * Messages of a campaign by where they stand. The numbers add up:
 * planned = suppressed + control + waiting + cancelled + failed before acceptance + sent, and sent = delivered + failed later + unknown + still without receipt.
 */
export async function countProgress(db: Database, workspaceId: number, campaignId: string): Promise<Progress> {
  const { rows } = await sql<Progress>`
    select count(*) as planned,
      count(*) filter (where state = 'suppressed' and reason <> 'controlGroup') as suppressed,
      count(*) filter (where state = 'suppressed' and reason = 'controlGroup') as control,
      count(*) filter (where state in ('planned', 'ready', 'claimed')) as waiting,
      count(*) filter (where accepted_at is not null) as sent,
      count(*) filter (where state = 'delivered') as delivered,
      count(*) filter (where state = 'failed') as failed,
      count(*) filter (where state = 'unknown') as unknown,
      count(*) filter (where state = 'cancelled') as cancelled
    from messages
    where workspace_id = ${workspaceId} and cause_id = ${campaignId}::uuid and cause_kind = 'campaign'`.execute(db)
  const [row] = rows
  if (!row) throw new Error('an aggregate without a row')
  return row
}
