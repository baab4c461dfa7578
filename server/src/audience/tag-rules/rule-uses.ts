import { sql } from 'kysely'
import type { PreferenceSettings, TagCase } from '../../../../contracts/tag-rules.ts'
import { amountProperty } from '../../../../contracts/rule.ts'
import type { Context } from '../../access/index.ts'
import { propertyKey, type Use, type UsedThing } from '../../people/index.ts'
import { thingsOf } from '../rule-uses.ts'

/** What the rules of tags use, preferences with what they are computed from. */
export async function readTagRuleUses(ctx: Context): Promise<Use[]> {
  const { rows } = await sql<{ id: string; name: string; cases: TagCase[]; settings: PreferenceSettings | null }>`
    select tags.id, tags.name, tag_rules.cases, tag_rules.settings
    from tag_rules join tags on tags.workspace_id = ${ctx.workspaceId} and tags.id = tag_rules.tag_id and tags.deleted_at is null
    where tag_rules.workspace_id = ${ctx.workspaceId} limit 2000`.execute(ctx.platform.db)
  return rows.flatMap(({ id, name, cases, settings }) => {
    const things = [...cases.flatMap(({ rule }) => [...thingsOf(rule)]), ...(settings ? thingsOfSettings(settings) : [])]
    return things.map((of): Use => ({ of, by: { kind: 'tag', id, name } }))
  })
}

function* thingsOfSettings({ event, category, price, coupon, discount }: PreferenceSettings): Generator<UsedThing> {
  if (event === undefined) return
  yield { kind: 'event', key: event }
  for (const property of [category, price, coupon, discount])
    if (property !== undefined && property !== amountProperty) yield { kind: 'property', key: propertyKey(event, property) }
}
