import { sql } from 'kysely'
import type { ContactPolicy, Workspace } from '../../../contracts/workspaces.ts'
import { notFound } from '../platform/errors.ts'
import type { Database, Platform } from '../platform/platform.ts'
import { TimedCache } from '../platform/timed-cache.ts'

const keepMs = 5000
const caches = new WeakMap<Platform, TimedCache<Workspace>>()

/** The workspace as it is now; throws `not-found`. */
export async function workspaceRow(db: Database, workspaceId: number): Promise<Workspace> {
  const { rows } = await sql<{ name: string; timezone: string; contact_policy: ContactPolicy; created_at: Date }>`
    select name, timezone, contact_policy, created_at from workspaces where id = ${workspaceId}`.execute(db)
  const row = rows[0]
  if (!row) throw notFound({ zh: '工作区', en: 'workspace' })
  return { workspaceId, name: row.name, timezone: row.timezone, contactPolicy: row.contact_policy, createdAt: row.created_at.toISOString() }
}

/** The same, at most some seconds old: settings are asked for with every decision. A change made by this process is seen at once. */
export async function cachedWorkspace(platform: Platform, workspaceId: number): Promise<Workspace> {
  const workspace = await cacheOf(platform).read(String(workspaceId), async () => workspaceRow(platform.db, workspaceId))
  if (!workspace) throw notFound({ zh: '工作区', en: 'workspace' })
  return workspace
}

export function forgetWorkspace(platform: Platform, workspaceId: number): void {
  cacheOf(platform).forget((workspace) => workspace.workspaceId === workspaceId)
}

function cacheOf(platform: Platform): TimedCache<Workspace> {
  const known = caches.get(platform)
  if (known) return known
  const made = new TimedCache<Workspace>({ clock: platform.clock, keepMs })
  caches.set(platform, made)
  return made
}
