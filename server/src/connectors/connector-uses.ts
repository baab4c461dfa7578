import { sql } from 'kysely'
import type { Mapping } from '../../../contracts/connector-mapping.ts'
import type { ConnectorDraft } from '../../../contracts/connector-settings.ts'
import type { Context } from '../access/index.ts'
import { propertyKey, type Use, type UsedThing } from '../people/index.ts'
import { pageView } from './logs/page-view.ts'

interface ConnectorRow {
  id: string
  name: string
  draft: { kind: ConnectorDraft['kind']; mapping?: Pick<Mapping, 'rules'>; settings: { identities?: { namespace: string }[] } }
}

/** What connectors write to: attributes, kinds of identities, and events whose name stands in the mapping. */
export async function readConnectorUses(ctx: Context): Promise<Use[]> {
  const { rows } = await sql<ConnectorRow>`select id, name, draft from connectors where workspace_id = ${ctx.workspaceId} limit 1000`.execute(ctx.platform.db)
  return rows.flatMap(({ id, name, draft }) => Array.from(thingsOf(draft), (of): Use => ({ of, by: { kind: 'connector', id, name } })))
}

function* thingsOf({ kind, mapping, settings }: ConnectorRow['draft']): Generator<UsedThing> {
  if (kind === 'accessLog') {
    yield { kind: 'event', key: pageView }
    for (const { namespace } of settings.identities ?? []) yield { kind: 'namespace', key: namespace }
  }
  for (const { attributes, identities, event } of mapping?.rules ?? []) {
    for (const { key } of attributes) yield { kind: 'attribute', key }
    for (const { namespace } of identities) yield { kind: 'namespace', key: namespace }
    if (event?.name.kind !== 'constant') continue
    yield { kind: 'event', key: event.name.text }
    for (const { key } of event.properties) yield { kind: 'property', key: propertyKey(event.name.text, key) }
  }
}
