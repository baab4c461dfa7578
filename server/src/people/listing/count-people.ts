import type { Context } from '../../access/index.ts'

/** Below this a count is quick enough to be asked each time. */
const quickMs = 50
/** A slower count is kept so many times as long as it took, so that counting stays a small share of the work. */
const keptTimes = 20
const keptMsMax = 60_000

interface Kept {
  count: number
  /** From then on it is counted anew in the background, and soon after nobody gets the old number any more. */
  until: number
  uselessFrom: number
  refreshing: boolean
}

const kept = new WeakMap<object, Map<number, Kept>>()

/** How many people the workspace has, by the warehouse. Where counting takes long, the number is some seconds old, at most two minutes. */
export async function countPeople(ctx: Context): Promise<number> {
  const ofPlatform = kept.get(ctx.platform) ?? new Map<number, Kept>()
  kept.set(ctx.platform, ofPlatform)
  const known = ofPlatform.get(ctx.workspaceId)
  const now = performance.now()
  if (!known || now > known.uselessFrom) return countNow(ctx, ofPlatform)
  if (now > known.until && !known.refreshing) {
    known.refreshing = true
    countNow(ctx, ofPlatform).catch(() => (known.refreshing = false))
  }
  return known.count
}

/** After a change that must be seen at once, in this process. */
export function forgetPeopleCount(platform: Context['platform'], workspaceId: number): void {
  kept.get(platform)?.delete(workspaceId)
}

async function countNow(ctx: Context, ofPlatform: Map<number, Kept>): Promise<number> {
  const startedAt = performance.now()
  const { count } = await ctx.platform.warehouse.row<{ count: number }>({
    sql: 'select count() as count from people final where workspace_id = {workspaceId:UInt32}',
    params: { workspaceId: ctx.workspaceId },
  })
  const now = performance.now()
  const tookMs = now - startedAt
  const keptMs = Math.min(keptMsMax, tookMs * keptTimes)
  if (tookMs > quickMs) ofPlatform.set(ctx.workspaceId, { count, until: now + keptMs, uselessFrom: now + 2 * keptMs, refreshing: false })
  else ofPlatform.delete(ctx.workspaceId)
  return count
}
