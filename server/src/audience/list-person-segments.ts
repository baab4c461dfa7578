import type { LocaleText } from '../../../contracts/common.ts'
import type { Rule } from '../../../contracts/rule.ts'
import type { Context } from '../access/index.ts'
import { AppError } from '../platform/errors.ts'
import { ruleMoment } from './audience-statement.ts'
import { readFacts } from './read-facts.ts'
import { evaluateRule } from './rule/evaluate-rule.ts'
import { resolveRule } from './rule/resolve-rule.ts'
import type { ResolvedRule } from './rule/resolved-rule.ts'
import { listSegments } from './segment-row.ts'

/** Segments looked at for one person; all their facts are read at once. */
const segmentsMax = 60

export interface PersonSegments {
  items: { id: string; name: string; sentence: LocaleText; rule: Rule; holds: boolean | null }[]
  more: boolean
}

/** Which of the newest segments a person is in now: those first. Evaluated in memory from one reading of the person's facts. @throws `not-found` */
export async function listPersonSegments(ctx: Context, personId: number): Promise<PersonSegments> {
  const all = await listSegments(ctx, {})
  const looked = all.slice(0, segmentsMax)
  const resolved = await Promise.all(looked.map(({ rule }) => resolvedOrNull(ctx, rule)))
  const readable = resolved.filter((rule) => rule !== null)
  const [facts, moment] = await Promise.all([readFacts(ctx, personId, { kind: 'any', rules: readable }), ruleMoment(ctx)])
  const items = looked.map(({ id, name, sentence, rule }, index) => {
    const own = resolved[index]
    return { id, name, sentence, rule, holds: own ? evaluateRule(own, facts, moment) : null }
  })
  return { items: items.toSorted((left, right) => Number(right.holds) - Number(left.holds)), more: all.length > looked.length }
}

/** Null for a rule that names what is gone, or has grown too large by the segments it names. */
async function resolvedOrNull(ctx: Context, rule: Rule): Promise<ResolvedRule | null> {
  return resolveRule(ctx, rule).catch((error: unknown) => {
    if (error instanceof AppError) return null
    throw error
  })
}
