import { sql } from 'kysely'
import type { Tag } from '../../../contracts/tags.ts'
import { mutate, type Context } from '../access/index.ts'
import { describeUsers, usersOf } from '../people/index.ts'
import { AppError } from '../platform/errors.ts'
import { holdTag, readTag } from './tag-row.ts'

/** Hides a tag from pickers; its people keep it. @throws `precondition` that names what uses it, unless that is confirmed */
export async function retireTag(ctx: Context, { id, confirmUsed }: { id: string; confirmUsed: boolean }): Promise<Tag> {
  const { name } = await readTag(ctx, id)
  if (!confirmUsed) await refuseUsed(ctx, { id, name })
  await setRetired(ctx, { id, action: 'tag.retire', at: ctx.platform.clock.now() })
  return readTag(ctx, id)
}

/** Brings a retired tag back into pickers. */
export async function restoreTag(ctx: Context, id: string): Promise<Tag> {
  await setRetired(ctx, { id, action: 'tag.restore', at: null })
  return readTag(ctx, id)
}

/** @throws `precondition` that names what uses the tag */
export async function refuseUsed(ctx: Context, { id, name }: { id: string; name: string }): Promise<void> {
  const users = await usersOf(ctx, { kind: 'tag', key: id.toLowerCase() })
  if (users.length === 0) return
  const { zh, en } = describeUsers(users)
  throw new AppError('precondition', { zh: `标签「${name}」正被使用：${zh}。请先在那里换掉它`, en: `The tag “${name}” is used by ${en}; change that first` })
}

async function setRetired(ctx: Context, { id, action, at }: { id: string; action: string; at: Date | null }): Promise<void> {
  await mutate(ctx, { action, targetKind: 'tag', targetId: id }, async (tx, audit) => {
    const tag = await holdTag(tx, ctx.workspaceId, id)
    audit.detail = { name: tag.name }
    await sql`
      update tags set retired_at = ${at}, updated_at = ${ctx.platform.clock.now()} where workspace_id = ${ctx.workspaceId} and id = ${tag.id}::uuid`.execute(tx)
  })
}
