import { sql } from 'kysely'
import { Rule, type Rule as RuleTree } from '../../contracts/rule.ts'
import { readLayerModels } from '../../server/src/audience/index.ts'
import { computeLayers } from '../../server/src/audience/layers/compute-layers.ts'
import type { Context } from '../../server/src/access/index.ts'
import { readTagIds, tagNames } from './generate-traits.ts'

/** Dynamic segments as a shop has them, over some 45 conditions that they share; computes the layers that some of them name. Answers their rules. */
export async function insertSegments(ctx: Context, segments: number): Promise<RuleTree[]> {
  const [model] = await readLayerModels(ctx)
  if (!model || !(await computeLayers(ctx, model))) throw new Error('The layers were not computed')
  const conditions = conditionsOf(await readTagIds(ctx), model.id)
  const rules = Array.from({ length: segments }, (_, index) => ruleOf(conditions, index))
  for (const [index, rule] of rules.entries()) {
    await sql`insert into segments (workspace_id, name, rule) values (${ctx.workspaceId}, ${`分群 ${index}`}, ${JSON.stringify(rule)}::jsonb)`.execute(
      ctx.platform.db,
    )
  }
  return rules
}

const times = (event: string, operator: string, count: number, days: number) => ({
  kind: 'event',
  event,
  measure: { kind: 'times' },
  comparison: { operator, values: [count] },
  window: days === 0 ? { kind: 'ever' } : { kind: 'last', amount: days, unit: 'day' },
})
const text = (attribute: string, ...values: string[]) => ({ kind: 'attribute', attribute, test: { type: 'text', operator: 'oneOf', values } })
const spentOver = (yuan: number, days: number) => ({
  ...times('Order Completed', 'atLeast', 1, days),
  measure: { kind: 'sum', of: 'amount' },
  comparison: { operator: 'greaterThan', values: [yuan] },
})
const ofCategory = (event: string, category: string) => ({
  ...times(event, 'atLeast', 1, 30),
  filters: [{ property: 'category', test: { type: 'text', operator: 'is', values: [category] } }],
})

/** On events, attributes, tags, consent, addresses, layers, and one sequence. */
function conditionsOf(tags: ReadonlyMap<string, string>, modelId: string): object[] {
  const tag = (name: string, values: string[] = []) => ({ kind: 'tag', tagId: tags.get(name)!, values, window: { kind: 'ever' } })
  return [
    ...['Order Completed', 'Product Viewed', 'Product Added', 'App Opened'].flatMap((event) => [
      times(event, 'atLeast', 1, 7),
      times(event, 'atLeast', 1, 30),
      times(event, 'atLeast', 1, 90),
      times(event, 'atLeast', 3, 30),
      times(event, 'atLeast', 5, 90),
      times(event, 'atLeast', 1, 0),
    ]),
    spentOver(300, 30),
    ofCategory('Product Viewed', '茶叶'),
    ...['上海', '北京', '广州', '深圳', '杭州'].map((city) => text('city', city)),
    ...['银卡', '金卡', '黑金'].map((tier) => text('tier', tier)),
    text('gender', '女'),
    { kind: 'attribute', attribute: 'score', test: { type: 'number', operator: 'greaterThan', values: [70] } },
    ...tagNames.slice(0, 4).map((name) => tag(name)),
    tag(tagNames.at(-1)!, ['茶叶', '咖啡']),
    { kind: 'consent', channel: 'sms', state: 'granted' },
    { kind: 'hasAddress', channel: 'sms' },
    { kind: 'layer', modelId, layers: ['importantValue', 'importantKeep'] },
    {
      kind: 'sequence',
      steps: [
        { event: 'Product Added', filters: [] },
        { event: 'Order Completed', filters: [], within: { amount: 3, unit: 'day' } },
      ],
      window: { kind: 'last', amount: 30, unit: 'day' },
    },
  ]
}

/** Two or three conditions, one of them turned round: another combination for every index. */
function ruleOf(conditions: readonly object[], index: number): RuleTree {
  const pick = (step: number) => conditions[(index * step + Math.floor(index / conditions.length)) % conditions.length]!
  const parts = [pick(1), { kind: 'not', rule: pick(7) }, ...(index % 3 === 0 ? [{ kind: 'any', rules: [pick(11), pick(13)] }] : [])]
  return Rule.parse({ kind: 'all', rules: parts })
}
