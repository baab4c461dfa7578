import { sql } from 'kysely'
import { AppError } from '../../platform/errors.ts'
import type { Platform } from '../../platform/platform.ts'

/** Connectors whose minute is full, as far as this process was told: a flood costs no statements. */
const fullMinutes = new WeakMap<Platform, Map<string, number>>()
const rememberedMax = 10_000

/** Counts a request of a connector in the minute that it came in, at all processes together. @throws `throttled` past the limit */
export async function takeRequest(platform: Platform, connector: { id: string; workspaceId: number }, perMinuteMax: number): Promise<void> {
  let full = fullMinutes.get(platform)
  if (!full) fullMinutes.set(platform, (full = new Map()))
  const nowMs = platform.clock.now().getTime()
  const minute = Math.floor(nowMs / 60_000)
  if (full.get(connector.id) !== minute && (await count(platform, connector, { minute, perMinuteMax }))) return
  if (full.size > rememberedMax) full.clear()
  full.set(connector.id, minute)
  throw new AppError('throttled', {
    zh: `该连接器每分钟最多接收 ${perMinuteMax} 次，请稍后重发`,
    en: `This connector takes at most ${perMinuteMax} requests a minute; send it again later`,
    retryAfterSeconds: Math.max(1, Math.ceil(((minute + 1) * 60_000 - nowMs) / 1000)),
  })
}

/** False when the minute is full. A process whose clock is a little behind counts in the minute of the others; one that is far ahead holds nobody up. */
async function count(
  platform: Platform,
  { id, workspaceId }: { id: string; workspaceId: number },
  { minute, perMinuteMax }: { minute: number; perMinuteMax: number },
): Promise<boolean> {
  const isNew = sql`(excluded.minute > taken.minute or excluded.minute < taken.minute - 1)`
  const { rows } = await sql`
    insert into connector_minutes as taken (workspace_id, connector_id, minute, requests) values (${workspaceId}, ${id}::uuid, ${minute}, 1)
    on conflict (connector_id) do update set
      minute = case when ${isNew} then excluded.minute else taken.minute end, requests = case when ${isNew} then 1 else taken.requests + 1 end
    where taken.workspace_id = excluded.workspace_id and (${isNew} or taken.requests < ${perMinuteMax})
    returning 1`.execute(platform.db)
  return rows.length > 0
}
