import { sql } from 'kysely'
import type { LayerDefinition } from '../../../contracts/layer-definitions.ts'
import { amountProperty, anyEvent, timeProperty, type EventWindow, type Filter, type Rule, type SequenceEvent } from '../../../contracts/rule.ts'
import { propertyKey, type Usable, type Use, type UsedThing, type User } from '../people/index.ts'
import type { Context } from '../access/index.ts'
import { measuresOf } from './layers/definition-layers.ts'
import { readLayerModels, type LayerModelRow } from './layers/layer-model-row.ts'

/** What segments and layer models use, whom lookalikes begin with, and that lists and the overview show people by the main model. */
export async function readAudienceUses(ctx: Context): Promise<Use[]> {
  const { rows } = await sql<User & { rule: Rule }>`
    select 'segment' as kind, id, name, rule from segments where workspace_id = ${ctx.workspaceId} and rule is not null limit 5000`.execute(ctx.platform.db)
  const ofSegments = rows.flatMap(({ rule, ...by }) => Array.from(thingsOf(rule), (of): Use => ({ of, by })))
  const { rows: lookalikes } = await sql<User & { seed: string }>`
    select 'lookalike' as kind, id, name, seed_segment_id as seed from lookalikes
    where workspace_id = ${ctx.workspaceId} and seed_segment_id is not null limit 1000`.execute(ctx.platform.db)
  const ofSeeds = lookalikes.map(({ seed, ...by }): Use => ({ of: { kind: 'segment', key: seed }, by }))
  return [...ofSegments, ...ofSeeds, ...(await readLayerModels(ctx)).flatMap((model) => Array.from(usesOfModel(model)))]
}

function* usesOfModel({ id, name, definition, playbook, isMain }: LayerModelRow): Generator<Use> {
  const by = { kind: 'layerModel', id, name } as const
  for (const of of thingsOfLayers(definition)) yield { of, by }
  for (const { splitBy } of Object.values(playbook)) if (splitBy !== null) yield { of: { kind: 'layerModel', key: splitBy.toLowerCase() }, by }
  if (isMain) yield { of: { kind: 'layerModel', key: id }, by: { kind: 'mainLayers', id, name } }
}

/** Everything a layer model reads. */
export function* thingsOfLayers(definition: LayerDefinition): Generator<UsedThing> {
  if (definition.kind === 'rules') for (const { rule } of definition.layers) yield* thingsOf(rule)
  if (definition.kind === 'rfm' || definition.kind === 'lifecycle') {
    const { attributes } = definition
    if (!attributes) yield { kind: 'event', key: definition.event }
    else for (const key of [attributes.lastOrder, attributes.orders, attributes.amount]) if (key !== null) yield { kind: 'attribute', key }
  }
  for (const measure of measuresOf(definition)) {
    if (measure.from === 'attribute') yield { kind: 'attribute', key: measure.attribute }
    else if (measure.event !== anyEvent) {
      yield { kind: 'event', key: measure.event }
      const reads = measure.measure !== 'times' && measure.measure !== 'days' && measure.measure !== 'recency'
      for (const property of [...(reads ? [measure.of] : []), ...measure.filters.flatMap(propertiesOf)])
        if (property !== amountProperty) yield { kind: 'property', key: propertyKey(measure.event, property) }
    }
  }
}

/** Everything a rule names. */
export function* thingsOf(rule: Rule): Generator<UsedThing> {
  switch (rule.kind) {
    case 'all':
    case 'any':
      for (const each of rule.rules) yield* thingsOf(each)
      return
    case 'not':
      return yield* thingsOf(rule.rule)
    case 'hasAddress':
    case 'consent':
      return
    case 'layer':
      yield { kind: 'layerModel', key: rule.modelId.toLowerCase() }
      return
    case 'message':
      if (rule.campaignId !== undefined) yield { kind: 'campaign', key: rule.campaignId.toLowerCase() }
      return yield* thingsOfWindow(rule.window)
    case 'tag':
      yield { kind: 'tag', key: rule.tagId.toLowerCase() }
      return yield* thingsOfWindow(rule.window)
    case 'attribute':
      yield { kind: 'attribute', key: rule.attribute }
      return
    case 'segment':
      yield { kind: 'segment', key: rule.segmentId.toLowerCase() }
      return
    case 'event':
      yield* thingsOfWindow(rule.window)
      return yield* thingsOfEvent(rule, 'of' in rule.measure ? [rule.measure.of] : [])
    case 'eventValue':
      yield* thingsOfWindow(rule.window)
      return yield* thingsOfEvent(rule, [rule.of])
    case 'sequence':
      yield* thingsOfWindow(rule.window)
      for (const step of rule.steps) for (const each of [step, ...step.without]) yield* thingsOfEvent(each, [])
  }
}

function* thingsOfWindow(window: EventWindow): Generator<UsedThing> {
  if (window.kind === 'sinceCampaign' && window.campaignId !== undefined) yield { kind: 'campaign', key: window.campaignId.toLowerCase() }
}

function* thingsOfEvent({ event, filters }: SequenceEvent, measured: readonly string[]): Generator<UsedThing> {
  if (event === anyEvent) return
  yield { kind: 'event', key: event }
  for (const property of [...filters.flatMap(propertiesOf), ...measured]) {
    if (property !== amountProperty && property !== timeProperty) yield { kind: 'property', key: propertyKey(event, property) }
  }
}

function propertiesOf(filter: Filter): string[] {
  if ('property' in filter) return [filter.property]
  return filter.kind === 'not' ? propertiesOf(filter.filter) : filter.filters.flatMap(propertiesOf)
}

/** Segments as things that campaigns and other segments use. */
export async function listUsableSegments(ctx: Context): Promise<Usable[]> {
  const { rows } = await sql<{ id: string; name: string; people: number | null; lastSeenAt: Date }>`
    select id, name, count::float8 as people, updated_at as "lastSeenAt" from segments where workspace_id = ${ctx.workspaceId} order by name limit 5000`.execute(
    ctx.platform.db,
  )
  return rows.map(({ id, name, ...row }) => ({ kind: 'segment', key: id, label: { zh: name, en: name }, retired: false, ...row }))
}

/** Layer models as things that rules use. */
export async function listUsableLayerModels(ctx: Context): Promise<Usable[]> {
  const { rows } = await sql<{ id: string; name: string; lastSeenAt: Date | null }>`
    select id, name, computed_at as "lastSeenAt" from layer_models where workspace_id = ${ctx.workspaceId} order by name limit 100`.execute(ctx.platform.db)
  return rows.map(({ id, name, lastSeenAt }) => ({ kind: 'layerModel', key: id, label: { zh: name, en: name }, people: null, retired: false, lastSeenAt }))
}
