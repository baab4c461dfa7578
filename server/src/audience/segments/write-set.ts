import type { PeopleSet } from '../../../../contracts/segments.ts'
import type { Rule } from '../../../../contracts/rule.ts'
import type { Context } from '../../access/index.ts'
import { compileRule } from '../rule/compile-rule.ts'
import { blamingNode, rowsToRead } from '../rule/costly-node.ts'
import { interactiveLimits, ruleMoment } from '../audience-statement.ts'
import { resolveRule } from '../rule/resolve-rule.ts'
import { fingerprintOf } from './rule-changes.ts'
import { compilePeopleSet } from './people-set.ts'
import type { NewSet } from './show-sets.ts'
import { compareSets, nextRun, warehouseNow } from './stored-sets.ts'

interface Place {
  segmentId: string
  previousRun: number | null
}

/** Reads a rule for everybody now and writes its people as a set of a segment, not shown yet. @throws like `countRule` */
export async function writeRuleSet(ctx: Context, rule: Rule, { segmentId, previousRun }: Place): Promise<NewSet> {
  const startedMs = performance.now()
  const seenAt = await warehouseNow(ctx.platform)
  const resolved = await resolveRule(ctx, rule, { segmentId })
  const moment = await ruleMoment(ctx)
  const options = { workspaceId: ctx.workspaceId, ...moment }
  const compiled = compileRule(resolved, options)
  const run = await nextRun(ctx.platform.db)
  await blamingNode(ctx.platform.warehouse, { rule: resolved, options }, () =>
    insertSet(ctx, { segmentId, run }, { ...compiled, sql: `select people from (${compiled.sql})` }),
  )
  const tookMs = performance.now() - startedMs
  const change = await changeOf(ctx, { segmentId, run, previousRun })
  const rowsRead = await rowsToRead(ctx.platform.warehouse, { ...compiled, limits: interactiveLimits })
  return { segmentId, run, previousRun, asOf: moment.now, seenAt, fingerprint: fingerprintOf(resolved, moment), tookMs, rowsRead, ...change }
}

/** Writes people, with or without those of an earlier set, as a set of a static segment, not shown yet. */
export async function writeStaticSet(
  ctx: Context,
  of: PeopleSet,
  { segmentId, previousRun, operation }: Place & { operation: 'add' | 'remove' },
): Promise<NewSet> {
  const startedMs = performance.now()
  const run = await nextRun(ctx.platform.db)
  if (operation === 'add') {
    // Rows of one run are one set together.
    if (previousRun !== null) await insertSet(ctx, { segmentId, run }, earlier({ ctx, segmentId, previousRun }))
    for await (const part of compilePeopleSet(ctx, of)) await insertSet(ctx, { segmentId, run }, part)
  } else {
    const scratch = run - 1
    for await (const part of compilePeopleSet(ctx, of)) await insertSet(ctx, { segmentId, run: scratch }, part)
    const { sql, params } = earlier({ ctx, segmentId, previousRun: previousRun ?? 0 })
    const gone =
      'select groupBitmapMergeState(people) as gone from segment_sets where workspace_id = {workspaceId:UInt32} and segment_id = {id:UUID} and run = {scratch:UInt64}'
    await insertSet(
      ctx,
      { segmentId, run },
      { sql: `select bitmapAndnot(people, gone) as people from (${sql}) as kept cross join (${gone}) as taken`, params: { ...params, scratch } },
    )
  }
  const change = await changeOf(ctx, { segmentId, run, previousRun })
  const tookMs = performance.now() - startedMs
  return { segmentId, run, previousRun, asOf: ctx.platform.clock.now(), seenAt: null, fingerprint: null, tookMs, rowsRead: null, ...change }
}

function earlier({ ctx, segmentId, previousRun }: { ctx: Context; segmentId: string; previousRun: number }) {
  return {
    sql: 'select groupBitmapMergeState(people) as people from segment_sets where workspace_id = {workspaceId:UInt32} and segment_id = {id:UUID} and run = {previousRun:UInt64}',
    params: { workspaceId: ctx.workspaceId, id: segmentId, previousRun },
  }
}

async function insertSet(ctx: Context, { segmentId, run }: { segmentId: string; run: number }, people: { sql: string; params: object }): Promise<void> {
  const params = { ...people.params, workspaceOfSet: ctx.workspaceId, segmentOfSet: segmentId, runOfSet: run }
  const sql = `
    insert into segment_sets (workspace_id, segment_id, run, people)
    select {workspaceOfSet:UInt32}, {segmentOfSet:UUID}, {runOfSet:UInt64}, people from (${people.sql})`
  await ctx.platform.warehouse.run({ sql, params, limits: interactiveLimits })
}

async function changeOf(ctx: Context, set: { segmentId: string; run: number; previousRun: number | null }) {
  return (await compareSets(ctx, [set])).get(set.segmentId) ?? { count: 0, entered: 0, left: 0 }
}
