import { sql } from 'kysely'
import { orderEvent } from '../../../../contracts/collect.ts'
import type { HeldIdentity, MergeSide } from '../../../../contracts/merge-previews.ts'
import type { Attribute } from '../../../../contracts/people.ts'
import type { Context } from '../../access/index.ts'
import { momentOf } from '../record/attribute-times.ts'
import { maskPersonal, nameMask, personalAttributes } from '../attributes/personal-data.ts'
import { listAttributes } from '../attributes/list-attributes.ts'
import { maskAttribute } from '../masking/mask-addresses.ts'
import { maskEmail, maskPhone } from '../masking/mask.ts'
import { readNamespaces } from '../namespaces/read-namespaces.ts'
import type { PersonState } from '../record/person-draft.ts'
import { instant } from '../listing/person-row.ts'
import { readPersonStates } from '../record/person-state.ts'
import { runnerOf } from '../query-runner.ts'
import { findPerson, shownIdentity, type StoredIdentity } from '../profile/read-person.ts'
import { historyOf } from './aliases.ts'

const identitiesMax = 200

/** A side of a merge as staff see it, and the state a merge works on. */
export interface ReadSide {
  side: MergeSide
  state: PersonState
}

/** Everything that tells who somebody is, phone, e-mail and personal data masked. @throws `not-found` */
export async function readSide(ctx: Context, personId: number): Promise<ReadSide> {
  const person = await findPerson(ctx, personId)
  const [states, identities, consents, counts, known, personal, shownName] = await Promise.all([
    readPersonStates(runnerOf(ctx.platform.db), ctx.workspaceId, { personIds: [person.id], lock: false }),
    listHeldIdentities(ctx, { personId: person.id }),
    readConsentStates(ctx, person.id),
    countSide(ctx, person.id),
    listAttributes(ctx),
    personalAttributes(ctx),
    nameMask(ctx),
  ])
  const state = states.get(person.id)!
  const vault = await ctx.platform.vaults.of(ctx.workspaceId)
  const { lastEventMs, ...numbers } = counts
  const side: MergeSide = {
    personId: person.id,
    name: shownName(state.attributes['name'] === undefined ? null : String(state.attributes['name'])),
    phone: state.sealedPhone && maskPhone(vault.open(state.sealedPhone)),
    email: state.sealedEmail && maskEmail(vault.open(state.sealedEmail)),
    createdAt: new Date(state.createdAtMs).toISOString(),
    identities: identities.items,
    attributes: Object.entries(state.attributes).map(([key, value]) => {
      const saidAt = state.attributeTimes[key]
      return {
        ...described(known.items, key),
        value: personal.has(key) ? maskPersonal(value) : maskAttribute(value),
        at: instant(saidAt === undefined ? null : momentOf(saidAt)),
      }
    }),
    consents,
    counts: numbers,
    lastEventAt: instant(lastEventMs),
  }
  return { side, state }
}

/** Key, label and type of an attribute. */
export function described(known: readonly Attribute[], key: string): { key: string; label: Attribute['label']; type: Attribute['type'] } {
  const attribute = known.find((one) => one.key === key)
  return { key, label: attribute?.label ?? { zh: key, en: key }, type: attribute?.type ?? 'text' }
}

/** Identities of a person with the merge that brought each. A former id answers the person of today. @throws `not-found` */
export async function listHeldIdentities(ctx: Context, asked: { personId: number }): Promise<{ items: HeldIdentity[] }> {
  const person = await findPerson(ctx, asked.personId)
  const { rows } = await sql<StoredIdentity & { merge_id: number | null }>`
    select namespace, key, value, sealed, created_at, (
      select max(move.merge_id) from merge_moves as move
      join person_merges as merge on merge.id = move.merge_id and merge.workspace_id = ${ctx.workspaceId} and merge.kept_id = ${person.id} and merge.undone_at is null
      where move.table_name = 'identities' and move.row_key = identities.namespace || ':' || identities.key) as merge_id
    from identities where workspace_id = ${ctx.workspaceId} and person_id = ${person.id}
    order by created_at, namespace, value limit ${identitiesMax}`.execute(ctx.platform.db)
  const vault = await ctx.platform.vaults.of(ctx.workspaceId)
  const namespaces = await readNamespaces(ctx.platform, ctx.workspaceId)
  return {
    items: rows.map((row) => ({
      namespace: row.namespace,
      key: row.key,
      value: shownIdentity({ vault, namespaces }, person, row),
      firstSeenAt: row.created_at.toISOString(),
      mergeId: row.merge_id,
    })),
  }
}

async function readConsentStates(ctx: Context, personId: number): Promise<MergeSide['consents']> {
  const { rows } = await sql<Omit<MergeSide['consents'][number], 'at'> & { at: Date }>`
    select channel, purpose, state, at from consent_states
    where workspace_id = ${ctx.workspaceId} and person_id = ${personId} order by channel, purpose`.execute(ctx.platform.db)
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }))
}

async function countSide(ctx: Context, personId: number): Promise<MergeSide['counts'] & { lastEventMs: number | null }> {
  const person = await historyOf(ctx, personId)
  const [row, { rows }] = await Promise.all([
    ctx.platform.warehouse.row<{ events: number; orders: number; amountFen: number; lastEventMs: number }>({
      sql: `
        select toInt64(count()) as events, toInt64(countIf(event = {orderEvent:String})) as orders,
          sumIf(ifNull(amount_fen, 0), event = {orderEvent:String}) as amountFen, toUnixTimestamp64Milli(max(time)) as lastEventMs
        from events_by_person where workspace_id = {workspaceId:UInt32} and ${person.condition}`,
      params: { ...person.params, workspaceId: ctx.workspaceId, orderEvent },
    }),
    sql<{ messages: number; replies: number }>`
      select (select count(*)::integer from messages where workspace_id = ${ctx.workspaceId} and person_id = ${personId} and accepted_at is not null) as messages,
        (select count(*)::integer from replies where workspace_id = ${ctx.workspaceId} and person_id = ${personId}) as replies`.execute(ctx.platform.db),
  ])
  return { ...row, ...rows[0]!, lastEventMs: row.events > 0 ? row.lastEventMs : null }
}
