import { sql } from 'kysely'
import type { Namespace } from '../../../../../contracts/people.ts'
import type { Context } from '../../../access/index.ts'
import { tabulateIdentities } from '../identity-table.ts'
import { findPeople, resolvePeople, type PersonItem, type Resolution } from '../resolve-people.ts'

export type Named = readonly (readonly [Namespace, string])[]

export const itemOf = (identities: Named): PersonItem => ({ type: 'identify', identities, timeMs: 1 })

/** One batch in a transaction of its own. */
export async function resolveItems(ctx: Context, items: readonly PersonItem[], origins?: readonly number[]): Promise<Resolution> {
  const { platform, workspaceId } = ctx
  const vault = await platform.vaults.of(workspaceId)
  const table = await tabulateIdentities(platform, workspaceId, items)
  const client = await platform.pool.connect()
  try {
    await client.query('begin')
    const resolution = await resolvePeople(client, {
      platform,
      workspaceId,
      vault,
      items,
      table,
      source: 'test',
      now: platform.clock.now(),
      ...(origins && { origins }),
    })
    await client.query('commit')
    return resolution
  } catch (error) {
    await client.query('rollback')
    throw error
  } finally {
    client.release()
  }
}

/** The same for items that only name people; answers the person of each, and checks that looking them up again finds the same. */
export async function resolveNamed(ctx: Context, batch: readonly Named[]): Promise<number[]> {
  const { personIds } = await resolveItems(
    ctx,
    batch.map((identities) => itemOf(identities)),
  )
  return [...personIds]
}

/** Who the items of a batch belong to by now. */
export async function findNamed(ctx: Context, batch: readonly Named[]): Promise<number[]> {
  const { platform, workspaceId } = ctx
  const table = await tabulateIdentities(
    platform,
    workspaceId,
    batch.map((identities) => itemOf(identities)),
  )
  const client = await platform.pool.connect()
  try {
    return [...(await findPeople(client, { workspaceId, table }))]
  } finally {
    client.release()
  }
}

export interface Stored {
  /** Person by `namespace key`. */
  owners: Map<string, number>
  people: number[]
  /** `namespace key keptPersonId otherPersonId` */
  conflicts: Set<string>
  /** `namespace key` of shared identities. */
  shared: Set<string>
}

/** What a workspace knows of identities. */
export async function readStored(ctx: Context): Promise<Stored> {
  const { db } = ctx.platform
  const { workspaceId } = ctx
  const identities = await sql<{ id: string; person_id: number; is_shared: boolean }>`
    select namespace || ' ' || key as id, person_id, shared_at is not null as is_shared from identities where workspace_id = ${workspaceId}`.execute(db)
  const people = await sql<{ id: number }>`select id from people where workspace_id = ${workspaceId} order by id`.execute(db)
  const conflicts = await sql<{ text: string }>`
    select concat_ws(' ', namespace, key, kept_person_id, other_person_id) as text from identity_conflicts where workspace_id = ${workspaceId}`.execute(db)
  return {
    owners: new Map(identities.rows.map((row) => [row.id, row.person_id])),
    people: people.rows.map((row) => row.id),
    conflicts: new Set(conflicts.rows.map((row) => row.text)),
    shared: new Set(identities.rows.filter((row) => row.is_shared).map((row) => row.id)),
  }
}

/** Identities (`namespace value`) in groups that are connected by items: what One ID may at most join. */
export function componentsOf(items: readonly Named[]): Map<string, string> {
  const parents = new Map<string, string>()
  const find = (id: string): string => {
    const parent = parents.get(id) ?? id
    return parent === id ? id : find(parent)
  }
  for (const identities of items) {
    const ids = identities.map(([namespace, value]) => `${namespace} ${value}`)
    for (const id of ids) {
      if (!parents.has(id)) parents.set(id, id)
      parents.set(find(id), find(ids[0]!))
    }
  }
  return new Map([...parents.keys()].map((id) => [id, find(id)]))
}
