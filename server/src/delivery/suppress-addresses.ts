import { sql } from 'kysely'
import type { FailureClass } from '../../../contracts/delivery.ts'
import type { Database, Platform } from '../platform/platform.ts'

export interface AddressFailure {
  /** E.164 */
  address: string
  addressKey: string
  personId: number | null
  failureClass: FailureClass
  at: Date
}

export interface Suppression {
  address: string
  addressKey: string
  personId: number | null
  reason: 'optedOut' | 'invalidNumber' | 'blacklisted' | 'manual'
  /** `receipt`, `reply`, `console` or a note */
  source: string
  at: Date
}

/** Two verdicts of "no such number" this far apart suppress it: numbers come back to life, and gateways err. */
const verdictsApartHours = 24

/** Puts addresses on the list. An opt-out replaces any other reason, because only new consent can undo it; else the first reason stays. */
export async function suppressAddresses(tx: Database, platform: Platform, workspaceId: number, suppressions: readonly Suppression[]): Promise<void> {
  if (suppressions.length === 0) return
  const vault = await platform.vaults.of(workspaceId)
  const byKey = new Map(suppressions.map((each) => [each.addressKey, each]))
  const list = [...byKey.values()]
  await sql`
    insert into suppressions (workspace_id, channel, address_key, sealed_address, reason, source, person_id, at)
    select ${workspaceId}, 'sms', given.* from unnest(${list.map((each) => each.addressKey)}::uuid[], ${list.map((each) => vault.seal(each.address))}::bytea[],
      ${list.map((each) => each.reason)}::text[], ${list.map((each) => each.source)}::text[], ${list.map((each) => each.personId)}::bigint[], ${list.map((each) => each.at)}::timestamptz[])
      as given (address_key, sealed_address, reason, source, person_id, at)
    on conflict (workspace_id, channel, address_key) do update set reason = excluded.reason, source = excluded.source, at = excluded.at
      where excluded.reason = 'optedOut' and suppressions.reason <> 'optedOut'`.execute(tx)
}

/** What failures say about addresses: a blacklisted one is suppressed at once, one that does not exist when that was said twice, a day apart. */
export async function noteFailures(tx: Database, platform: Platform, workspaceId: number, failures: readonly AddressFailure[]): Promise<void> {
  const suppress = (failure: AddressFailure, reason: Suppression['reason']): Suppression => ({ ...failure, reason, source: 'receipt' })
  const blacklisted = failures.filter(({ failureClass }) => failureClass === 'blacklisted').map((failure) => suppress(failure, 'blacklisted'))
  const invalid = new Map(failures.filter(({ failureClass }) => failureClass === 'invalidNumber').map((failure) => [failure.addressKey, failure]))
  const confirmed = invalid.size > 0 ? await countVerdicts(tx, workspaceId, [...invalid.values()]) : []
  const dead = confirmed.flatMap((key) => invalid.get(key) ?? []).map((failure) => suppress(failure, 'invalidNumber'))
  await suppressAddresses(tx, platform, workspaceId, [...blacklisted, ...dead])
}

async function countVerdicts(tx: Database, workspaceId: number, failures: readonly AddressFailure[]): Promise<string[]> {
  const sorted = failures.toSorted((a, b) => (a.addressKey < b.addressKey ? -1 : 1))
  const { rows } = await sql<{ addressKey: string }>`
    with noted as (
      insert into address_failures (workspace_id, address_key, first_at, last_at, count)
      select ${workspaceId}, given.address_key, given.at, given.at, 1
      from unnest(${sorted.map((each) => each.addressKey)}::uuid[], ${sorted.map((each) => each.at)}::timestamptz[]) as given (address_key, at)
      on conflict (workspace_id, address_key) do update set last_at = greatest(address_failures.last_at, excluded.last_at), count = address_failures.count + 1
      returning address_key, first_at, last_at
    )
    select address_key as "addressKey" from noted where last_at - first_at >= make_interval(hours => ${verdictsApartHours})`.execute(tx)
  return rows.map((row) => row.addressKey)
}

/** A number that took a message exists: earlier verdicts are forgotten. */
export async function forgetFailures(tx: Database, workspaceId: number, addressKeys: readonly string[]): Promise<void> {
  if (addressKeys.length === 0) return
  await sql`delete from address_failures where workspace_id = ${workspaceId} and address_key = any(${addressKeys}::uuid[])`.execute(tx)
}
