import { sql } from 'kysely'
import { recordConsents } from '../../../people/index.ts'
import type { Database } from '../../../platform/platform.ts'

interface Reversal {
  workspaceId: number
  importId: string
  fileName: string
  personIds: readonly number[]
  now: Date
}

/**
 * Ends the consents an import granted, where they are what holds: by a new row of the ledger, which is never rewritten, with the state before
 * the import, or a withdrawal when there was none. Refusals stay in force, whoever brought them: a no that was heard is not taken back by a
 * program (PIPL, articles 14 to 16). Answers how many were ended.
 */
export async function reverseConsents(tx: Database, { workspaceId, importId, fileName, personIds, now }: Reversal): Promise<number> {
  if (personIds.length === 0) return 0
  const { rows } = await sql<{ personId: number; before: 'granted' | 'withdrawn' | null; proof: string | null }>`
    select granted.person_id as "personId", earlier.state as before, earlier.proof
    from (
      select distinct on (person_id) person_id, at from consents
      where workspace_id = ${workspaceId} and origin_id = ${importId}::uuid and person_id = any(${personIds}::bigint[]) and state = 'granted'
      order by person_id, at desc) as granted
    join consent_states as holds on holds.workspace_id = ${workspaceId} and holds.person_id = granted.person_id and holds.channel = 'sms'
      and holds.purpose = 'marketing' and holds.state = 'granted' and holds.at = granted.at
    left join lateral (
      select state, proof from consents
      where workspace_id = ${workspaceId} and person_id = granted.person_id and channel = 'sms' and purpose = 'marketing' and origin_id is distinct from ${importId}::uuid
      order by at desc, id desc limit 1) as earlier on true`.execute(tx)
  const records = rows.map(({ personId, before, proof }) => ({
    personId,
    channel: 'sms' as const,
    purpose: 'marketing' as const,
    state: before ?? ('withdrawn' as const),
    proof: before === 'granted' ? `撤销导入「${fileName}」，恢复此前的同意：${proof ?? ''}`.slice(0, 500) : `撤销导入「${fileName}」，该导入提供的同意作废`,
    source: 'import undo',
    timeMs: now.getTime(),
  }))
  await recordConsents(tx, workspaceId, records)
  return records.length
}
