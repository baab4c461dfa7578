import { sql } from 'kysely'
import type { QuarantineReason } from '../../../../contracts/quarantine.ts'
import type { Problem } from '../../../../contracts/errors.ts'
import type { Database, Platform } from '../../platform/platform.ts'
import { stableUuid } from '../../platform/stable-uuid.ts'
import { encodeBody } from '../inbox-body.ts'

/** Something that does not fit, and why. */
export interface HeldBack {
  reason: Exclude<QuarantineReason, 'store'>
  problem: Problem
  event: string | null
  /** UUID: the same thing sent again is held back once. */
  key: string
  /** How `payload` is read: `item` is an incoming item, otherwise a message of that wire format. */
  form: string
  payload: unknown
  /** When its batch was sent, by the sender's clock. */
  sentAtMs?: number | undefined
}

interface Origin {
  workspaceId: number
  sourceId: string | null
  originId?: string | null
  receivedAt: Date
}

const rowsPerStatement = 500

/** Puts what does not fit into the quarantine, in the caller's transaction. */
export async function holdBack(tx: Database, platform: Platform, { origin, things }: { origin: Origin; things: readonly HeldBack[] }): Promise<void> {
  if (things.length === 0) return
  const { workspaceId, sourceId, originId = null, receivedAt } = origin
  const vault = await platform.vaults.of(workspaceId)
  for (let start = 0; start < things.length; start += rowsPerStatement) {
    const part = things.slice(start, start + rowsPerStatement)
    const bodies = await Promise.all(part.map(async ({ payload }) => encodeBody(vault, [payload])))
    const rows = part.map(({ form, reason, problem, event, key, sentAtMs }) => {
      const sentAt = sentAtMs === undefined ? null : new Date(sentAtMs).toISOString()
      return { form, reason, problem, event, key, group: groupOf({ reason, problem, event }), sentAt }
    })
    await sql`
      insert into quarantine (workspace_id, source_id, origin_id, form, reason, problem, event, group_key, key, received_at, sent_at, body)
      select ${workspaceId}, ${sourceId}::uuid, ${originId}::uuid, form, reason, problem, event, "group", key, ${receivedAt}, "sentAt", body
      from (select * from rows from (
        json_to_recordset(${JSON.stringify(rows)}::json) as (form text, reason text, problem jsonb, event text, "group" uuid, key uuid, "sentAt" timestamptz),
        unnest(${bodies}::bytea[])) as given (form, reason, problem, event, "group", key, "sentAt", body)) as given
      on conflict (workspace_id, key) do nothing`.execute(tx)
  }
}

/** Things of one group are mended together: the same reason at the same place of the same event. Positions in a batch do not count. */
export function groupOf({ reason, event, problem }: Pick<HeldBack, 'reason' | 'event' | 'problem'>): string {
  // Names past the limit are one group: the names are what differs.
  if (reason === 'tooManyNames') return stableUuid('quarantine', reason)
  return stableUuid('quarantine', reason, event ?? '', problem.at.replaceAll(/\d+/g, '#'), problem.en.replaceAll(/\d+/g, '#'))
}
