import { sql } from 'kysely'
import { amountProperty, anyEvent, type Rule } from '../../../contracts/rule.ts'
import { propertyKey, type Usable, type Use, type UsedThing, type User } from '../people/index.ts'
import type { Context } from '../access/index.ts'

/** What segments and layer models use. */
export async function readAudienceUses(ctx: Context): Promise<Use[]> {
  const { rows } = await sql<User & { rule: Rule | null; event: string | null }>`
    select 'segment' as kind, id, name, rule, null as event from segments where workspace_id = ${ctx.workspaceId}
    union all
    select 'layerModel', id, name, null, settings ->> 'event' from layer_models where workspace_id = ${ctx.workspaceId} limit 5000`.execute(ctx.platform.db)
  return rows.flatMap(({ rule, event, ...by }) => {
    const things: UsedThing[] = rule ? [...thingsOf(rule)] : event ? [{ kind: 'event', key: event }] : []
    return things.map((of): Use => ({ of, by }))
  })
}

/** Everything a rule names. */
function* thingsOf(rule: Rule): Generator<UsedThing> {
  switch (rule.kind) {
    case 'all':
    case 'any':
      for (const each of rule.rules) yield* thingsOf(each)
      return
    case 'not':
      return yield* thingsOf(rule.rule)
    case 'layer':
    case 'hasAddress':
      return
    case 'attribute':
      yield { kind: 'attribute', key: rule.attribute }
      return
    case 'segment':
      yield { kind: 'segment', key: rule.segmentId.toLowerCase() }
      return
    case 'event': {
      if (rule.event === anyEvent) return
      yield { kind: 'event', key: rule.event }
      const properties = rule.filters.map((filter) => filter.property)
      if (rule.measure.kind !== 'times') properties.push(rule.measure.of)
      for (const property of properties) if (property !== amountProperty) yield { kind: 'property', key: propertyKey(rule.event, property) }
    }
  }
}

/** Segments as things that campaigns and other segments use. */
export async function listUsableSegments(ctx: Context): Promise<Usable[]> {
  const { rows } = await sql<{ id: string; name: string; people: number | null; lastSeenAt: Date }>`
    select id, name, count::float8 as people, updated_at as "lastSeenAt" from segments where workspace_id = ${ctx.workspaceId} order by name limit 5000`.execute(
    ctx.platform.db,
  )
  return rows.map(({ id, name, ...row }) => ({ kind: 'segment', key: id, label: { zh: name, en: name }, retired: false, ...row }))
}
