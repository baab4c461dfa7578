import { sql } from 'kysely'
import type { QuarantineChoice } from '../../../../contracts/quarantine.ts'
import { mutate, type Context } from '../../access/index.ts'
import { forgetDoorRules } from '../door/door-rules.ts'
import { chosen } from './set-aside.ts'

/** Throws away what was chosen; answers how many items that were. */
export async function discardQuarantined(ctx: Context, choice: QuarantineChoice): Promise<{ discarded: number }> {
  const { workspaceId } = ctx
  const entry = { action: 'quarantine.discard', targetKind: 'workspace', targetId: String(workspaceId), detail: { ...choice } }
  const discarded = await mutate(ctx, entry, async (tx, audit) => {
    const { rows } = await sql<{ items: number }>`
      with held as (
        delete from quarantine where workspace_id = ${workspaceId} and id in (
          select id from (select id, group_key as "group" from quarantine where workspace_id = ${workspaceId}) as held where ${chosen(choice)})
        returning 1 as items),
      failed as (
        delete from inbox where workspace_id = ${workspaceId} and failed_at is not null and failed_id in (
          select id from (
            select failed_id as id, md5(kind || regexp_replace(coalesce(error, ''), '[0-9]+', '#', 'g'))::uuid as "group"
            from inbox where workspace_id = ${workspaceId} and failed_at is not null) as failed where ${chosen(choice)})
        returning item_count as items)
      select coalesce(sum(items), 0)::bigint as items from (select items from held union all select items from failed) as gone`.execute(tx)
    const items = rows[0]!.items
    audit.detail = { ...audit.detail, items }
    return items
  })
  forgetDoorRules(ctx.platform, workspaceId)
  return { discarded }
}
