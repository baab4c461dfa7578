import type { Context } from '../../access/index.ts'
import { plainPerson } from '../../people/index.ts'
import { AppError } from '../../platform/errors.ts'
import { backgroundLimits } from '../audience-statement.ts'
import { compileLeaves, type AmongSelect, type CompiledLeaves, type CompileOptions } from '../rule/compile-rule.ts'
import type { CompiledLeaf } from '../rule/compiled-leaf.ts'
import { costlyProblem, rowsToRead } from '../rule/costly-node.ts'
import type { ResolvedRule } from '../rule/resolved-rule.ts'
import type { Statement, WarehouseValue } from '../../platform/warehouse/warehouse.ts'
import { changedLeaf } from './changed-people.ts'

/** Sets combined in one statement. */
const setsPerStatement = 40
/** Conditions read in one statement where they are read for few people: then a statement costs more than what it reads. */
const leavesPerStatement = 16
/** Conditions on people answered by one scan: each has its bitmap in memory. */
const conditionsPerScan = 16

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
  /** Few people are read. */
  isSmall: boolean
  /** What one statement may take; otherwise what the background may. */
  limits?: Statement['limits']
  signal?: AbortSignal
}

/**
 * Reads every condition of all rules once, each on its own, so that one too costly one spoils only the segments that have it; then all sets are
 * combined from these. Sets that are as before are not written.
 */
