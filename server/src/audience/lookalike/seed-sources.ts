import { anyEvent, type Rule } from '../../../../contracts/rule.ts'
import type { Context } from '../../access/index.ts'
import type { UsedThing } from '../../people/index.ts'
import { assertNever } from '../../platform/errors.ts'
import { measuresOf } from '../layers/definition-layers.ts'
import { readLayerModels, type LayerModelRow } from '../layers/layer-model-row.ts'
import { thingsOf, thingsOfLayers } from '../rule-uses.ts'
import { listSegments } from '../segment-row.ts'
import type { Segment } from '../../../../contracts/audience.ts'

/** Everything people did: of a rule that means any event. */
export const everyEvent = 'event:*'

interface Known {
  segments: ReadonlyMap<string, Segment>
  models: ReadonlyMap<string, LayerModelRow>
  seen: Set<string>
}

/**
 * Sources of features that the seed's own rule is made of, through the segments and layers that it names: with them a model would only find the rule again. None for a
 * static segment, of which nobody knows how its people were chosen.
 */
export async function sourcesOfSeed(ctx: Context, seed: Segment): Promise<Set<string>> {
  if (seed.kind === 'static') return new Set()
  const [segments, models] = await Promise.all([listSegments(ctx, {}), readLayerModels(ctx)])
  const known: Known = { segments: new Map(segments.map((each) => [each.id, each])), models: new Map(models.map((each) => [each.id, each])), seen: new Set() }
  return new Set(sourcesOfRule(seed.rule, known))
}

function* sourcesOfRule(rule: Rule, known: Known): Generator<string> {
  switch (rule.kind) {
    case 'all':
    case 'any':
      for (const each of rule.rules) yield* sourcesOfRule(each, known)
      return
    case 'not':
      return yield* sourcesOfRule(rule.rule, known)
    case 'attribute':
      return yield `attribute:${rule.attribute}`
    case 'tag':
      return yield `tag:${rule.tagId.toLowerCase()}`
    case 'hasAddress':
      return yield `address:${rule.channel}`
    case 'event':
    case 'eventValue':
    case 'sequence':
      if (rule.kind !== 'sequence' && rule.event === anyEvent) yield everyEvent
      return yield* sourcesOfThings(thingsOf(rule))
    case 'message':
      return yield* ['event:Message Clicked', 'event:Message Replied', 'event:Message Opted Out']
    case 'segment':
      return yield* sourcesOfSegment(rule.segmentId.toLowerCase(), known)
    case 'layer':
      return yield* sourcesOfLayers(rule.modelId.toLowerCase(), known)
    case 'consent':
      return
    default:
      assertNever(rule)
  }
}

function* sourcesOfSegment(id: string, known: Known): Generator<string> {
  const segment = known.segments.get(id)
  if (!segment || segment.kind === 'static' || known.seen.has(id)) return
  known.seen.add(id)
  yield* sourcesOfRule(segment.rule, known)
}

function* sourcesOfLayers(id: string, known: Known): Generator<string> {
  const definition = known.models.get(id)?.definition
  if (!definition || known.seen.has(id)) return
  known.seen.add(id)
  if (definition.kind === 'rules') for (const { rule } of definition.layers) yield* sourcesOfRule(rule, known)
  else yield* sourcesOfThings(thingsOfLayers(definition))
  if (measuresOf(definition).some((measure) => measure.from === 'events' && measure.event === anyEvent)) yield everyEvent
}

/** Attributes and events among what a rule or a model reads. */
function* sourcesOfThings(things: Iterable<UsedThing>): Generator<string> {
  for (const { kind, key } of things) if (kind === 'attribute' || kind === 'event') yield `${kind}:${key}`
}
