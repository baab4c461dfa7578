import type { Context } from '../../access/index.ts'
import { ruleMoment } from '../audience-statement.ts'
import { preferenceStatement } from '../preference-tags/preference-statements.ts'
import { compileRule } from '../rule/compile-rule.ts'
import { resolveRule } from '../rule/resolve-rule.ts'
import type { StoredTagRule } from './tag-rule-row.ts'
import type { WantedStatement } from './staged-changes.ts'

type Wanting = Pick<StoredTagRule, 'cases' | 'settings' | 'preset'>

/** Whom a rule wants, one select for each of its cases, people ascending. @throws `validation` when a rule names what is not there */
export async function wantedStatements(ctx: Context, rule: Wanting): Promise<WantedStatement[]> {
  if (rule.settings !== null && rule.preset !== null) return [await preferenceStatement(ctx, { key: rule.preset, settings: rule.settings })]
  const moment = await ruleMoment(ctx)
  return Promise.all(
    rule.cases.map(async ({ value, rule: tree }, index) => {
      const { sql, params } = compileRule(await resolveRule(ctx, tree, { path: `body.cases.${index}.rule` }), { workspaceId: ctx.workspaceId, ...moment })
      return {
        sql: `select arrayJoin(arraySort(bitmapToArray(people))) as person_id, {tagValue:String} as value from (${sql})`,
        params: { ...params, tagValue: value },
      }
    }),
  )
}
