import { sql } from 'kysely'
import type { z } from 'zod'
import type { InboxState } from '../../../contracts/collect.ts'
import type { Context } from '../access/index.ts'
import { lagPercentile } from './inbox-lag.ts'

type Answer = z.input<typeof InboxState>
type Kind = Answer['kinds'][number]
type KindName = Kind['kind']

const hourMs = 3_600_000
/** Waiting longer than this is late: usually it is a second or two. */
export const lateSeconds = 120
const troubleMax = 50

/**
 * How much waits in the inbox (taken up or not) and since when, by kind with the usual delay, what went through in the last hour, which
 * chunks do not go through and why, and what had to be set aside; all in items.
 */
export async function readInbox(ctx: Context): Promise<Answer> {
  const { platform, workspaceId } = ctx
  const hourAgo = new Date(platform.clock.now().getTime() - hourMs)
  const [waiting, aside, minutes, lags, trouble] = await Promise.all([
    readWaiting(ctx),
    readAside(ctx),
    sql<{ minute: Date; items: number }>`
      select minute, items from inbox_minutes where workspace_id = ${workspaceId} and minute > ${hourAgo} order by minute`.execute(platform.db),
    readLags(ctx, hourAgo),
    readTrouble(ctx),
  ])
  const oldest = waiting.map(({ oldestSeconds }) => oldestSeconds).filter((seconds) => seconds !== null)
  const oldestSeconds = oldest.length === 0 ? null : Math.max(...oldest)
  const names = new Set<KindName>([...waiting.map(({ kind }) => kind), ...lags.keys()])
  return {
    waiting: waiting.reduce((sum, one) => sum + one.waiting, 0),
    oldestSeconds,
    ...aside,
    processedLastHour: minutes.rows.reduce((sum, { items }) => sum + items, 0),
    kinds: [...names].toSorted().map((kind) => ({ ...nothingWaits, ...waiting.find((one) => one.kind === kind), kind, ...percentiles(lags.get(kind)) })),
    minutes: minutes.rows.map(({ minute, items }) => ({ minute: minute.toISOString(), items })),
    trouble,
    isLate: (oldestSeconds ?? 0) > lateSeconds || trouble.some(({ awaySince }) => awaySince !== null),
  }
}

const nothingWaits = { waiting: 0, oldestSeconds: null }

async function readWaiting(ctx: Context): Promise<Pick<Kind, 'kind' | 'waiting' | 'oldestSeconds'>[]> {
  const { rows } = await sql<{ kind: KindName; waiting: number; oldest: Date }>`
    select kind, sum(item_count)::bigint as waiting, min(received_at) as oldest
    from inbox where workspace_id = ${ctx.workspaceId} and failed_at is null group by kind`.execute(ctx.platform.db)
  const nowMs = ctx.platform.clock.now().getTime()
  return rows.map(({ kind, waiting, oldest }) => ({ kind, waiting, oldestSeconds: Math.max(0, (nowMs - oldest.getTime()) / 1000) }))
}

async function readAside(ctx: Context): Promise<Pick<Answer, 'failed' | 'quarantined'>> {
  const { rows } = await sql<{ failed: number; quarantined: number }>`
    select (select coalesce(sum(item_count), 0)::bigint from inbox where workspace_id = ${ctx.workspaceId} and failed_at is not null) as failed,
      (select count(*) from quarantine where workspace_id = ${ctx.workspaceId}) as quarantined`.execute(ctx.platform.db)
  return rows[0]!
}

interface Step {
  step: number
  items: number
}

async function readLags(ctx: Context, since: Date): Promise<Map<KindName, Step[]>> {
  const { rows } = await sql<Step & { kind: KindName }>`
    select kind, step, sum(items)::bigint as items from inbox_lags
    where workspace_id = ${ctx.workspaceId} and minute > ${since} group by kind, step order by kind, step`.execute(ctx.platform.db)
  const byKind = new Map<KindName, Step[]>()
  for (const { kind, step, items } of rows) {
    const steps = byKind.get(kind)
    if (steps) steps.push({ step, items })
    else byKind.set(kind, [{ step, items }])
  }
  return byKind
}

function percentiles(steps: readonly Step[] = []): Pick<Kind, 'lagSecondsP50' | 'lagSecondsP99'> {
  return { lagSecondsP50: lagPercentile(steps, 0.5), lagSecondsP99: lagPercentile(steps, 0.99) }
}

async function readTrouble(ctx: Context): Promise<Answer['trouble']> {
  const { rows } = await sql<Omit<Answer['trouble'][number], 'awaySince' | 'since'> & { awaySince: Date | null; since: Date }>`
    select id as "chunkId", kind, (select coalesce(sum(item_count), 0)::bigint from inbox where chunk_id = inbox_chunks.id) as items,
      failures, error, away_since as "awaySince", created_at as since
    from inbox_chunks where workspace_id = ${ctx.workspaceId} and (failures > 0 or away_since is not null) order by id limit ${troubleMax}`.execute(
    ctx.platform.db,
  )
  return rows.map(({ awaySince, since, ...row }) => ({ ...row, awaySince: awaySince?.toISOString() ?? null, since: since.toISOString() }))
}
