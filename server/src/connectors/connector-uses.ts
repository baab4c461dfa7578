import { sql } from 'kysely'
import type { Mapping } from '../../../contracts/connector-mapping.ts'
import type { Context } from '../access/index.ts'
import type { Use, UsedThing } from '../people/index.ts'

/** What the mappings of connectors write to: attributes, kinds of identities, and events whose name stands in the mapping. */
export async function readConnectorUses(ctx: Context): Promise<Use[]> {
  const { rows } = await sql<{ id: string; name: string; rules: Mapping['rules'] | null }>`
    select id, name, draft -> 'mapping' -> 'rules' as rules from connectors where workspace_id = ${ctx.workspaceId} limit 1000`.execute(ctx.platform.db)
  return rows.flatMap(({ id, name, rules }) =>
    (rules ?? []).flatMap(({ attributes, identities, event }) => {
      const things: UsedThing[] = [
        ...attributes.map(({ key }): UsedThing => ({ kind: 'attribute', key })),
        ...identities.map(({ namespace }): UsedThing => ({ kind: 'namespace', key: namespace })),
      ]
      if (event?.name.kind === 'constant') things.push({ kind: 'event', key: event.name.text })
      return things.map((of): Use => ({ of, by: { kind: 'connector', id, name } }))
    }),
  )
}
