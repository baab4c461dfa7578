import type { Context } from '../../access/index.ts'
import { AppError } from '../../platform/errors.ts'
import { backgroundLimits } from '../audience-statement.ts'
import { compileLeaves, type AmongSelect, type CompileOptions, type CompiledLeaves } from '../rule/compile-rule.ts'
import type { ResolvedRule } from '../rule/resolved-rule.ts'
import { changedLeaf } from './changed-people.ts'

/** Sets combined in one statement. */
const setsPerStatement = 40

export interface Computed {
  segmentId: string
  /** Whether the set differs from the one before and so was written under the run. */
  isWritten: boolean
  /** Its own cost: a condition that several segments use counts for each in parts. */
  tookMs: number
  rowsRead: number
  error: unknown
}

interface Ask {
  rules: readonly { segmentId: string; resolved: ResolvedRule; run: number | null }[]
  run: number
  scope: Omit<CompileOptions, 'among' | 'sampled'>
  /** Only for the people written down as the run's changed leaf; the rest stays as it is in the set before. */
  changed: boolean
  signal?: AbortSignal
}

/**
 * Reads every condition of all rules once, each on its own, so that one too costly one spoils only the segments that have it; then all sets are
 * combined from these. Sets that are as before are not written.
 */
export async function computeSets(ctx: Context, ask: Ask): Promise<Computed[]> {
  const { rules, run, scope } = ask
  const plan = compileLeaves(
    rules.map((rule) => rule.resolved),
    { ...scope, among: ask.changed ? changedPeople(ctx, run) : undefined },
  )
  const costs = await readLeaves(ctx, plan, ask)
  const computed = rules.map(({ segmentId }, index): Computed => {
    const own = plan.people[index]!.leaves.map((leaf) => costs[leaf]!)
    const share = (of: (cost: LeafCost) => number) => own.reduce((sum, cost) => sum + of(cost) / cost.users, 0)
    return {
      segmentId,
      isWritten: false,
      tookMs: share((cost) => cost.tookMs),
      rowsRead: Math.round(share((cost) => cost.rowsRead)),
      error: own.find((cost) => cost.error !== null)?.error ?? null,
    }
  })
  const good = computed.flatMap((each, index) => (each.error === null ? [{ ...rules[index]!, people: plan.people[index]!.sql(bitmapOf) }] : []))
  for (let start = 0; start < good.length; start += setsPerStatement) await combine(ctx, good.slice(start, start + setsPerStatement), ask)
  const written = await readWritten(ctx, run)
  await ctx.platform.warehouse.run({
    sql: 'delete from segment_leaves where workspace_id = {workspaceId:UInt32} and run = {run:UInt64}',
    params: { workspaceId: ctx.workspaceId, run },
  })
  return computed.map((each) => ({ ...each, isWritten: written.has(each.segmentId) }))
}

const bitmapOf = (leaf: number) => `groupBitmapMergeStateIf(s, leaf = ${leaf})`

function changedPeople(ctx: Context, run: number): AmongSelect {
  const sql = `
    select arrayJoin(bitmapToArray(groupBitmapMergeState(people))) from segment_leaves
    where workspace_id = {workspaceOfLeaf:UInt32} and run = {runOfLeaf:UInt64} and leaf = ${changedLeaf}`
  return { sql, params: { workspaceOfLeaf: ctx.workspaceId, runOfLeaf: run } }
}

interface LeafCost {
  /** How many rules read it. */
  users: number
  tookMs: number
  rowsRead: number
  error: unknown
}

async function readLeaves(ctx: Context, plan: CompiledLeaves, { run, signal }: Ask): Promise<LeafCost[]> {
  const costs: LeafCost[] = []
  for (const [leaf, { sql, params }] of plan.leaves.entries()) {
    const users = Math.max(1, plan.people.filter((people) => people.leaves.includes(leaf)).length)
    const startedMs = performance.now()
    const own = { ...params, workspaceOfLeaf: ctx.workspaceId, runOfLeaf: run, leafOfRun: leaf }
    let error: unknown = null
    try {
      await ctx.platform.warehouse.run({
        sql: `insert into segment_leaves (workspace_id, run, leaf, people) select {workspaceOfLeaf:UInt32}, {runOfLeaf:UInt64}, {leafOfRun:UInt32}, s from (${sql})`,
        params: own,
        limits: backgroundLimits,
        signal,
      })
    } catch (thrown) {
      if (!(thrown instanceof AppError) || thrown.errorName !== 'rule-too-costly') throw thrown
      error = thrown
    }
    costs.push({ users, tookMs: performance.now() - startedMs, rowsRead: 0, error })
  }
  return costs
}

async function combine(ctx: Context, sets: readonly { segmentId: string; run: number | null; people: string }[], { run, changed, signal }: Ask): Promise<void> {
  const before = sets.map(({ segmentId, run: previous }) => ({ segmentId, run: previous ?? 0 }))
  const pairs = sets.map(({ people }, index) => `({ids:Array(UUID)}[${index + 1}], ${people})`)
  const changedSet = `groupBitmapMergeStateIf(s, leaf = ${changedLeaf})`
  const next = changed ? 'bitmapOr(bitmapAndnot(before, changed), bitmapAnd(read, changed))' : 'read'
  await ctx.platform.warehouse.run({
    sql: `
      insert into segment_sets (workspace_id, segment_id, run, people)
      select {workspaceId:UInt32}, segment_id, {run:UInt64}, ${next} as next
      from (
        select pair.1 as segment_id, pair.2 as read, changed
        from (
          select arrayJoin([${pairs.join(', ')}]) as pair, ${changedSet} as changed
          from (select leaf, people as s from segment_leaves where workspace_id = {workspaceId:UInt32} and run = {run:UInt64})
        )
      ) as combined
      left join (
        select segment_id, groupBitmapMergeState(people) as before, 1 as was_read
        from segment_sets
        where workspace_id = {workspaceId:UInt32} and (segment_id, run) in (select arrayJoin(arrayZip({ids:Array(UUID)}, {before:Array(UInt64)})))
        group by segment_id
      ) as earlier using segment_id
      where was_read = 0 or bitmapCardinality(bitmapXor(next, before)) > 0`,
    params: { workspaceId: ctx.workspaceId, run, ids: before.map((set) => set.segmentId), before: before.map((set) => set.run) },
    limits: backgroundLimits,
    signal,
  })
}

async function readWritten(ctx: Context, run: number): Promise<Set<string>> {
  const rows = await ctx.platform.warehouse.rows<{ id: string }>({
    sql: 'select toString(segment_id) as id from segment_sets where workspace_id = {workspaceId:UInt32} and run = {run:UInt64}',
    params: { workspaceId: ctx.workspaceId, run },
  })
  return new Set(rows.map((row) => row.id))
}
