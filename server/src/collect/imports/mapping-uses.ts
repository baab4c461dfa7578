import { sql } from 'kysely'
import { orderEvent } from '../../../../contracts/collect.ts'
import type { ImportOptions, ImportTarget } from '../../../../contracts/import-setup.ts'
import type { Context } from '../../access/index.ts'
import { propertyKey, readNamespaces, type NamespaceRules, type Use, type UsedThing } from '../../people/index.ts'

interface MappingRow {
  id: string
  name: string
  target: ImportTarget
  columns: { field: string }[]
  options: ImportOptions
}

/** What saved mappings of imports write to: attributes, tags, kinds of identities, and events whose name the mapping says, with their properties. */
export async function readMappingUses(ctx: Context): Promise<Use[]> {
  const [namespaces, { rows }] = await Promise.all([
    readNamespaces(ctx.platform, ctx.workspaceId),
    sql<MappingRow>`select id, name, target, columns, options from import_mappings where workspace_id = ${ctx.workspaceId} limit 500`.execute(ctx.platform.db),
  ])
  return rows.flatMap(({ id, name, ...row }) => Array.from(thingsOf(row, namespaces), (of): Use => ({ of, by: { kind: 'importMapping', id, name } })))
}

function* thingsOf({ target, columns, options }: Pick<MappingRow, 'target' | 'columns' | 'options'>, namespaces: NamespaceRules): Generator<UsedThing> {
  const event = target === 'orders' ? orderEvent : target === 'events' ? options.eventName : undefined
  if (event !== undefined) yield { kind: 'event', key: event }
  for (const tagId of options.addTagIds ?? []) yield { kind: 'tag', key: tagId.toLowerCase() }
  if (options.goalEvent) {
    yield { kind: 'event', key: options.goalEvent }
    if (options.goalProperty !== undefined) yield { kind: 'property', key: propertyKey(options.goalEvent, options.goalProperty) }
  }
  for (const { field } of columns) {
    const [, group, key = ''] = /^(attribute|tag|identity|property):(.+)$/.exec(field) ?? []
    const namespace = group === 'identity' ? key : field
    if (group === 'attribute') yield { kind: 'attribute', key }
    else if (group === 'tag') yield { kind: 'tag', key: key.toLowerCase() }
    else if (group === 'property') {
      if (event !== undefined) yield { kind: 'property', key: propertyKey(event, key) }
    } else if (namespaces.get(namespace)) yield { kind: 'namespace', key: namespace }
  }
}
