import { sql } from 'kysely'
import type { Platform } from '../../platform/platform.ts'

/** So often at most a process asks for a share of a source. */
const askEveryMs = 1_000
/** What may come at once after a pause, in seconds of the limit. Twice as often as is asked, so that half of it is the whole rate. */
const burstSeconds = 2

/** What this process may let in of a source. */
interface Share {
  /** Below nothing after a large batch, which is let in whole; the next question tells it. */
  credit: number
  askedAtMs: number
  /** Until then there is nothing to be had for anybody. */
  emptyUntilMs: number
  asking: Promise<void> | null
}

interface Ask {
  workspaceId: number
  sourceId: string
  perSecond: number
}

const shares = new WeakMap<Platform, Map<string, Share>>()

/**
 * Takes `count` messages from what a source may send a second, all processes together; answers 0, or the seconds after which there is
 * something again. A process holds half of what is there for a second, so that a message at any other finds some too; from memory but once a second.
 */
export async function takeShare(platform: Platform, ask: Ask, count: number): Promise<number> {
  const share = shareOf(platform, ask.sourceId)
  if (performance.now() - share.askedAtMs >= askEveryMs) await (share.asking ??= askFor(platform, share, ask))
  if (share.credit > 0) {
    share.credit -= count
    return 0
  }
  const nowMs = performance.now()
  const waitMs = Math.max(share.askedAtMs + askEveryMs, share.emptyUntilMs) - nowMs
  return Math.max(0.001, waitMs / 1000, (1 - share.credit) / ask.perSecond)
}

/** Gives back what is left, or tells what was let in beyond, and takes half of what is there. By the database's clock, which all share. */
async function askFor(platform: Platform, share: Share, { workspaceId, sourceId, perSecond }: Ask): Promise<void> {
  const left = share.credit
  const capacity = perSecond * burstSeconds
  const present = sql`least(${capacity}::float8,
    share.tokens + ${perSecond}::float8 * greatest(0, extract(epoch from clock_timestamp() - share.at)::float8) + ${left}::float8)`
  try {
    const { rows } = await sql<{ tokens: number; granted: number }>`
      insert into source_shares as share (workspace_id, source_id, tokens, at, granted)
      values (${workspaceId}, ${sourceId}::uuid, ${capacity / 2}, clock_timestamp(), ${capacity / 2})
      on conflict (workspace_id, source_id) do update set
        tokens = least(${present}, ${present} / 2), granted = greatest(0, ${present} / 2), at = clock_timestamp()
      returning tokens, granted`.execute(platform.db)
    const { tokens, granted } = rows[0]!
    share.askedAtMs = performance.now()
    // What was let in while the question was under way is not told yet.
    share.credit += granted - left
    share.emptyUntilMs = granted > 0 ? 0 : share.askedAtMs + ((1 - tokens) / perSecond) * 1000
  } finally {
    share.asking = null
  }
}

function shareOf(platform: Platform, sourceId: string): Share {
  let known = shares.get(platform)
  if (!known) shares.set(platform, (known = new Map()))
  let share = known.get(sourceId)
  if (!share) known.set(sourceId, (share = { credit: 0, askedAtMs: -Infinity, emptyUntilMs: 0, asking: null }))
  return share
}
