import { sql } from 'kysely'
import { messageEvents } from '../../../contracts/collect.ts'
import { productEvents, registeredAttribute } from '../../../contracts/rule.ts'
import type { Context } from '../access/index.ts'
import { labelOfEvent } from '../collect/index.ts'
import { listAttributeDefinitions, readNamespaces, registerUsables, type Usable } from '../people/index.ts'

/** Makes known what this and the capabilities below have that can be used. */
export function registerFields(): void {
  registerUsables('attributes', listAttributes)
  registerUsables('events', listEvents)
  registerUsables('tags', listTags)
  registerUsables('namespaces', listNamespaces)
}

async function listAttributes(ctx: Context): Promise<Usable[]> {
  const { items } = await listAttributeDefinitions(ctx)
  // The time of registration is no attribute that somebody could do without.
  return items
    .filter(({ key }) => key !== registeredAttribute)
    .map(({ key, label, lastSeenAt, retiredAt }) => ({
      kind: 'attribute',
      key,
      label,
      lastSeenAt: lastSeenAt === null ? null : new Date(lastSeenAt),
      people: null,
      retired: retiredAt !== null,
    }))
}

/** Events that the product writes itself feed its reports. */
const own: ReadonlySet<string> = new Set<string>([...messageEvents, ...productEvents])

async function listEvents(ctx: Context): Promise<Usable[]> {
  const { rows } = await sql<{ event: string; zh: string; en: string; lastSeenAt: Date; state: string }>`
    select event, label_zh as zh, label_en as en, last_seen_at as "lastSeenAt", state from event_definitions
    where workspace_id = ${ctx.workspaceId} order by event limit 3000`.execute(ctx.platform.db)
  return rows
    .filter(({ event }) => !own.has(event))
    .map(({ event, zh, en, lastSeenAt, state }) => ({
      kind: 'event',
      key: event,
      label: labelOfEvent(event, { zh, en }),
      lastSeenAt,
      people: null,
      retired: state !== 'visible',
    }))
}

async function listTags(ctx: Context): Promise<Usable[]> {
  const { rows } = await sql<{ id: string; name: string; people: number; retired: boolean; lastSeenAt: Date | null }>`
    select id, name, people::float8 as people, retired_at is not null as retired, (
      select at from person_tag_changes where workspace_id = ${ctx.workspaceId} and tag_id = tags.id order by id desc limit 1
    ) as "lastSeenAt"
    from tags where workspace_id = ${ctx.workspaceId} and deleted_at is null order by name limit 2000`.execute(ctx.platform.db)
  return rows.map(({ id, name, ...row }) => ({ kind: 'tag', key: id, label: { zh: name, en: name }, ...row }))
}

async function listNamespaces(ctx: Context): Promise<Usable[]> {
  const [namespaces, { rows }] = await Promise.all([
    readNamespaces(ctx.platform, ctx.workspaceId),
    sql<{ namespace: string; lastSeenAt: Date }>`
      select namespace, max(created_at) as "lastSeenAt" from identities tablesample system (${sql.lit(await percentOfIdentities(ctx))})
      where workspace_id = ${ctx.workspaceId} group by namespace`.execute(ctx.platform.db),
  ])
  const seen = new Map(rows.map((row) => [row.namespace, row.lastSeenAt]))
  // A built-in kind that never came is none of the workspace's.
  return namespaces.all
    .filter(({ key, builtIn }) => !builtIn || seen.has(key))
    .map((namespace) => ({
      kind: 'namespace',
      key: namespace.key,
      label: namespace.label,
      lastSeenAt: seen.get(namespace.key) ?? null,
      people: null,
      retired: namespace.disabledAt !== null,
    }))
}

const identitiesLookedAt = 300_000

/** Some hundred thousand rows say well enough whether a kind of identity still comes in. */
async function percentOfIdentities({ platform }: Context): Promise<number> {
  const { rows } = await sql<{ rows: number }>`select greatest(reltuples, 1)::float8 as rows from pg_class where oid = 'identities'::regclass`.execute(
    platform.db,
  )
  return Math.min(100, Math.max(0.01, Math.round((identitiesLookedAt / (rows[0]?.rows ?? 1)) * 10_000) / 100))
}
