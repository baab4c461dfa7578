import { sql } from 'kysely'
import type { Context } from '../../access/index.ts'
import type { PersonColumn } from '../../people/index.ts'
import { AppError, notFound } from '../../platform/errors.ts'
import type { Database, Platform } from '../../platform/platform.ts'

/** The set of a segment that is shown now. */
export interface StoredSet {
  segmentId: string
  name: string
  kind: 'dynamic' | 'static'
  run: number
  /** The set whose moves are all written down: an older one for moments after a refresh. */
  settledRun: number
  asOf: Date | null
}

/** A number for a set: microseconds of PostgreSQL's clock, so that it grows and is never used twice. */
export async function nextRun(db: Database): Promise<number> {
  const { rows } = await sql<{ run: string }>`select floor(extract(epoch from clock_timestamp()) * 1000000)::bigint::text as run`.execute(db)
  return Number(rows[0]!.run)
}

/** The warehouse's own clock, by which it says when something came in. */
export async function warehouseNow(platform: Platform): Promise<Date> {
  const { ms } = await platform.warehouse.row<{ ms: number }>({ sql: "select toUnixTimestamp64Milli(now64(3, 'UTC')) as ms" })
  return new Date(ms)
}

/** The shown sets of segments, in the order asked. @throws `not-found`, `precondition` for one that was never counted */
export async function readStoredSets(ctx: Context, ids: readonly string[]): Promise<StoredSet[]> {
  const { rows } = await sql<Omit<StoredSet, 'run' | 'settledRun'> & { run: string | null; settledRun: string | null }>`
    select id as "segmentId", name, kind, set_run::text as run, set_as_of as "asOf",
      coalesce((select previous_run from segment_runs where segment_runs.segment_id = segments.id and settled_at is null order by run limit 1), set_run)::text as "settledRun"
    from segments where workspace_id = ${ctx.workspaceId} and id = any(${[...ids]}::uuid[])`.execute(ctx.platform.db)
  return ids.map((id) => {
    const row = rows.find((each) => each.segmentId === id.toLowerCase())
    if (!row) throw notFound({ zh: '分群', en: 'segment' })
    if (row.run === null) {
      throw new AppError('precondition', {
        zh: `分群「${row.name}」还没有计算出人群，请稍后再试，或先在分群页点「立即刷新」`,
        en: `The segment “${row.name}” has not been read yet; try again in a minute, or refresh it on its page`,
      })
    }
    return { ...row, run: Number(row.run), settledRun: Number(row.settledRun ?? row.run) }
  })
}

/**
 * A select of `segment_id` and `people` for stored sets, to be put in brackets; slots `workspaceId`, `setIds`, `setRuns`. People of a static set may have
 * been merged since it was taken; those of a dynamic one are of its moment.
 */
export function storedSetsSql(person: PersonColumn): string {
  const stored = `select segment_id, people from segment_sets where workspace_id = {workspaceId:UInt32} and (segment_id, run) in (select arrayJoin(arrayZip({setIds:Array(UUID)}, {setRuns:Array(UInt64)})))`
  if (!person.isMapped) return stored
  return `select segment_id, groupBitmapState(${person.of('id')}) as people from (select segment_id, arrayJoin(bitmapToArray(people)) as id from (${stored})) group by segment_id`
}

/** The parameters of `storedSetsSql`. */
export function storedSetsParams(workspaceId: number, sets: readonly { segmentId: string; run: number }[]) {
  return { workspaceId, setIds: sets.map((set) => set.segmentId), setRuns: sets.map((set) => set.run) }
}

/** How many are in sets, and how many of them were not in the set before, and the other way round. A set before that is null was nobody. */
export async function compareSets(
  ctx: Pick<Context, 'platform' | 'workspaceId'>,
  sets: readonly { segmentId: string; run: number; previousRun: number | null }[],
): Promise<Map<string, SetChange>> {
  const rows = await ctx.platform.warehouse.rows<SetChange & { segmentId: string }>({
    sql: `
      select toString(segment_id) as segmentId, bitmapCardinality(now) as count, bitmapAndnotCardinality(now, before) as entered, bitmapAndnotCardinality(before, now) as left
      from (
        select segment_id,
          groupBitmapMergeStateIf(people, (segment_id, run) in (select arrayJoin(arrayZip({ids:Array(UUID)}, {runs:Array(UInt64)})))) as now,
          groupBitmapMergeStateIf(people, (segment_id, run) in (select arrayJoin(arrayZip({ids:Array(UUID)}, {previous:Array(UInt64)})))) as before
        from segment_sets
        where workspace_id = {workspaceId:UInt32} and segment_id in {ids:Array(UUID)} and (run in {runs:Array(UInt64)} or run in {previous:Array(UInt64)})
        group by segment_id)`,
    params: {
      workspaceId: ctx.workspaceId,
      ids: sets.map((set) => set.segmentId),
      runs: sets.map((set) => set.run),
      previous: sets.map((set) => set.previousRun ?? 0),
    },
  })
  return new Map(rows.map(({ segmentId, ...change }) => [segmentId, change]))
}

export interface SetChange {
  count: number
  entered: number
  left: number
}
