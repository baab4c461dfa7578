import type { LocaleText } from '../../../../contracts/common.ts'
import type { Rule } from '../../../../contracts/rule.ts'
import type { Context } from '../../access/index.ts'
import { interactiveLimits } from '../audience-statement.ts'
import { describeRule } from '../rule/describe-rule.ts'
import { readRuleWords } from '../rule/rule-words.ts'
import { readSegment } from '../segment-row.ts'
import { compilePeopleSet } from './people-set.ts'

export interface ChangePreview {
  before: number
  after: number
  entered: number
  left: number
  sentence: LocaleText
}

/** Who would enter and who would leave a segment with another rule, everything read at this moment. @throws `not-found`, and like `countRule` */
export async function previewSegmentChange(ctx: Context, { id, rule }: { id: string; rule: Rule }): Promise<ChangePreview> {
  await readSegment(ctx, id)
  const count = (of: Parameters<typeof compilePeopleSet>[1]) => countSet(ctx, of)
  const change = { kind: 'change', segmentId: id, rule } as const
  const [before, entered, left] = await Promise.all([
    count({ kind: 'rule', rule: { kind: 'segment', segmentId: id } }),
    count({ ...change, direction: 'entered' }),
    count({ ...change, direction: 'left' }),
  ])
  return { before, after: before + entered - left, entered, left, sentence: describeRule(rule, await readRuleWords(ctx, [rule])) }
}

async function countSet(ctx: Context, of: Parameters<typeof compilePeopleSet>[1]): Promise<number> {
  let count = 0
  for await (const { sql, params } of compilePeopleSet(ctx, of)) {
    const row = await ctx.platform.warehouse.row<{ count: number }>({
      sql: `select bitmapCardinality(groupBitmapMergeState(people)) as count from (${sql})`,
      params,
      limits: interactiveLimits,
    })
    count += row.count
  }
  return count
}
