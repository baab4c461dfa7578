import type pg from 'pg'
import type { Vault } from '../../platform/vault/vaults.ts'
import { copyRows } from '../copy-rows.ts'
import { peopleMetMax, type IdentityGroups } from './identity-groups.ts'
import type { IdentityTable } from './identity-table.ts'

interface Write {
  workspaceId: number
  vault: Vault
  table: IdentityTable
  /** Person by identity before the batch; 0 is written now. */
  owners: Float64Array
  groups: IdentityGroups
  /** Who says each item, by number of `originNumber`; nobody in particular when left out. */
  origins?: ArrayLike<number>
  now: Date
}

/** Kinds whose value lives sealed on the person, not beside the identity. */
const onPerson: ReadonlySet<string> = new Set(['phone', 'email'])

/** Writes the identities that nobody had. Secret values are sealed; of phone and e-mail only the blind index is kept here. */
export async function insertIdentities(client: pg.ClientBase, { workspaceId, vault, table, owners, groups, origins, now }: Write): Promise<void> {
  const fresh = freshInOrder(table, owners)
  if (fresh.length === 0) return
  const atMs = now.getTime()
  const hasSealed = fresh.some((identity) => isSealedHere(table, identity))
  const originOf = firstOrigins(table, origins)
  await copyRows(client, {
    into: `identities (workspace_id, namespace, key, person_id, value, created_at, origin_id${hasSealed ? ', sealed' : ''})`,
    columns: hasSealed ? 8 : 7,
    rows: fresh,
    write(fields, identity) {
      const { key: namespace, secret } = table.namespaces.all[table.ranks[identity]!]!
      const value = table.values[identity]!
      const origin = originOf[identity]!
      fields.integer(workspaceId)
      fields.text(namespace)
      fields.uuid(table.keys[identity]!)
      fields.bigint(groups.personOf(identity))
      if (secret) fields.null()
      else fields.text(value)
      fields.instant(atMs)
      if (origin === 0) fields.null()
      else fields.integer(origin)
      if (!hasSealed) return
      if (isSealedHere(table, identity)) fields.bytes(vault.seal(value))
      else fields.null()
    },
  })
}

/**
 * Identities that nobody has, in the order of the primary key: neighbours in its index are written together, which costs a third less than at
 * random. Sorted as numbers (rank, the first 24 bits of the key, identity), for the order need not be exact and comparing texts is slow.
 */
function freshInOrder({ size, ranks, keys }: IdentityTable, owners: Float64Array): number[] {
  const sortable = new Float64Array(size)
  let count = 0
  for (let identity = 0; identity < size; identity++) {
    if (owners[identity] === 0) sortable[count++] = (ranks[identity]! * 2 ** 24 + Number.parseInt(keys[identity]!.slice(0, 6), 16)) * size + identity
  }
  return Array.from(sortable.subarray(0, count).toSorted(), (number) => number % size)
}

/** Who named each identity first; 0 for nobody in particular. */
function firstOrigins({ size, offsets, refs }: IdentityTable, origins: ArrayLike<number> | undefined): Int32Array {
  const first = new Int32Array(size)
  if (origins === undefined) return first
  // Backwards: what the first item says stays.
  for (let item = offsets.length - 2; item >= 0; item--) for (let at = offsets[item]!; at < offsets[item + 1]!; at++) first[refs[at]!] = origins[item]!
  return first
}

function isSealedHere({ namespaces, ranks }: IdentityTable, identity: number): boolean {
  const { key, secret } = namespaces.all[ranks[identity]!]!
  return secret && !onPerson.has(key)
}

/** Writes down what linked nobody: conflicts for a person to decide, and whom an identity met, until it is shared. */
export async function writeRefusals(client: pg.ClientBase, write: Write): Promise<void> {
  const { workspaceId, table, groups, now } = write
  const conflicts = groups.conflicts()
  if (conflicts.length > 0) {
    await client.query({
      name: 'people-insert-conflicts',
      text: `
        insert into identity_conflicts (workspace_id, namespace, key, kept_person_id, other_person_id, limit_namespace, seen_at)
        select $1, namespace, key, kept, other, limited, $3
        from json_to_recordset($2::json) as given (namespace text, key uuid, kept bigint, other bigint, limited text)
        order by namespace, key, kept, other
        on conflict (workspace_id, namespace, key, kept_person_id, other_person_id)
        do update set seen_count = identity_conflicts.seen_count + 1 where identity_conflicts.state = 'open'`,
      values: [
        workspaceId,
        JSON.stringify(
          conflicts.map(({ identity, keptPersonId, otherPersonId, limitRank }) => ({
            ...nameOf(table, identity),
            kept: keptPersonId,
            other: otherPersonId,
            limited: table.namespaces.all[limitRank]!.key,
          })),
        ),
        now,
      ],
    })
  }
  const meetings = groups.meetings()
  if (meetings.length === 0) return
  await client.query({
    name: 'people-insert-meetings',
    text: `
      with given as (select * from json_to_recordset($2::json) as given (namespace text, key uuid, person_id bigint)),
      met as (
        insert into identity_meetings (workspace_id, namespace, key, person_id, met_at)
        select $1, namespace, key, person_id, $3 from given order by namespace, key, person_id
        on conflict do nothing returning namespace, key),
      added as (select namespace, key, count(*) as people from met group by namespace, key)
      update identities set shared_at = $3 from added
      where identities.workspace_id = $1 and identities.namespace = added.namespace and identities.key = added.key and shared_at is null
        -- What this statement inserts is not seen by it.
        and added.people + (
          select count(*) from identity_meetings as known
          where known.workspace_id = $1 and known.namespace = added.namespace and known.key = added.key) >= $4`,
    values: [workspaceId, JSON.stringify(meetings.map(({ identity, personId }) => ({ ...nameOf(table, identity), person_id: personId }))), now, peopleMetMax],
  })
}

function nameOf({ namespaces, ranks, keys }: IdentityTable, identity: number): { namespace: string; key: string } {
  return { namespace: namespaces.all[ranks[identity]!]!.key, key: keys[identity]! }
}
