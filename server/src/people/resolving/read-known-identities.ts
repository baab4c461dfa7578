import type { KnownIdentities, LinkedPerson } from './identity-groups.ts'
import { peopleToRead } from './people-to-read.ts'
import type { IdentityTable } from './identity-table.ts'
import { LinkLimits } from './link-limits.ts'
import type { QueryRunner } from '../query-runner.ts'
import { uuidArray } from '../uuid-bytes.ts'

/** What is stored of a batch's identities: who has them, and of those who may be joined what else they have. */
export async function readKnownIdentities(runner: QueryRunner, workspaceId: number, table: IdentityTable): Promise<KnownIdentities> {
  const { owners, shared } = await readOwners(runner, workspaceId, table)
  const personIds = peopleToRead(table, owners)
  return {
    owners,
    shared,
    people: await readLinkedPeople(runner, workspaceId, { personIds, table }),
    apart: await readApart(runner, workspaceId, personIds),
  }
}

/** Person by identity, 0 for an identity that nobody has; and which of them are shared. */
export async function readOwners(runner: QueryRunner, workspaceId: number, table: IdentityTable): Promise<{ owners: Float64Array; shared: Uint8Array }> {
  const owners = new Float64Array(table.size)
  const shared = new Uint8Array(table.size)
  for (const [rank, identities] of identitiesByRank(table)) {
    const { rows } = await runner.query<{ found: string | null }>({
      name: 'people-read-owners',
      // NOTE: one text instead of tens of thousands of rows, which would cost the client more than the look-up costs the server. `any` of
      // one namespace walks its index once in order; a join with the keys as they come costs more than twice as much.
      text: `
        select string_agg((position - 1) || ' ' || case when shared_at is null then person_id else -person_id end, ' ') as found
        from identities join unnest($3::uuid[]) with ordinality as given (key, position) using (key)
        where workspace_id = $1 and namespace = $2 and identities.key = any($3::uuid[])`,
      values: [workspaceId, table.namespaces.all[rank]!.key, uuidArray(identities.map((identity) => table.keys[identity]!))],
    })
    const numbers = rows[0]?.found?.split(' ') ?? []
    for (let at = 0; at < numbers.length; at += 2) {
      const identity = identities[Number(numbers[at])]!
      const personId = Number(numbers[at + 1])
      owners[identity] = Math.abs(personId)
      if (personId < 0) shared[identity] = 1
    }
  }
  return { owners, shared }
}

function identitiesByRank({ size, ranks }: IdentityTable): Map<number, number[]> {
  const byRank = new Map<number, number[]>()
  for (let identity = 0; identity < size; identity++) {
    const known = byRank.get(ranks[identity]!)
    if (known) known.push(identity)
    else byRank.set(ranks[identity]!, [identity])
  }
  return byRank
}

async function readLinkedPeople(
  runner: QueryRunner,
  workspaceId: number,
  { personIds, table }: { personIds: readonly number[]; table: IdentityTable },
): Promise<Map<number, LinkedPerson>> {
  const people = new Map<number, { counts: Int32Array; bestRank: number }>()
  if (personIds.length === 0) return people
  const { rows } = await runner.query<{ found: string | null }>({
    name: 'people-read-linked',
    text: `
      select string_agg(person_id || ' ' || namespace || ' ' || held, ' ') as found
      from (select person_id, namespace, count(*) as held from identities where workspace_id = $1 and person_id = any($2::bigint[]) group by person_id, namespace) as counted`,
    values: [workspaceId, `{${personIds.join(',')}}`],
  })
  const limits = new LinkLimits(table.namespaces)
  const words = rows[0]?.found?.split(' ') ?? []
  for (let at = 0; at < words.length; at += 3) {
    const personId = Number(words[at])
    const rank = table.namespaces.rankOf(words[at + 1]!)
    if (rank < 0) continue
    let person = people.get(personId)
    if (!person) people.set(personId, (person = { counts: new Int32Array(limits.width), bestRank: rank }))
    person.bestRank = Math.min(person.bestRank, rank)
    const slot = limits.slotOf(rank)
    if (slot >= 0) person.counts[slot] = Number(words[at + 2])
  }
  return people
}

async function readApart(runner: QueryRunner, workspaceId: number, personIds: readonly number[]): Promise<Map<number, Set<number>>> {
  const apart = new Map<number, Set<number>>()
  if (personIds.length < 2) return apart
  const { rows } = await runner.query<{ low_id: number; high_id: number }>({
    name: 'people-read-apart',
    text: `select low_id, high_id from person_distinctions where workspace_id = $1 and low_id = any($2::bigint[]) and high_id = any($2::bigint[])`,
    values: [workspaceId, `{${personIds.join(',')}}`],
  })
  for (const { low_id: low, high_id: high } of rows) {
    apart.set(low, (apart.get(low) ?? new Set()).add(high))
    apart.set(high, (apart.get(high) ?? new Set()).add(low))
  }
  return apart
}
