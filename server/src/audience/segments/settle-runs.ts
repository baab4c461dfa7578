import { sql } from 'kysely'
import { segmentEvents } from '../../../../contracts/segments.ts'
import { appendToInbox, type KnownEvent } from '../../collect/index.ts'
import { warehouseTime } from '../../people/index.ts'
import type { Platform } from '../../platform/platform.ts'
import { stableUuid } from '../../platform/stable-uuid.ts'

/** Events of one transaction. */
const peoplePerPage = 5_000

interface UnsettledRun {
  segmentId: string
  name: string
  run: number
  previousRun: number
  at: Date
  announces: boolean
}

/**
 * What follows once another set is shown: the difference is written down under the run's own token, and people who came or went get their event,
 * page by page, each page in one transaction with the mark of how far it is. Broken off anywhere and done again, each happens once. Answers how many
 * runs were settled.
 */
export async function settleRuns(platform: Platform, workspaceId: number, signal?: AbortSignal): Promise<number> {
  const runs = await readUnsettled(platform, workspaceId)
  let settled = 0
  for (const run of runs) {
    if (signal?.aborted) break
    await writeMoves(platform, workspaceId, run)
    if (run.announces) await announce(platform, workspaceId, run)
    await sql`
      update segment_runs set settled_at = ${platform.clock.now()} where workspace_id = ${workspaceId} and segment_id = ${run.segmentId}::uuid and run = ${String(run.run)}::bigint`.execute(
      platform.db,
    )
    settled += 1
  }
  return settled
}

async function readUnsettled(platform: Platform, workspaceId: number): Promise<UnsettledRun[]> {
  const { rows } = await sql<Omit<UnsettledRun, 'run' | 'previousRun'> & { run: string; previousRun: string }>`
    select segment_runs.segment_id as "segmentId", segments.name, run::text as run, coalesce(previous_run, 0)::text as "previousRun", at, segment_runs.announces
    from segment_runs join segments on segments.id = segment_runs.segment_id
    where segment_runs.workspace_id = ${workspaceId} and settled_at is null order by run limit 1000`.execute(platform.db)
  return rows.map((row) => ({ ...row, run: Number(row.run), previousRun: Number(row.previousRun) }))
}

/** Those who are in one of two sets alone. */
const differenceSql = `
  select bitmapXor(groupBitmapMergeStateIf(people, run = {run:UInt64}), groupBitmapMergeStateIf(people, run = {previousRun:UInt64})) as moved,
    groupBitmapMergeStateIf(people, run = {run:UInt64}) as now
  from segment_sets where workspace_id = {workspaceId:UInt32} and segment_id = {segmentId:UUID} and run in ({run:UInt64}, {previousRun:UInt64})`

async function writeMoves(platform: Platform, workspaceId: number, { segmentId, run, previousRun, at }: UnsettledRun): Promise<void> {
  await platform.warehouse.run(
    {
      sql: `insert into segment_moves (workspace_id, segment_id, at, run, people)
        select {workspaceId:UInt32}, {segmentId:UUID}, {at:DateTime64(3, 'UTC')}, {run:UInt64}, moved from (${differenceSql})`,
      params: { workspaceId, segmentId, run, previousRun, at: warehouseTime(at.getTime()) },
    },
    { token: `segment-moves-${segmentId}-${run}` },
  )
}

async function announce(platform: Platform, workspaceId: number, run: UnsettledRun): Promise<void> {
  while (await announcePage(platform, workspaceId, run));
}

async function announcePage(platform: Platform, workspaceId: number, run: UnsettledRun): Promise<boolean> {
  return platform.db.transaction().execute(async (tx) => {
    const where = sql`workspace_id = ${workspaceId} and segment_id = ${run.segmentId}::uuid and run = ${String(run.run)}::bigint`
    const { rows } = await sql<{
      through: number
    }>`select announced_through::float8 as through from segment_runs where ${where} and settled_at is null for update`.execute(tx)
    if (!rows[0]) return false
    const page = await readMoved(platform, workspaceId, run, rows[0].through)
    if (page.ids.length === 0) return false
    const inside = new Set(page.entered)
    const items = page.ids.map((personId): KnownEvent => {
      const event = inside.has(personId) ? segmentEvents.entered : segmentEvents.left
      const key = stableUuid('segment move', run.segmentId, run.run, personId)
      return { personId, event, timeMs: run.at.getTime(), key, properties: { segmentId: run.segmentId, segment: run.name } }
    })
    await appendToInbox(tx, { platform, workspaceId, kind: 'message', items })
    await sql`update segment_runs set announced_through = ${page.ids.at(-1)!} where ${where}`.execute(tx)
    return page.ids.length === peoplePerPage
  })
}

async function readMoved(
  platform: Platform,
  workspaceId: number,
  { segmentId, run, previousRun }: UnsettledRun,
  through: number,
): Promise<{ ids: number[]; entered: number[] }> {
  return platform.warehouse.row({
    sql: `
      with bitmapSubsetLimit(moved, {from:UInt32}, {limit:UInt64}) as page
      select arraySort(bitmapToArray(page)) as ids, bitmapToArray(bitmapAnd(page, now)) as entered from (${differenceSql})`,
    params: { workspaceId, segmentId, run, previousRun, from: through + 1, limit: peoplePerPage },
  })
}
