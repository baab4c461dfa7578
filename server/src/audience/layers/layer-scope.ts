import type { LayerDefinition } from '../../../../contracts/layer-definitions.ts'
import type { Context } from '../../access/index.ts'
import { canonicalPerson, type PersonColumn } from '../../people/index.ts'
import type { Statement } from '../../platform/warehouse/warehouse.ts'
import { workspaceTimezone } from '../../workspaces/index.ts'
import { compileRule } from '../rule/compile-rule.ts'
import { resolveRule } from '../rule/resolve-rule.ts'
import { StatementParams } from '../rule/statement-params.ts'

export const layerLimits = { secondsMax: 900, memoryBytesMax: 6 * 1024 ** 3 }

/** What statements about everyone's layers are written with. */
export interface LayerScope {
  params: StatementParams
  /** `workspace_id = …` */
  workspace: string
  /** How the person behind an event's id is named. */
  person: PersonColumn
  now: Date
  timezone: string
}

/** A definition that can be computed: references of its rules are followed, and everything is read as of one moment. */
export interface LayerPlan {
  definition: LayerDefinition
  workspaceId: number
  person: PersonColumn
  now: Date
  timezone: string
  /** One statement of a bitmap `people` for every rule, of a model by rules. */
  rules: Required<Pick<Statement, 'sql' | 'params'>>[]
}

/** @throws `validation` when a rule names what does not exist */
export async function planLayers(ctx: Context, definition: LayerDefinition): Promise<LayerPlan> {
  const now = ctx.platform.clock.now()
  const [person, timezone] = await Promise.all([canonicalPerson(ctx), workspaceTimezone(ctx)])
  const plan: LayerPlan = { definition, workspaceId: ctx.workspaceId, person, now, timezone, rules: [] }
  if (definition.kind !== 'rules') return plan
  for (const [index, { rule }] of definition.layers.entries()) {
    const resolved = await resolveRule(ctx, rule, { path: `body.definition.layers.${index}.rule` })
    const { sql, params } = compileRule(resolved, { workspaceId: ctx.workspaceId, now, timezone, person })
    plan.rules.push(withSlotPrefix(`r${index}`, { sql, params }))
  }
  return plan
}

/** Slots of statements that stand side by side get names of their own. User bytes never stand in the text, so whatever looks like a slot is one. */
function withSlotPrefix(prefix: string, { sql, params }: LayerPlan['rules'][number]): LayerPlan['rules'][number] {
  const renamed = Object.entries(params).map(([name, value]) => [`${prefix}${name}`, value] as const)
  return { sql: sql.replaceAll(/\{(p\d+):/g, `{${prefix}$1:`), params: Object.fromEntries(renamed) }
}

/** Fresh slots for one statement of a plan. */
export function scopeOf(plan: LayerPlan): LayerScope {
  const params = new StatementParams()
  const { person, now, timezone } = plan
  return { params, workspace: `workspace_id = ${params.slot(plan.workspaceId, 'UInt32')}`, person, now, timezone }
}
