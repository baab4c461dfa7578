import type { RuleCount } from '../../../contracts/audience.ts'
import type { Rule } from '../../../contracts/rule.ts'
import type { Context } from '../access/index.ts'
import { canonicalPerson, countPeople, type PersonColumn } from '../people/index.ts'
import type { Statement } from '../platform/warehouse/warehouse.ts'
import { workspaceTimezone } from '../workspaces/index.ts'
import { compileRule, sampleOf } from './rule/compile-rule.ts'
import type { CompiledRule } from './rule/compiled-leaf.ts'
import { blamingNode } from './rule/costly-node.ts'
import { resolveRule } from './rule/resolve-rule.ts'
import type { ResolvedRule, RuleMoment } from './rule/resolved-rule.ts'

/** Workspaces up to this many people are always counted exactly: it takes milliseconds. */
const exactPeopleMax = 200_000

/** What a person waits for, and what a campaign's planning may take; past these the rule is refused as too costly. */
export const interactiveLimits = { secondsMax: 20, memoryBytesMax: 2 * 1024 ** 3 }
export const backgroundLimits = { secondsMax: 600, memoryBytesMax: 4 * 1024 ** 3 }

export interface CountOptions {
  exact?: boolean
  /** Stops the statement in the engine. */
  signal?: AbortSignal
  /** What the statement may take; otherwise what a person waits for. */
  limits?: Statement['limits']
}

/** When and where rules of this workspace are read now, and how its people are named. */
export async function ruleMoment(ctx: Context): Promise<RuleMoment & { person: PersonColumn }> {
  return { now: ctx.platform.clock.now(), timezone: await workspaceTimezone(ctx), person: await canonicalPerson(ctx) }
}

/**
 * The people of a rule as one warehouse statement: one row, columns `people` and `everyone`, bitmaps of person ids of the workspace. To be put in
 * brackets behind `from`; its parameters are named `p0`, `p1`, ….
 * @throws `validation` with node paths when the rule is wrong or names what does not exist
 */
export async function audienceStatement(ctx: Context, rule: Rule): Promise<CompiledRule> {
  return resolvedStatement(ctx, await resolveRule(ctx, rule))
}

/** The same of a rule whose references are followed. */
export async function resolvedStatement(ctx: Context, rule: ResolvedRule): Promise<CompiledRule> {
  return compileRule(rule, { workspaceId: ctx.workspaceId, ...(await ruleMoment(ctx)) })
}

/** The ids of a rule's people, ascending, one a line: bytes for a COPY. */
export async function* streamPeople(ctx: Context, rule: Rule, options: { signal?: AbortSignal } = {}): AsyncGenerator<Buffer> {
  const compiled = await audienceStatement(ctx, rule)
  const sql = `select arrayJoin(arraySort(bitmapToArray(people))) as person_id from (${compiled.sql})`
  yield* ctx.platform.warehouse.stream({ sql, params: compiled.params, limits: backgroundLimits, signal: options.signal }, 'TabSeparated')
}

/**
 * How many people a rule holds. An estimate reads one of 64 people where the workspace is large; `marginPercent` is then the 95 % half width in percent
 * of the count (100 when the sample holds nobody of the rule).
 */
export async function countRule(ctx: Context, rule: Rule, { exact = false, signal, limits }: CountOptions = {}): Promise<RuleCount> {
  const startedMs = performance.now()
  const resolved = await resolveRule(ctx, rule)
  const moment = await ruleMoment(ctx)
  const isSampled = !exact && (await rowsOfPeople(ctx, signal)) > exactPeopleMax
  const count = isSampled ? await estimate(ctx, resolved, { moment, signal, limits }) : await countExactly(ctx, resolved, { moment, signal, limits })
  return { ...count, tookMs: Math.round((performance.now() - startedMs) * 10) / 10 }
}

interface CountScope {
  moment: RuleMoment & { person: PersonColumn }
  signal: AbortSignal | undefined
  sampled?: boolean
  limits?: Statement['limits']
}

async function countExactly(ctx: Context, rule: ResolvedRule, scope: CountScope): Promise<Omit<RuleCount, 'tookMs'>> {
  const options = { workspaceId: ctx.workspaceId, ...scope.moment, sampled: scope.sampled ?? false }
  const compiled = compileRule(rule, options)
  const sql = `select bitmapCardinality(people) as count, bitmapCardinality(everyone) as total from (${compiled.sql})`
  const statement: Statement = { sql, params: compiled.params, limits: scope.limits ?? interactiveLimits, signal: scope.signal }
  const { warehouse } = ctx.platform
  const { count, total } = await blamingNode(warehouse, { rule, options }, () => warehouse.row<{ count: number; total: number }>(statement))
  return { count, total, exact: true, marginPercent: 0 }
}

/** Proportion of a simple random sample without replacement: normal interval with the finite-population correction. */
async function estimate(ctx: Context, rule: ResolvedRule, scope: CountScope): Promise<Omit<RuleCount, 'tookMs'>> {
  const [sample, whole] = await Promise.all([countExactly(ctx, rule, { ...scope, sampled: true }), countPeople(ctx)])
  if (sample.total === 0) return { count: 0, total: whole, exact: false, marginPercent: 100 }
  const share = sample.count / sample.total
  const standardError = Math.sqrt(((share * (1 - share)) / sample.total) * (1 - 1 / sampleOf))
  const marginPercent = share === 0 ? 100 : Math.round((1.96 * standardError * 1000) / share) / 10
  return { count: Math.round(share * whole), total: whole, exact: false, marginPercent }
}

/** Copies of people, an upper bound of people that costs next to nothing. */
async function rowsOfPeople(ctx: Context, signal: AbortSignal | undefined): Promise<number> {
  const sql = 'select count() as copies from people where workspace_id = {workspaceId:UInt32}'
  return (await ctx.platform.warehouse.row<{ copies: number }>({ sql, params: { workspaceId: ctx.workspaceId }, signal })).copies
}

export interface PeoplePage {
  personIds: number[]
  total: number
}

/** The newest people of a rule before a person id, descending, and how many there are in all. */
export async function pageRule(ctx: Context, rule: ResolvedRule, page: { before: number | null; limit: number; signal?: AbortSignal }): Promise<PeoplePage> {
  return pageStatement(ctx, await resolvedStatement(ctx, rule), page)
}

/** The same of a statement that answers a bitmap `people`. */
export async function pageStatement(
  ctx: Context,
  compiled: CompiledRule,
  page: { before: number | null; limit: number; signal?: AbortSignal },
): Promise<PeoplePage> {
  const sql = `
    with bitmapSubsetInRange(people, toUInt32(0), {before:UInt32}) as older, bitmapCardinality(older) as n
    select bitmapCardinality(people) as total, arrayReverseSort(bitmapToArray(subBitmap(older, toUInt64(if(n > {limit:UInt64}, n - {limit:UInt64}, 0)), {limit:UInt64}))) as ids
    from (${compiled.sql})`
  const params = { ...compiled.params, before: page.before ?? 4_294_967_295, limit: page.limit }
  const { total, ids } = await ctx.platform.warehouse.row<{ total: number; ids: number[] }>({ sql, params, limits: interactiveLimits, signal: page.signal })
  return { personIds: ids, total }
}
