import type { NamedItem } from '../../people/index.ts'
import type { Database } from '../../platform/platform.ts'
import type { Vault } from '../../platform/vault/vaults.ts'
import { sql } from 'kysely'

/** Which items name somebody who was there before an instant: 1 for each. What the import itself has made since does not count. */
export async function findKnown(
  db: Database,
  { workspaceId, vault, before }: { workspaceId: number; vault: Vault; before: Date },
  items: readonly NamedItem[],
): Promise<Uint8Array> {
  const namespaces: string[] = []
  const keys: string[] = []
  const itemOf: number[] = []
  for (const [index, item] of items.entries()) {
    for (const [namespace, value] of item.identities) {
      namespaces.push(namespace)
      keys.push(vault.blindIndex(namespace, value))
      itemOf.push(index)
    }
  }
  const known = new Uint8Array(items.length)
  const { rows } = await sql<{ found: string | null }>`
    select string_agg((position - 1)::text, ' ') as found
    from unnest(${namespaces}::text[], ${keys}::uuid[]) with ordinality as given (namespace, key, position)
    join identities on identities.workspace_id = ${workspaceId} and identities.namespace = given.namespace and identities.key = given.key
    where identities.created_at < ${before}`.execute(db)
  for (const position of rows[0]?.found?.split(' ') ?? []) known[itemOf[Number(position)]!] = 1
  return known
}
