import type { LocaleText } from '../../../../contracts/common.ts'
import type { PersonRow } from '../../../../contracts/people.ts'
import type { Rule } from '../../../../contracts/rule.ts'
import type { MoveDirection } from '../../../../contracts/segments.ts'
import type { Context } from '../../access/index.ts'
import { listPeople } from '../../people/index.ts'
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
  people: Record<MoveDirection, PersonRow[]> | null
}

/** People shown of those who would move. */
const shownMax = 5

/** How many and, for whoever may see people, who would enter and leave a segment with another rule, everything read at this moment. @throws `not-found`, and like `countRule` */
export async function previewSegmentChange(ctx: Context, { id, rule }: { id: string; rule: Rule }): Promise<ChangePreview> {
  await readSegment(ctx, id)
  const count = (of: Parameters<typeof compilePeopleSet>[1]) => countSet(ctx, of)
  const change = { kind: 'change', segmentId: id, rule } as const
  const [before, entered, left] = await Promise.all([
    count({ kind: 'rule', rule: { kind: 'segment', segmentId: id } }),
    count({ ...change, direction: 'entered' }),
    count({ ...change, direction: 'left' }),
  ])
  const some = async (direction: MoveDirection, total: number) =>
    total === 0 ? [] : (await listPeople(ctx, { set: { ...change, direction }, limit: shownMax })).items
  const people = ctx.permissions.has('people.read') ? { entered: await some('entered', entered), left: await some('left', left) } : null
  return { before, after: before + entered - left, entered, left, sentence: describeRule(rule, await readRuleWords(ctx, [rule])), people }
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
