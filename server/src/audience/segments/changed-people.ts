import type { Context } from '../../access/index.ts'
import { warehouseTime, type PersonColumn } from '../../people/index.ts'
import { backgroundLimits } from '../audience-statement.ts'
import { StatementParams } from '../rule/statement-params.ts'
import type { Edge, Sensitivity } from './rule-changes.ts'

/** Changes are stamped when their insert begins and seen when it has ended: so much is looked at again. */
const overlapMs = 120_000
/** Older changes are forgotten; a set that has not seen them must be read for everybody. */
export const changesKeptMs = 2 * 86_400_000

/** The number that the changed people stand under beside the leaves of a run. */
export const changedLeaf = 4_294_967_295

interface Since {
  run: number
  sensitivity: Sensitivity
  /** By the warehouse's clock: up to when changes have been seen. */
  seenAt: Date
  /** By the product's clock: the moment of the sets, and the moment of now. */
  asOf: Date
  now: Date
  person: PersonColumn
  signal?: AbortSignal
}

/**
 * Writes down, as a leaf of the run, about whom something came in since, and whose events or tags have passed an edge of a window; under former ids and
 * today's. Answers how many.
 */
export async function writeChangedPeople(ctx: Context, since: Since): Promise<number> {
  const { run, sensitivity, person, signal } = since
  const params = new StatementParams()
  const workspace = `workspace_id = ${params.slot(ctx.workspaceId, 'UInt32')}`
  const from = params.slot(warehouseTime(since.seenAt.getTime() - overlapMs), "DateTime64(3, 'UTC')")
  const subjects = sensitivity.subjects === null ? '' : ` and subject in ${params.slot([...sensitivity.subjects], 'Array(String)')}`
  const parts = [
    `select groupBitmapMergeState(people) as s from person_changes where ${workspace} and minute >= toStartOfMinute(${from})${subjects}`,
    ...[...sensitivity.edges.values()].map((edge) => edgeSql(params, { edge, workspace, asOf: since.asOf, now: since.now })),
  ]
  const ids = `select groupBitmapMergeState(s) as s from (${parts.join(' union all ')})`
  const into = `insert into segment_leaves (workspace_id, run, leaf, people) select ${params.slot(ctx.workspaceId, 'UInt32')}, ${params.slot(run, 'UInt64')}, ${changedLeaf}, s`
  await ctx.platform.warehouse.run({ sql: `${into} from (${ids})`, params: params.values, limits: backgroundLimits, signal })
  if (person.isMapped) {
    const written = `select arrayJoin(bitmapToArray(people)) as id from segment_leaves where ${workspace} and run = ${params.slot(run, 'UInt64')} and leaf = ${changedLeaf}`
    const today = `select groupBitmapState(${person.of('id')}) as s from (${written})`
    await ctx.platform.warehouse.run({ sql: `${into} from (${today})`, params: params.values, limits: backgroundLimits, signal })
  }
  const { count } = await ctx.platform.warehouse.row<{ count: number }>({
    sql: `select bitmapCardinality(groupBitmapMergeState(people)) as count from segment_leaves where workspace_id = {workspaceId:UInt32} and run = {run:UInt64} and leaf = ${changedLeaf}`,
    params: { workspaceId: ctx.workspaceId, run },
  })
  return count
}

/** Who has an event, or a tag, at an instant that has passed the edge between two moments. */
function edgeSql(params: StatementParams, { edge, workspace, asOf, now }: { edge: Edge; workspace: string; asOf: Date; now: Date }): string {
  const between = (column: string) =>
    `${column} >= ${params.instant(new Date(asOf.getTime() - edge.agoMs))} and ${column} <= ${params.instant(new Date(now.getTime() - edge.agoMs))}`
  if ('tagId' in edge.of) {
    const { tagId, column } = edge.of
    return `select groupBitmapState(person_id) as s from person_tags where ${workspace} and tag_id = ${params.slot(tagId, 'UUID')} and ${between(column)}`
  }
  const named = edge.of.event === '*' ? '' : ` and event = ${params.slot(edge.of.event, 'String')}`
  return `select groupBitmapState(person_id) as s from events where ${workspace}${named} and ${between('time')}`
}
