import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Platform } from '../../platform/platform.ts'

const changesPerStep = 20_000

interface ConsentNow {
  change_id: number
  workspace_id: number
  person_id: number
  channel: string
  purpose: string
  /** Null for one that is gone: the person said nothing, or is another one today. */
  state: string | null
}

/**
 * Brings consents that changed to the warehouse's mirror, as they stand now; false when there were none. In any order and as often as one likes: of the
 * rows of one consent that with the highest change holds, and the last change is read after it was committed.
 */
export async function mirrorConsents(platform: Platform): Promise<boolean> {
  return platform.db.transaction().execute(async (tx) => {
    const taken = await sql<{ id: number }>`
      select id from consent_changes order by id limit ${changesPerStep} for update skip locked`.execute(tx)
    if (taken.rows.length === 0) return false
    const ids = taken.rows.map((row) => row.id)
    const { rows } = await sql<ConsentNow>`
      select max(changed.id) as change_id, changed.workspace_id, changed.person_id, changed.channel, changed.purpose, states.state
      from consent_changes as changed left join consent_states as states using (workspace_id, person_id, channel, purpose)
      where changed.id = any(${ids}::bigint[])
      group by changed.workspace_id, changed.person_id, changed.channel, changed.purpose, states.state
      order by change_id`.execute(tx)
    const lines = Buffer.from(rows.map((row) => `${JSON.stringify(lineOf(row))}\n`).join(''))
    const token = `consents-${createHash('sha256').update(lines).digest('hex').slice(0, 32)}`
    await platform.warehouse.insertJsonLines('person_consents', lines, { token })
    await sql`delete from consent_changes where id = any(${ids}::bigint[])`.execute(tx)
    return true
  })
}

function lineOf({ change_id, state, ...consent }: ConsentNow): Record<string, unknown> {
  return { ...consent, state: state ?? '', version: change_id, is_deleted: state === null ? 1 : 0 }
}
