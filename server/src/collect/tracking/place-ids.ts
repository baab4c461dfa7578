import type pg from 'pg'
import type { NamespaceRules } from '../../people/index.ts'
import type { Vault } from '../../platform/vault/vaults.ts'
import type { IncomingItem } from '../inbox-item.ts'

interface Placing {
  workspaceId: number
  vault: Vault
  namespaces: NamespaceRules
  items: readonly IncomingItem[]
}

/** Whether `placeIds` has anything to do, for a batch of nearly any workspace at the price of one look-up. */
export async function needsPlacing(client: Pick<pg.ClientBase, 'query'>, { workspaceId, items }: Pick<Placing, 'workspaceId' | 'items'>): Promise<boolean> {
  if (items.some((item) => item.unplacedId !== undefined)) return true
  const { rowCount } = await client.query({
    name: 'collect-any-loose-id',
    text: 'select from loose_ids where workspace_id = $1 limit 1',
    values: [workspaceId],
  })
  return rowCount === 1
}

/**
 * Gives the ids whose sender did not say what they are their kind, and adds them to the identities of their items.
 *
 * - Known as a user id, or called one in this batch: a user id.
 * - Otherwise an anonymous id, and remembered as loose. Whoever later calls the same text a user id is linked to the anonymous person by
 *   it (whom anything may link), and the id is loose no more.
 *
 * So the order in which a server's SDK, a sign-up, an import and a browser name the same person does not matter. Must run under the
 * workspace's resolve lock, before the batch's identities are tabulated.
 */
export async function placeIds(client: Pick<pg.ClientBase, 'query'>, placing: Placing): Promise<void> {
  const { items, namespaces } = placing
  const claims = new Map<string, IncomingItem>()
  for (const item of items) for (const [namespace, value] of item.identities) if (namespace === 'user_id' && !claims.has(value)) claims.set(value, item)
  await tieClaims(client, placing, claims)
  const unplaced = new Map<string, string>()
  for (const { unplacedId } of items) {
    if (unplacedId === undefined || unplaced.has(unplacedId)) continue
    const value = namespaces.normalise('user_id', unplacedId)
    unplaced.set(unplacedId, typeof value === 'string' ? value : unplacedId)
  }
  if (unplaced.size === 0) return
  const known = await findUserIds(
    client,
    placing,
    [...unplaced.values()].filter((value) => !claims.has(value)),
  )
  for (const item of items) {
    if (item.unplacedId === undefined) continue
    const value = unplaced.get(item.unplacedId)!
    addIdentity(item, claims.has(value) || known.has(value) ? 'user_id' : 'anonymous_id', value)
  }
  await rememberLoose(
    client,
    placing,
    [...unplaced.values()].filter((value) => !claims.has(value) && !known.has(value)),
  )
}

function addIdentity(item: IncomingItem, namespace: string, value: string): void {
  if (!item.identities.some(([known, same]) => known === namespace && same === value)) item.identities = [...item.identities, [namespace, value]]
}

/** Whoever is called by a user id that was loose gets the anonymous id of the same text too. */
async function tieClaims(client: Pick<pg.ClientBase, 'query'>, { workspaceId, vault }: Placing, claims: ReadonlyMap<string, IncomingItem>): Promise<void> {
  if (claims.size === 0) return
  const byKey = new Map(Array.from(claims, ([value, item]) => [vault.blindIndex('user_id', value), { value, item }]))
  const { rows } = await client.query<{ key: string }>({
    name: 'collect-tie-loose-ids',
    text: 'delete from loose_ids where workspace_id = $1 and key = any($2::uuid[]) returning key',
    values: [workspaceId, `{${[...byKey.keys()].join(',')}}`],
  })
  for (const { key } of rows) {
    const { value, item } = byKey.get(key)!
    addIdentity(item, 'anonymous_id', value)
  }
}

async function findUserIds(client: Pick<pg.ClientBase, 'query'>, { workspaceId, vault }: Placing, values: readonly string[]): Promise<Set<string>> {
  const byKey = new Map(values.map((value) => [vault.blindIndex('user_id', value), value]))
  const { rows } = await client.query<{ key: string }>({
    name: 'collect-find-user-ids',
    text: `select key from identities where workspace_id = $1 and namespace = 'user_id' and key = any($2::uuid[])`,
    values: [workspaceId, `{${[...byKey.keys()].join(',')}}`],
  })
  return new Set(rows.map(({ key }) => byKey.get(key)!))
}

async function rememberLoose(client: Pick<pg.ClientBase, 'query'>, { workspaceId, vault }: Placing, values: readonly string[]): Promise<void> {
  if (values.length === 0) return
  await client.query({
    name: 'collect-remember-loose-ids',
    text: 'insert into loose_ids (workspace_id, key) select $1, key from unnest($2::uuid[]) as key order by key on conflict do nothing',
    values: [workspaceId, `{${values.map((value) => vault.blindIndex('user_id', value)).join(',')}}`],
  })
}
