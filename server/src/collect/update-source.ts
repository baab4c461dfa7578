import { sql } from 'kysely'
import type { Source } from '../../../contracts/collect.ts'
import { forgetWriteKeys, mutate, type Context } from '../access/index.ts'
import { readSource, sourceNotFound } from './source-row.ts'

/** Renames a source, or disables or enables it; a disabled one's write key is refused at once. Throws `not-found`. */
export async function updateSource(ctx: Context, id: string, change: { name?: string; disabled?: boolean }): Promise<Source> {
  const source = await mutate(ctx, { action: 'source.update', targetKind: 'source', targetId: id, detail: { ...change } }, async (tx) => {
    const disabled = change.disabled ?? null
    const { numAffectedRows } = await sql`
      update sources set name = coalesce(${change.name ?? null}, name),
        disabled_at = case when ${disabled}::boolean is null then disabled_at when ${disabled}::boolean then coalesce(disabled_at, ${ctx.platform.clock.now()}) end
      where workspace_id = ${ctx.workspaceId} and id = ${id}::uuid`.execute(tx)
    if (numAffectedRows === 0n) throw sourceNotFound()
    return readSource(tx, ctx.workspaceId, id)
  })
  forgetWriteKeys(ctx.platform, id)
  return source
}
