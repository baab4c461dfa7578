import { sql } from 'kysely'
import type { NamespaceNormaliser, NamespaceStrength } from '../../../../contracts/namespaces.ts'
import type { Database, Platform } from '../../platform/platform.ts'
import { TimedCache } from '../../platform/timed-cache.ts'
import { compilePattern } from './linear-pattern.ts'
import { NamespaceRules, type KnownNamespace } from './namespace-rules.ts'

/** How long another process may go by rules that were changed since. */
const keepMs = 10_000

interface Known {
  workspaceId: number
  rules: NamespaceRules
}

const caches = new WeakMap<Platform, TimedCache<Known>>()

function cacheOf(platform: Platform): TimedCache<Known> {
  let cache = caches.get(platform)
  if (!cache) caches.set(platform, (cache = new TimedCache<Known>({ clock: platform.clock, keepMs, entriesMax: 1_000 })))
  return cache
}

/** The kinds of identities of a workspace, from a cache. */
export async function readNamespaces(platform: Platform, workspaceId: number): Promise<NamespaceRules> {
  const known = await cacheOf(platform).read(String(workspaceId), async () => ({ workspaceId, rules: await loadNamespaces(platform.db, workspaceId) }))
  return known!.rules
}

/** The same, read again when one of `keys` is not among them: it may have been made a moment ago in another process. */
export async function readNamespacesWith(platform: Platform, workspaceId: number, keys: Iterable<string>): Promise<NamespaceRules> {
  const rules = await readNamespaces(platform, workspaceId)
  for (const key of keys) {
    if (rules.rankOf(key) >= 0) continue
    forgetNamespaces(platform, workspaceId)
    return readNamespaces(platform, workspaceId)
  }
  return rules
}

/** After a change, once it is committed. */
export function forgetNamespaces(platform: Platform, workspaceId: number): void {
  cacheOf(platform).forget((known) => known.workspaceId === workspaceId)
}

interface NamespaceRow {
  key: string
  label_zh: string
  label_en: string
  strength: NamespaceStrength
  priority: number
  per_person_max: number | null
  pattern: string | null
  normaliser: NamespaceNormaliser
  secret: boolean
  built_in: boolean
  disabled_at: Date | null
}

/** The rows as they are now. */
export async function loadNamespaces(db: Database, workspaceId: number): Promise<NamespaceRules> {
  const { rows } = await sql<NamespaceRow>`
    select key, label_zh, label_en, strength, priority, per_person_max, pattern, normaliser, secret, built_in, disabled_at
    from namespaces where workspace_id = ${workspaceId}`.execute(db)
  return new NamespaceRules(rows.map(knownNamespace))
}

function knownNamespace(row: NamespaceRow): KnownNamespace {
  return {
    key: row.key,
    label: { zh: row.label_zh, en: row.label_en },
    strength: row.strength,
    priority: row.priority,
    perPersonMax: row.per_person_max,
    pattern: row.pattern,
    normaliser: row.normaliser,
    secret: row.secret,
    builtIn: row.built_in,
    disabledAt: row.disabled_at,
    matches: row.pattern === null ? null : compilePattern(row.pattern),
  }
}
