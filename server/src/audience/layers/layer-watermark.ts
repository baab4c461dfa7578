import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { anyEvent } from '../../../../contracts/rule.ts'
import type { LayerDefinition } from '../../../../contracts/layer-definitions.ts'
import type { Context } from '../../access/index.ts'
import { resolveRule } from '../rule/resolve-rule.ts'
import type { ResolvedLayerRule } from '../rule/resolved-rule.ts'
import { layerLimits } from './layer-scope.ts'
import { measuresOf } from './definition-layers.ts'

/**
 * What a model's data is like now: another watermark means that a computation would read something else. Made of everybody's version, the former ids and the number
 * of events that matter, so that one person more and one less in the same minute is a difference. A model by rules may read anything: tags, consents, the segments and layers
 * that it names, which are told by what they hold, so that models that name one another come to rest.
 */
export async function readWatermark(ctx: Context, definition: LayerDefinition): Promise<string> {
  const readsAll = definition.kind === 'rules'
  const events = readsAll ? [] : eventsOf(definition)
  const isAny = readsAll || events.includes(anyEvent)
  const { mark } = await ctx.platform.warehouse.row<{ mark: string }>({
    sql: `
      select arrayStringConcat([
        (select toString(sum(cityHash64(person_id, version))) from people final where workspace_id = {workspaceId:UInt32}),
        (select toString(sum(cityHash64(alias_id, person_id))) from person_aliases final where workspace_id = {workspaceId:UInt32}),
        (select toString(count()) from events where workspace_id = {workspaceId:UInt32} and ({isAny:Bool} or event in {events:Array(String)})),
        (select toString(sum(cityHash64(tag_id, person_id, version))) from person_tags final where workspace_id = {workspaceId:UInt32} and {readsAll:Bool}),
        (select toString(sum(cityHash64(person_id, channel, purpose, state))) from person_consents final where workspace_id = {workspaceId:UInt32} and {readsAll:Bool})
      ], ' ') as mark`,
    params: { workspaceId: ctx.workspaceId, isAny, readsAll, events },
    limits: layerLimits,
  })
  return definition.kind === 'rules' ? `${mark} ${await readRulesMark(ctx, definition)}` : mark
}

/** What the rules come to with all that they name: segments by their rule or their list, layers by who is in which. */
async function readRulesMark(ctx: Context, { layers }: Extract<LayerDefinition, { kind: 'rules' }>): Promise<string> {
  const resolved = await Promise.all(layers.map(({ rule }) => resolveRule(ctx, rule)))
  const { rows } = await sql<{ id: string; mark: string | null }>`
    select id, result_mark as mark from layer_models where workspace_id = ${ctx.workspaceId}`.execute(ctx.platform.db)
  const marks = new Map(rows.map(({ id, mark }) => [id, mark]))
  const text = JSON.stringify(resolved, (_, value: unknown) => (isLayerRule(value) ? { ...value, kind: 'layers', run: marks.get(value.modelId) } : value))
  return createHash('sha256').update(text).digest('hex').slice(0, 32)
}

function isLayerRule(value: unknown): value is ResolvedLayerRule {
  return typeof value === 'object' && value !== null && (value as { kind?: unknown }).kind === 'layer'
}

function eventsOf(definition: LayerDefinition): string[] {
  if (definition.kind === 'rfm' || definition.kind === 'lifecycle') return definition.attributes ? [] : [definition.event]
  return measuresOf(definition).flatMap((measure) => (measure.from === 'events' ? [measure.event] : []))
}
