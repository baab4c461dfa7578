import { sql } from 'kysely'
import type { WriteKeySource } from '../../access/index.ts'
import { readNamespaces } from '../../people/index.ts'
import type { Platform } from '../../platform/platform.ts'
import { TimedCache } from '../../platform/timed-cache.ts'
import type { Reading } from './reading.ts'

const timezoneKeptMs = 60_000
const timezones = new WeakMap<Platform, TimedCache<string>>()

/** What the messages of a source that came now are read with; from memory nearly always. */
export async function openReading(platform: Platform, source: WriteKeySource, receivedAt: Date): Promise<Reading> {
  const { workspaceId, sourceId } = source
  const [namespaces, timezone] = await Promise.all([readNamespaces(platform, workspaceId), readTimezone(platform, workspaceId)])
  return { sourceId, receivedAtMs: receivedAt.getTime(), namespaces, timezone }
}

async function readTimezone(platform: Platform, workspaceId: number): Promise<string> {
  let known = timezones.get(platform)
  if (!known) timezones.set(platform, (known = new TimedCache<string>({ clock: platform.clock, keepMs: timezoneKeptMs })))
  const timezone = await known.read(String(workspaceId), async () => {
    const { rows } = await sql<{ timezone: string }>`select timezone from workspaces where id = ${workspaceId}`.execute(platform.db)
    return rows[0]?.timezone ?? null
  })
  return timezone ?? 'Asia/Shanghai'
}
