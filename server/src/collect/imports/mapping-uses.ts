import { sql } from 'kysely'
import type { Context } from '../../access/index.ts'
import { readNamespaces, type Use, type UsedThing } from '../../people/index.ts'

/** What saved mappings of imports write to: attributes, tags and kinds of identities. */
export async function readMappingUses(ctx: Context): Promise<Use[]> {
  const [namespaces, { rows }] = await Promise.all([
    readNamespaces(ctx.platform, ctx.workspaceId),
    sql<{ id: string; name: string; columns: { field: string }[] }>`
      select id, name, columns from import_mappings where workspace_id = ${ctx.workspaceId} limit 500`.execute(ctx.platform.db),
  ])
  const thingOf = (field: string): UsedThing | null => {
    const [, group, key = ''] = /^(attribute|tag|identity):(.+)$/.exec(field) ?? []
    if (group === 'attribute') return { kind: 'attribute', key }
    if (group === 'tag') return { kind: 'tag', key: key.toLowerCase() }
    const namespace = group === 'identity' ? key : field
    return namespaces.get(namespace) ? { kind: 'namespace', key: namespace } : null
  }
  return rows.flatMap(({ id, name, columns }) =>
    columns.flatMap(({ field }): Use[] => {
      const of = thingOf(field)
      return of ? [{ of, by: { kind: 'importMapping', id, name } }] : []
    }),
  )
}
