import { sql } from 'kysely'
import type { Database, Platform } from '../../platform/platform.ts'
import { unpackSources } from './attribute-sources.ts'
import { momentOf, unpackTimes } from './attribute-times.ts'

/** Who says something about people: an import, a source of tracking, a connector, somebody in the console. */
export interface AttributeOrigin {
  kind: 'import' | 'tracking' | 'connector' | 'console' | 'form'
  /** Id of the import, source or connector; empty for the console. */
  originId: string
}

/** Origins whose numbers are remembered; there are as many as imports and sources. */
const rememberedMax = 10_000
const remembered = new WeakMap<Platform, Map<string, number>>()

/** The number under which an origin stands in people's rows; written down when it says something for the first time. */
export async function originNumber(platform: Platform, workspaceId: number, { kind, originId }: AttributeOrigin): Promise<number> {
  let numbers = remembered.get(platform)
  if (!numbers) remembered.set(platform, (numbers = new Map()))
  const name = `${workspaceId} ${kind} ${originId}`
  const known = numbers.get(name)
  if (known !== undefined) return known
  // Outside of any transaction: a number that was remembered must not be rolled back.
  const found = await sql<{ id: number }>`
    select id from attribute_origins where workspace_id = ${workspaceId} and kind = ${kind} and origin_id = ${originId}`.execute(platform.db)
  const { rows } = found.rows[0]
    ? found
    : await sql<{ id: number }>`
        insert into attribute_origins (workspace_id, kind, origin_id) values (${workspaceId}, ${kind}, ${originId})
        on conflict (workspace_id, kind, origin_id) do update set kind = excluded.kind returning id`.execute(platform.db)
  const number = rows[0]!.id
  if (numbers.size >= rememberedMax) numbers.clear()
  numbers.set(name, number)
  return number
}

/** A row of `people` as far as it tells when and by whom things were said. */
export interface SaidRow {
  attributes: Record<string, unknown>
  attribute_times: Record<string, number>
  attribute_sources: Record<string, number> | null
  phone_key: string | null
  email_key: string | null
}

/** When and by whom each attribute of a person was last said; `phone`, `email` and `created_at` are among the keys. */
export async function readSaid(db: Database, workspaceId: number, row: SaidRow): Promise<Map<string, { timeMs: number; source: AttributeOrigin | null }>> {
  const times = unpackTimes(row.attribute_times, { attributes: row.attributes, phoneKey: row.phone_key, emailKey: row.email_key })
  const sources = unpackSources(row.attribute_sources, times)
  const { rows } = await sql<AttributeOrigin & { id: number }>`
    select id, kind, origin_id as "originId" from attribute_origins
    where workspace_id = ${workspaceId} and id = any(${[...new Set(Object.values(sources))]}::integer[])`.execute(db)
  const origins = new Map(rows.map(({ id, kind, originId }) => [id, { kind, originId }]))
  return new Map(Object.entries(times).map(([key, timeMs]) => [key, { timeMs: momentOf(timeMs), source: origins.get(sources[key] ?? 0) ?? null }]))
}
