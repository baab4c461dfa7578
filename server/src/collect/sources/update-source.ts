import { sql } from 'kysely'
import type { Source, SourceLimits } from '../../../../contracts/collect.ts'
import { forgetWriteKeys, mutate, type Context } from '../../access/index.ts'
import { forgetDoorRules } from '../door/door-rules.ts'
import { readSource, sourceNotFound } from './source-row.ts'

interface SourceChange {
  name?: string | undefined
  disabled?: boolean | undefined
  limits?: SourceLimits | undefined
}

/** Renames a source, disables or enables it, or sets its limits; a disabled one's write keys are refused at once. Throws `not-found`. */
export async function updateSource(ctx: Context, id: string, change: SourceChange): Promise<Source> {
  const source = await mutate(ctx, { action: 'source.update', targetKind: 'source', targetId: id, detail: { ...change } }, async (tx) => {
    const disabled = change.disabled ?? null
    const { limits } = change
    const { numAffectedRows } = await sql`
      update sources set name = coalesce(${change.name ?? null}, name),
        disabled_at = case when ${disabled}::boolean is null then disabled_at when ${disabled}::boolean then coalesce(disabled_at, ${ctx.platform.clock.now()}) end,
        rate_per_second = case when ${limits !== undefined}::boolean then ${limits?.perSecond ?? null}::integer else rate_per_second end,
        events_per_day = case when ${limits !== undefined}::boolean then ${limits?.perDay ?? null}::bigint else events_per_day end
      where workspace_id = ${ctx.workspaceId} and id = ${id}::uuid`.execute(tx)
    if (numAffectedRows === 0n) throw sourceNotFound()
    return readSource(ctx, id, tx)
  })
  forgetWriteKeys(ctx.platform, id)
  forgetDoorRules(ctx.platform, ctx.workspaceId)
  return source
}
