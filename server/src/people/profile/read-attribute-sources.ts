import { sql } from 'kysely'
import type { AttributeSource } from '../../../../contracts/people.ts'
import type { Context } from '../../access/index.ts'
import { readSaid, type AttributeOrigin, type SaidRow } from '../record/attribute-origins.ts'

/** When and by whom, with its name, each attribute of a person was last said; `phone` and `email` are among the keys. */
export async function readAttributeSources(ctx: Context, person: SaidRow): Promise<Map<string, { timeMs: number; source: AttributeSource | null }>> {
  const said = await readSaid(ctx.platform.db, ctx.workspaceId, person)
  const name = await namesOfOrigins(
    ctx,
    [...said.values()].flatMap(({ source }) => (source ? [source] : [])),
  )
  return new Map(Array.from(said, ([key, { timeMs, source }]) => [key, { timeMs, source: source && name(source) }]))
}

/** Gives origins, of those asked for here, with the names they go by. */
export async function namesOfOrigins(ctx: Context, origins: readonly AttributeOrigin[]): Promise<(origin: AttributeOrigin) => AttributeSource> {
  const names = await readOriginNames(ctx, origins)
  return ({ kind, originId }) => ({ kind, id: originId, name: names.get(originId) ?? null })
}

/** Files, sources and connectors are named by those who own them; here they are only looked up. */
async function readOriginNames(ctx: Context, origins: readonly AttributeOrigin[]): Promise<Map<string, string>> {
  const ids = [...new Set(origins.map(({ originId }) => originId).filter((id) => id !== ''))]
  if (ids.length === 0) return new Map()
  const { rows } = await sql<{ id: string; name: string }>`
    select id::text as id, file_name as name from imports where workspace_id = ${ctx.workspaceId} and id = any(${ids}::uuid[])
    union all select id::text, name from sources where workspace_id = ${ctx.workspaceId} and id = any(${ids}::uuid[])
    union all select id::text, name from connectors where workspace_id = ${ctx.workspaceId} and id = any(${ids}::uuid[])`.execute(ctx.platform.db)
  return new Map(rows.map(({ id, name }) => [id, name]))
}
