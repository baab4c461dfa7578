import { sql } from 'kysely'
import type { Segment } from '../../../contracts/audience.ts'
import { mutate, type Context } from '../access/index.ts'
import { AppError } from '../platform/errors.ts'
import type { Platform } from '../platform/platform.ts'
import { changedMeanwhile } from './save-segment.ts'
import { readSegment } from './segment-row.ts'
import { refreshWorkspace } from './segments/refresh-workspace.ts'
import { thinHistory } from './segments/segment-history.ts'
import { settleRuns } from './segments/settle-runs.ts'
import { showSets } from './segments/show-sets.ts'
import { readShownRun } from './segments/shown-runs.ts'
import { sweepSets } from './segments/sweep-sets.ts'
import { writeRuleSet } from './segments/write-set.ts'

/** Reads a segment anew now. @throws `precondition` for a static one */
export async function refreshSegment(ctx: Context, id: string): Promise<Segment> {
  const { rule, kind, id: segmentId } = await readSegment(ctx, id)
  if (kind === 'static') {
    throw new AppError('precondition', { zh: '静态分群不随数据变化，无需刷新', en: 'A static segment does not follow the data; there is nothing to refresh' })
  }
  const set = await writeRuleSet(ctx, rule, { segmentId, previousRun: await readShownRun(ctx, segmentId) })
  const detail = { count: set.count, entered: set.entered, left: set.left }
  await mutate(ctx, { action: 'segment.refresh', targetKind: 'segment', targetId: segmentId, detail }, async (tx) => {
    if ((await showSets(tx, ctx, { sets: [set], cause: 'refresh' })).length === 0) throw changedMeanwhile()
  })
  await settleRuns(ctx.platform, ctx.workspaceId)
  return readSegment(ctx, segmentId)
}

/** Settles what is owed, refreshes the segments of every workspace that is due, one after the other, and sweeps up. */
export async function refreshDueSegments(platform: Platform, signal: AbortSignal): Promise<void> {
  const { rows } = await sql<{ id: number }>`select distinct workspace_id as id from segments order by 1`.execute(platform.db)
  for (const { id } of rows) {
    if (signal.aborted) return
    try {
      await settleRuns(platform, id, signal)
      const mode = await refreshWorkspace(platform, id, { signal })
      await settleRuns(platform, id, signal)
      if (mode === 'full') await thinHistory({ platform, workspaceId: id })
      if (mode !== null) await sweepSets(platform, id)
    } catch (error) {
      if (signal.aborted) return
      platform.log.error({ workspaceId: id, error }, 'segments could not be refreshed')
    }
  }
}
