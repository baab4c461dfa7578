import { sql } from 'kysely'
import type { TagAction } from '../../../contracts/tags.ts'
import { mutate, type Context } from '../access/index.ts'
import { AppError } from '../platform/errors.ts'
import type { Database } from '../platform/platform.ts'
import { noAction, readTagAction } from './action-row.ts'
import { refuseTakenName } from './save-tag.ts'

/** Stops a running change; what was done stays. @throws `not-found`, `precondition` when it is over */
export async function cancelTagAction(ctx: Context, id: string): Promise<TagAction> {
  await mutate(ctx, { action: 'tagAction.cancel', targetKind: 'tagAction', targetId: id }, async (tx) => {
    const { state } = await holdAction(tx, ctx.workspaceId, id)
    if (state !== 'collecting' && state !== 'running')
      throw new AppError('precondition', { zh: '操作已结束，不能再停止', en: 'It is over and cannot be stopped' })
    await sql`
      update tag_actions set state = 'cancelled', finished_at = ${ctx.platform.clock.now()}
      where workspace_id = ${ctx.workspaceId} and id = ${id}::uuid`.execute(tx)
    await sql`delete from tag_action_people where action_id = ${id}::uuid`.execute(tx)
  })
  return readTagAction(ctx, id)
}

/**
 * Begins to undo a change: a tag that was deleted or merged comes back at once, its people in the background.
 * @throws `not-found`, `precondition` when it is running or undone already, `conflict` when the tag's name is taken by now
 */
export async function undoTagAction(ctx: Context, id: string): Promise<TagAction> {
  await mutate(ctx, { action: 'tagAction.undo', targetKind: 'tagAction', targetId: id }, async (tx) => {
    const { state, tagId, tagName } = await holdAction(tx, ctx.workspaceId, id)
    if (state !== 'finished' && state !== 'cancelled' && state !== 'failed')
      throw new AppError('precondition', { zh: '操作尚未结束或已经撤销', en: 'It is still running, or undone already' })
    await refuseTakenName(tx, ctx.workspaceId, { id: tagId, name: tagName })
    await sql`
      update tags set deleted_at = null, merged_into = null, count_due = true where workspace_id = ${ctx.workspaceId} and id = ${tagId}::uuid`.execute(tx)
    await sql`
      update tag_actions set state = 'undoing', undone_to = 0 where workspace_id = ${ctx.workspaceId} and id = ${id}::uuid`.execute(tx)
  })
  ctx.platform.jobs.wake('tag actions')
  return readTagAction(ctx, id)
}

async function holdAction(tx: Database, workspaceId: number, id: string): Promise<{ state: TagAction['state']; tagId: string; tagName: string }> {
  const { rows } = await sql<{ state: TagAction['state']; tagId: string; tagName: string }>`
    select actions.state, actions.tag_id as "tagId", tags.name as "tagName" from tag_actions as actions join tags on tags.id = actions.tag_id
    where actions.workspace_id = ${workspaceId} and actions.id = ${id}::uuid for update of actions`.execute(tx)
  if (!rows[0]) throw noAction()
  return rows[0]
}
