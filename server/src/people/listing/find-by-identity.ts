import { sql } from 'kysely'
import type { Context } from '../../access/index.ts'
import { readNamespaces } from '../namespaces/read-namespaces.ts'

/** People who have exactly this phone, e-mail, member number or any other identity, however it is written; found by blind index, so nothing is unsealed. */
export async function findByIdentity(ctx: Context, text: string): Promise<number[]> {
  const vault = await ctx.platform.vaults.of(ctx.workspaceId)
  const keys: string[] = []
  const of: string[] = []
  const rules = await readNamespaces(ctx.platform, ctx.workspaceId)
  for (const { key: namespace } of rules.active) {
    const value = rules.normalise(namespace, text)
    if (typeof value !== 'string') continue
    of.push(namespace)
    keys.push(vault.blindIndex(namespace, value))
  }
  const { rows } = await sql<{ person_id: number }>`
    select distinct person_id from unnest(${of}::text[], ${keys}::uuid[]) as asked (namespace, key)
    join identities on identities.workspace_id = ${ctx.workspaceId} and identities.namespace = asked.namespace and identities.key = asked.key`.execute(
    ctx.platform.db,
  )
  return rows.map((row) => row.person_id)
}
