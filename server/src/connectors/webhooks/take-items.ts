import { sql } from 'kysely'
import { acceptItemsWithin } from '../../collect/index.ts'
import type { Database, Platform } from '../../platform/platform.ts'
import type { MappedItem } from '../mapping/apply-mapping.ts'

interface Origin {
  id: string
  workspaceId: number
  sourceId: string
  receivedAt: Date
}

/** Puts mapped items into the inbox in the caller's transaction, but for those that a higher version overtook; answers how many went in. */
export async function takeItems(
  tx: Database,
  platform: Platform,
  { origin, items }: { origin: Origin; items: readonly MappedItem[] },
): Promise<{ taken: number; overtaken: number }> {
  const current = await dropOvertaken(tx, origin, items)
  const { id, workspaceId, sourceId, receivedAt } = origin
  const source = { workspaceId, sourceId }
  await acceptItemsWithin(tx, platform, { source, receivedAt, originId: id, form: 'item', items: current.map(({ item }) => item) })
  return { taken: current.length, overtaken: items.length - current.length }
}

/** The items whose version is the highest seen so far, here or before. Notes the new highest ones. */
async function dropOvertaken(tx: Database, { id, workspaceId, receivedAt }: Origin, items: readonly MappedItem[]): Promise<readonly MappedItem[]> {
  const versioned = items.flatMap(({ version }) => (version ? [version] : []))
  if (versioned.length === 0) return items
  const keys = versioned.map(({ key }) => key)
  const { rows } = await sql<{ key: string; version: string }>`
    insert into connector_versions (workspace_id, connector_id, version_key, version, seen_on)
    select ${workspaceId}, ${id}::uuid, key, max(version), ${receivedAt}::timestamptz::date
    from unnest(${keys}::uuid[], ${versioned.map(({ value }) => value)}::numeric[]) as given (key, version)
    group by key order by key
    on conflict (connector_id, version_key) do update set version = greatest(connector_versions.version, excluded.version), seen_on = excluded.seen_on
    returning version_key as key, version::text as version`.execute(tx)
  const highest = new Map(rows.map(({ key, version }) => [key, version]))
  return items.filter(({ version }) => version === null || compareVersions(version.value, highest.get(version.key) ?? '0') >= 0)
}

/** Compares decimal numbers of up to thirty digits, which a JavaScript number would round. */
export function compareVersions(left: string, right: string): number {
  const scaled = (text: string) => {
    const [whole = '0', fraction = ''] = text.split('.')
    return BigInt(whole + fraction.slice(0, 6).padEnd(6, '0'))
  }
  const difference = scaled(left) - scaled(right)
  return difference > 0n ? 1 : difference < 0n ? -1 : 0
}