export async function computeSets(ctx: Context, ask: Ask): Promise<Computed[]> {
  const { rules, run, scope } = ask
  const options = { ...scope, ...(ask.changed && { among: changedPeople(ctx, run), copiedFor: run }) }
  const plan = compileLeaves(
    rules.map((rule) => rule.resolved),
    options,
  )
  const costs = await withCopiedEvents(ctx, { ask, names: plan.copiedEvents }, () => readLeaves(ctx, plan, ask))
  const computed = rules.map(({ segmentId }, index): Computed => {
    const own = plan.people[index]!.leaves.map((leaf) => costs[leaf]!)
    const share = (of: (cost: LeafCost) => number) => own.reduce((sum, cost) => sum + of(cost) / cost.users, 0)
    return {
      segmentId,
      isWritten: false,
      tookMs: share((cost) => cost.tookMs),
      rowsRead: Math.round(share((cost) => cost.rowsRead)),
      error: null,
    }
  })
  for (const [index, each] of computed.entries()) each.error = blameOwn(plan, { costs, index, options, resolved: rules[index]!.resolved })
  const good = computed.flatMap((each, index) => (each.error === null ? [{ ...rules[index]!, people: plan.people[index]!.sql(bitmapOf) }] : []))
  await eachOf(slices(good, setsPerStatement), ask, (sets) => combine(ctx, sets, ask))
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

/** Copies the events of the changed people, does work with them and drops them. */
async function withCopiedEvents<Answer>(ctx: Context, { ask, names }: { ask: Ask; names: string[] }, work: () => Promise<Answer>): Promise<Answer> {
  if (names.length === 0) return work()
  const { run, scope, signal } = ask
  const { warehouse } = ctx.platform
  const changed = changedPeople(ctx, run)
  const person = (scope.person ?? plainPerson).of('person_id')
  await warehouse.run({
    sql: `
      insert into changed_events (workspace_id, refresh, event, person_id, time, amount_fen)
      select workspace_id, {runOfLeaf:UInt64}, event, person_id, time, amount_fen
      from events where workspace_id = {workspaceOfLeaf:UInt32} and event in {names:Array(String)} and ${person} in (${changed.sql})`,
    params: { ...changed.params, names },
    limits: backgroundLimits,
    signal,
  })
  try {
    return await work()
  } finally {
    // Numbers of ours: the engine takes no slots in a partition's name.
    await warehouse.run({ sql: `alter table changed_events drop partition (${ctx.workspaceId}, ${run})` })
  }
}

interface LeafCost {
  /** How many rules read it. */
  users: number
  tookMs: number
  rowsRead: number
  error: unknown
}

async function readLeaves(ctx: Context, plan: CompiledLeaves, ask: Ask): Promise<LeafCost[]> {
  const costs: Omit<LeafCost, 'users'>[] = []
  const numbered = plan.leaves.map((leaf, number) => ({ ...leaf, number }))
  const scans = numbered.filter((leaf) => leaf.scan !== null)
  const others = numbered.filter((leaf) => leaf.scan === null)
  const groups = [...slices(scans, conditionsPerScan), ...slices(others, ask.isSmall ? leavesPerStatement : 1)]
  await eachOf(groups, ask, async (group) => {
    const cost = await readTogether(ctx, group, ask)
    // Which one it is that costs too much, each alone must show.
    for (const leaf of group) costs[leaf.number] = cost.error === null || group.length === 1 ? cost : await readTogether(ctx, [leaf], ask)
  })
  return costs.map((cost, leaf) => ({ ...cost, users: Math.max(1, plan.people.filter((people) => people.leaves.includes(leaf)).length) }))
}

/** Works on items, two at a time where each is about few people: much of such a statement is waiting for its one writer. */
async function eachOf<Item>(items: readonly Item[], { isSmall }: Ask, work: (item: Item) => Promise<void>): Promise<void> {
  const queue = (function* () {
    yield* items
  })()
  // The queue is closed for both when one of them fails; what the other has in hand is waited for.
  const worker = async (): Promise<void> => {
    for (const item of queue) await work(item)
  }
  const ends = await Promise.allSettled(isSmall ? [worker(), worker()] : [worker()])
  for (const end of ends) if (end.status === 'rejected') throw end.reason
}

const slices = <Item>(items: readonly Item[], length: number): Item[][] =>
  Array.from({ length: Math.ceil(items.length / length) }, (_, index) => items.slice(index * length, (index + 1) * length))

type NumberedLeaf = CompiledLeaf & { number: number }

/** Selects of `leaf` and its bitmap `s`; conditions on the same rows of people are one scan. */
function selectsOf(leaves: readonly NumberedLeaf[]): string[] {
  const own = ({ number }: NumberedLeaf, text: string) => text.replaceAll(/\{(\w+):/g, (_, name: string) => `{${ownSlot(number, name)}:`)
  const [first] = leaves
  if (leaves.length > 1 && first?.scan && leaves.every((leaf) => leaf.scan?.rows === first.scan?.rows)) {
    const pairs = leaves.map((leaf) => `(toUInt32(${leaf.number}), groupBitmapStateIf(person_id, ${own(leaf, leaf.scan!.condition)}))`)
    return [`select pair.1 as leaf, pair.2 as s from (select arrayJoin([${pairs.join(', ')}]) as pair from ${own(first, first.scan.rows)})`]
  }
  return leaves.map((leaf) => `select toUInt32(${leaf.number}) as leaf, s from (${own(leaf, leaf.sql)})`)
}

/** Writes some leaves by one statement; the cost is each one's part. */
async function readTogether(ctx: Context, leaves: readonly NumberedLeaf[], { run, signal, limits = backgroundLimits }: Ask): Promise<Omit<LeafCost, 'users'>> {
  const startedMs = performance.now()
  const params: Record<string, WarehouseValue> = { workspaceOfLeaf: ctx.workspaceId, runOfLeaf: run }
  for (const leaf of leaves) for (const [name, value] of Object.entries(leaf.params)) params[ownSlot(leaf.number, name)] = value
  const selects = selectsOf(leaves)
  const sql = `insert into segment_leaves (workspace_id, run, leaf, people) select {workspaceOfLeaf:UInt32}, {runOfLeaf:UInt64}, leaf, s from (${selects.join(' union all ')})`
  const failure = await ctx.platform.warehouse.run({ sql, params, limits, signal }).then(
    () => null,
    (error: unknown) => {
      if (!(error instanceof AppError) || error.errorName !== 'rule-too-costly') throw error
      return error
    },
  )
  const tookMs = (performance.now() - startedMs) / leaves.length
  const rowsRead = (await rowsToRead(ctx.platform.warehouse, { sql: selects.join(' union all '), params, limits: backgroundLimits })) / leaves.length
  return { tookMs, rowsRead, error: failure }
}

/** Slots of a leaf are numbered from nought; those of the changed people are everybody's. */
const ownSlot = (leaf: number, name: string) => (/^p\d+$/.test(name) ? `l${leaf}${name}` : name)

interface Blame {
  costs: readonly LeafCost[]
  /** Of the rule in the plan. */
  index: number
  resolved: ResolvedRule
  options: CompileOptions
}

/** The dearest of a rule's conditions that were too costly, as a node of this rule: rules share leaves, and each has them at another place. Null when all were read. */
function blameOwn(plan: CompiledLeaves, { costs, index, resolved, options }: Blame): AppError | null {
  const failed = plan.people[index]!.leaves.filter((leaf) => costs[leaf]!.error !== null).toSorted(
    (left, right) => costs[right]!.rowsRead - costs[left]!.rowsRead,
  )
  const [dearest] = failed
  if (dearest === undefined) return null
  const own = new Map(compileLeaves([resolved], options).leaves.map(({ key, paths }) => [key, paths[0]]))
  const found = failed.map((leaf) => ({ leaf, node: own.get(plan.leaves[leaf]!.key) })).find(({ node }) => node !== undefined)
  const at = found?.node === undefined || found.node === '' ? 'rule' : `rule.${found.node}`
  return new AppError('rule-too-costly', { problems: [costlyProblem(at, costs[found?.leaf ?? dearest]!.rowsRead)], cause: costs[dearest]!.error })
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
