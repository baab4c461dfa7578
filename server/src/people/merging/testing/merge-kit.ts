import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { Context } from '../../../access/index.ts'
import { mirrorLinesOf } from '../../mirror/mirror-people.ts'
import { runnerOf } from '../../query-runner.ts'
import { mergePeople, type MergePair } from '../merge-people.ts'
import { undoMerge } from '../undo-merge.ts'

export interface MadePerson {
  /** Value and epoch milliseconds of saying it, by key. */
  attributes?: Record<string, [string | number | boolean, number]>
  /** `namespace:value` */
  identities?: string[]
  phone?: string
  email?: string
  consents?: ['granted' | 'withdrawn', number][]
  createdAtMs?: number
}

/** Puts a person into both stores, the way a batch that names them would. Answers the id. */
export async function makePerson(ctx: Context, made: MadePerson): Promise<number> {
  const { db, vaults, warehouse } = ctx.platform
  const vault = await vaults.of(ctx.workspaceId)
  const attributes = Object.fromEntries(Object.entries(made.attributes ?? {}).map(([key, [value]]) => [key, value]))
  const times = Object.fromEntries(Object.entries(made.attributes ?? {}).map(([key, [, at]]) => [key, at]))
  const phoneKey = made.phone ? vault.blindIndex('phone', made.phone) : null
  const emailKey = made.email ? vault.blindIndex('email', made.email) : null
  const { rows } = await sql<{ id: number }>`
    insert into people (workspace_id, attributes, attribute_times, sealed_phone, phone_key, sealed_email, email_key, created_at)
    values (${ctx.workspaceId}, ${JSON.stringify(attributes)}::jsonb, ${JSON.stringify(times)}::jsonb, ${made.phone ? vault.seal(made.phone) : null}, ${phoneKey},
      ${made.email ? vault.seal(made.email) : null}, ${emailKey},
      ${new Date(made.createdAtMs ?? 1_700_000_000_000)}) returning id`.execute(db)
  const personId = rows[0]!.id
  if (made.phone) await giveIdentity(ctx, personId, `phone:${made.phone}`)
  if (made.email) await giveIdentity(ctx, personId, `email:${made.email}`)
  for (const identity of made.identities ?? []) await giveIdentity(ctx, personId, identity)
  for (const [state, at] of made.consents ?? []) await giveConsent(ctx, personId, state, at)
  const lines = Buffer.from((await mirrorLinesOf(ctx.platform, { workspaceId: ctx.workspaceId, personIds: [personId] })).join(''))
  await warehouse.insertJsonLines('people', lines, { token: `made ${personId}` })
  return personId
}

export async function giveIdentity(ctx: Context, personId: number, identity: string): Promise<void> {
  const [namespace, value] = [identity.slice(0, identity.indexOf(':')), identity.slice(identity.indexOf(':') + 1)]
  const vault = await ctx.platform.vaults.of(ctx.workspaceId)
  const shown = namespace === 'phone' || namespace === 'email' ? null : value
  await sql`insert into identities (workspace_id, namespace, key, person_id, value)
    values (${ctx.workspaceId}, ${namespace}, ${vault.blindIndex(namespace, value)}, ${personId}, ${shown})`.execute(ctx.platform.db)
}

async function giveConsent(ctx: Context, personId: number, state: string, atMs: number): Promise<void> {
  const at = new Date(atMs)
  await sql`insert into consents (workspace_id, person_id, channel, purpose, state, proof, source, at)
    values (${ctx.workspaceId}, ${personId}, 'sms', 'marketing', ${state}, 'test', 'import', ${at})`.execute(ctx.platform.db)
  await sql`insert into consent_states (workspace_id, person_id, channel, purpose, state, at)
    values (${ctx.workspaceId}, ${personId}, 'sms', 'marketing', ${state}, ${at})
    on conflict (workspace_id, person_id, channel, purpose) do update set state = excluded.state, at = excluded.at
    where (excluded.at, excluded.state) >= (consent_states.at, consent_states.state)`.execute(ctx.platform.db)
}

/** An order of 1 yuan in the warehouse. */
export async function makeEvent(ctx: Context, personId: number, { event = 'Order Completed', timeMs = 1_700_000_000_000 } = {}): Promise<void> {
  const row = { workspace_id: ctx.workspaceId, event, person_id: personId, time: timeMs, event_id: randomUUID(), source_id: randomUUID() }
  await ctx.platform.warehouse.insertRows('event_intake', [{ ...row, amount_fen: 100, properties: {}, received_at: timeMs }], { token: row.event_id })
}

/** Merges, commits and mirrors. */
export async function merge(ctx: Context, pairs: readonly (Pick<MergePair, 'keptId' | 'mergedId'> & Partial<MergePair>)[]): Promise<number[]> {
  const given = pairs.map((pair) => ({ reason: 'linked' as const, ...pair }))
  const batch = { platform: ctx.platform, workspaceId: ctx.workspaceId, pairs: given, decidedBy: null, now: ctx.platform.clock.now() }
  const outcome = await ctx.platform.db.transaction().execute((tx) => mergePeople(runnerOf(tx), batch))
  await outcome.mirror()
  return outcome.mergeIds
}

/** Undoes, commits and mirrors. */
export async function undo(ctx: Context, mergeId: number): Promise<void> {
  const { platform, workspaceId } = ctx
  const outcome = await platform.db
    .transaction()
    .execute((tx) => undoMerge(runnerOf(tx), { platform, workspaceId, mergeId, undoneBy: null, now: platform.clock.now() }))
  await outcome.mirror()
}

/** Everything PostgreSQL holds of a workspace's people, as text, versions and times of changing aside: what an undo must give back. */
export async function everythingOf(ctx: Context): Promise<unknown> {
  const select = async (text: string) => (await sql<{ row: unknown }>`${sql.raw(text)} ${ctx.workspaceId} order by 1`.execute(ctx.platform.db)).rows
  return {
    people: await select(`select (to_jsonb(people) - 'version' - 'updated_at')::text as row from people where workspace_id =`),
    identities: await select(`select concat_ws(' ', namespace, key, person_id) as row from identities where workspace_id =`),
    consents: await select(`select concat_ws(' ', id, person_id, state) as row from consents where workspace_id =`),
    consentStates: await select(`select concat_ws(' ', person_id, channel, purpose, state, at) as row from consent_states where workspace_id =`),
    messages: await select(`select concat_ws(' ', id, person_id, cause_id, occurrence) as row from messages where workspace_id =`),
    importPeople: await select(`select concat_ws(' ', import_id, person_id) as row from import_people where workspace_id =`),
    aliases: await select(`select concat_ws(' ', alias_id, person_id) as row from person_aliases where alias_id <> person_id and workspace_id =`),
  }
}
