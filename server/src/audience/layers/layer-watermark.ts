import { anyEvent } from '../../../../contracts/rule.ts'
import type { LayerDefinition } from '../../../../contracts/layer-definitions.ts'
import type { Context } from '../../access/index.ts'
import { layerLimits } from './layer-scope.ts'
import { measuresOf } from './definition-layers.ts'

/**
 * What a model's data is like now: another watermark means that a computation would read something else. Made of everybody's version, the former ids and the number
 * of events that matter, so that one person more and one less in the same minute is a difference. A model by rules may read anything.
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
        (select toString(sum(cityHash64(tag_id, person_id, version))) from person_tags final where workspace_id = {workspaceId:UInt32} and {readsAll:Bool})
      ], ' ') as mark`,
    params: { workspaceId: ctx.workspaceId, isAny, readsAll, events },
    limits: layerLimits,
  })
  return mark
}

function eventsOf(definition: LayerDefinition): string[] {
  if (definition.kind === 'rfm' || definition.kind === 'lifecycle') return definition.attributes ? [] : [definition.event]
  return measuresOf(definition).flatMap((measure) => (measure.from === 'events' ? [measure.event] : []))
}
