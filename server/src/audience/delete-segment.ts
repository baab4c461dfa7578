import { sql } from 'kysely'
import { mutate, type Context } from '../access/index.ts'
import { describeUsers, usersOf, type User } from '../people/index.ts'
import { AppError } from '../platform/errors.ts'
import type { Database } from '../platform/platform.ts'
import { lockSegments, readSegment } from './segment-row.ts'

/** Deletes a segment that nothing uses. @throws `precondition` that names what is in the way: campaigns, segments, layers, tags */
export async function deleteSegment(ctx: Context, id: string): Promise<void> {
  const { name } = await readSegment(ctx, id)
  await mutate(ctx, { action: 'segment.delete', targetKind: 'segment', targetId: id, detail: { name } }, async (tx) => {
    await lockSegments(tx, ctx.workspaceId)
    const uses = await readUses(tx, ctx, id.toLowerCase())
    if (uses.length > 0) throw inUse(uses)
    await sql`delete from segments where workspace_id = ${ctx.workspaceId} and id = ${id}::uuid`.execute(tx)
  })
}

// NOTE: the campaigns table lies further up; its foreign key points here, also from campaigns that are over, so this read is the readable form of that key's refusal.
async function readUses(tx: Database, ctx: Context, id: string): Promise<User[]> {
  const { rows: campaigns } = await sql<User>`
    select 'campaign' as kind, id, name from campaigns where workspace_id = ${ctx.workspaceId} and segment_id = ${id}::uuid order by id`.execute(tx)
  const others = await usersOf(ctx, { kind: 'segment', key: id })
  // A lookalike outlives the segment it began with.
  return [...campaigns, ...others.filter(({ kind }) => kind !== 'campaign' && kind !== 'lookalike')]
}

function inUse(users: User[]): AppError {
  const { zh, en } = describeUsers(users)
  return new AppError('precondition', { zh: `分群正被使用：${zh}，请先解除引用`, en: `The segment is in use by ${en}; change these first` })
}
