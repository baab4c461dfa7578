import type { Context } from '../access/index.ts'

/** Below this a count is quick enough to be asked each time. */
const quickMs = 50
const keptMs = 60_000

interface Kept {
  count: number
  until: number
  refreshing: boolean
}

const kept = new WeakMap<object, Map<number, Kept>>()

/** How many people the workspace has, by the warehouse. Where counting takes long, the number is up to a minute old. */
export async function countPeople(ctx: Context): Promise<number> {
  const ofPlatform = kept.get(ctx.platform) ?? new Map<number, Kept>()
  kept.set(ctx.platform, ofPlatform)
  const known = ofPlatform.get(ctx.workspaceId)
  if (!known) return countNow(ctx, ofPlatform)
  if (performance.now() > known.until && !known.refreshing) {
    known.refreshing = true
    countNow(ctx, ofPlatform).catch(() => (known.refreshing = false))
  }
  return known.count
}

async function countNow(ctx: Context, ofPlatform: Map<number, Kept>): Promise<number> {
  const startedAt = performance.now()
  const { count } = await ctx.platform.warehouse.row<{ count: number }>({
    sql: 'select count() as count from people final where workspace_id = {workspaceId:UInt32}',
    params: { workspaceId: ctx.workspaceId },
  })
  const now = performance.now()
  if (now - startedAt > quickMs) ofPlatform.set(ctx.workspaceId, { count, until: now + keptMs, refreshing: false })
  else ofPlatform.delete(ctx.workspaceId)
  return count
}
