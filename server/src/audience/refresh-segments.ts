import { sql } from 'kysely'
import type { Segment } from '../../../contracts/audience.ts'
import type { Rule } from '../../../contracts/rule.ts'
import { mutate, systemContext, type Context } from '../access/index.ts'
import { AppError, errorMessage } from '../platform/errors.ts'
import type { Database, Platform } from '../platform/platform.ts'
import { countRule } from './audience-statement.ts'
import { readSegment } from './segment-row.ts'

/** Counts older than this are taken again in the background. */
export const countKeepsMs = 10 * 60_000
/** How long one round of counting may go on before it leaves the rest to the next. */
const roundMs = 10_000

/** Counts a segment now. */
export async function refreshSegment(ctx: Context, id: string): Promise<Segment> {
  const { rule } = await readSegment(ctx, id)
  const { count } = await countRule(ctx, rule, { exact: true })
  await mutate(ctx, { action: 'segment.refresh', targetKind: 'segment', targetId: id, detail: { count } }, (tx) => storeCount(tx, ctx, { id, count }))
  return readSegment(ctx, id)
}

/** Counts the segments whose count is oldest, of all workspaces, for some seconds. Answers how many were counted. */
export async function refreshStaleSegments(platform: Platform, signal: AbortSignal): Promise<number> {
  const now = platform.clock.now()
  const { rows } = await sql<{ id: string; workspaceId: number; rule: Rule }>`
    select id, workspace_id as "workspaceId", rule from segments
    where counted_at is null or counted_at < ${new Date(now.getTime() - countKeepsMs)}
    order by counted_at nulls first limit 200`.execute(platform.db)
  const startedMs = performance.now()
  let counted = 0
  for (const row of rows) {
    if (signal.aborted || performance.now() - startedMs > roundMs) break
    const ctx = systemContext(platform, row.workspaceId, 'segments')
    await storeCount(platform.db, ctx, { id: row.id, count: await countOrNull(ctx, row, signal) })
    counted += 1
  }
  return counted
}

/** Null for a rule that cannot be counted (a reference is gone, too costly): one such segment must not hold up the others. */
async function countOrNull(ctx: Context, row: { id: string; rule: Rule }, signal: AbortSignal): Promise<number | null> {
  try {
    return (await countRule(ctx, row.rule, { exact: true, signal })).count
  } catch (error) {
    if (!(error instanceof AppError) || error.errorName === 'unavailable') throw error
    ctx.platform.log.warn({ segmentId: row.id, error: errorMessage(error) }, 'a segment could not be counted')
    return null
  }
}

async function storeCount(db: Database, ctx: Context, { id, count }: { id: string; count: number | null }): Promise<void> {
  await sql`
    update segments set count = ${count}::bigint, counted_at = ${ctx.platform.clock.now()} where workspace_id = ${ctx.workspaceId} and id = ${id}::uuid`.execute(
    db,
  )
}
