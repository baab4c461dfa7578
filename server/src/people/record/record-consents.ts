import type { Database } from '../../platform/platform.ts'
import { runnerOf, type QueryRunner } from '../query-runner.ts'

/** A person's yes or no to a purpose on a channel, and what proves it. */
export interface ConsentRecord {
  personId: number
  channel: 'sms'
  purpose: 'marketing'
  state: 'granted' | 'withdrawn'
  proof: string
  /** Where it was said: `import`, `tracking`, `console`, `reply`. */
  source: string
  timeMs: number
  /** The import it came with. */
  originId?: string
}

/** Records consents in a transaction; see `writeConsents`. */
export async function recordConsents(tx: Database, workspaceId: number, records: readonly ConsentRecord[]): Promise<void> {
  await writeConsents(runnerOf(tx), workspaceId, records)
}

/**
 * Appends to the ledger of consent and brings the projection to the newest state, in the caller's transaction. A record that is in the
 * ledger already (same person, purpose, state, time and proof) is left out, so that a file imported twice says it once.
 */
export async function writeConsents(runner: QueryRunner, workspaceId: number, records: readonly ConsentRecord[]): Promise<void> {
  if (records.length === 0) return
  const given = records.map((record) => ({
    person_id: record.personId,
    channel: record.channel,
    purpose: record.purpose,
    state: record.state,
    proof: record.proof,
    source: record.source,
    at: new Date(record.timeMs).toISOString(),
    origin_id: record.originId ?? null,
  }))
  await runner.query({
    name: 'people-record-consents',
    text: `
      with given as (
        select distinct on (person_id, channel, purpose, state, at, proof) *
        from json_to_recordset($2::json) as row (person_id bigint, channel text, purpose text, state text, proof text, source text, at timestamptz, origin_id uuid)),
      recorded as (
        insert into consents (workspace_id, person_id, channel, purpose, state, proof, source, at, origin_id)
        select $1, person_id, channel, purpose, state, proof, source, at, origin_id from given
        where not exists (
          select from consents as known
          where known.workspace_id = $1 and known.person_id = given.person_id and known.channel = given.channel and known.purpose = given.purpose
            and known.at = given.at and known.state = given.state and known.proof = given.proof)
        order by person_id, at)
      insert into consent_states (workspace_id, person_id, channel, purpose, state, at)
      -- At the same instant a withdrawal outweighs a grant.
      select distinct on (person_id, channel, purpose) $1, person_id, channel, purpose, state, at from given
      order by person_id, channel, purpose, at desc, state desc
      on conflict (workspace_id, person_id, channel, purpose) do update set state = excluded.state, at = excluded.at
      where (excluded.at, excluded.state) >= (consent_states.at, consent_states.state)`,
    values: [workspaceId, JSON.stringify(given)],
  })
}
