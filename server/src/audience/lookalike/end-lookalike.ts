import { sql } from 'kysely'
import type { Lookalike } from '../../../../contracts/lookalike.ts'
import { mutate, type Context } from '../../access/index.ts'
import { AppError } from '../../platform/errors.ts'
import { noLookalike, readLookalike } from './lookalike-row.ts'
import { dropRankings } from './sweep-rankings.ts'

/** Stops a model that waits or is being made; whoever makes it notices. @throws `not-found`, `precondition` when it is over */
export async function cancelLookalike(ctx: Context, id: string): Promise<Lookalike> {
  await mutate(ctx, { action: 'lookalike.cancel', targetKind: 'lookalike', targetId: id }, async (tx) => {
    const { rows: found } = await sql<{ state: Lookalike['state'] }>`
      select state from lookalikes where workspace_id = ${ctx.workspaceId} and id = ${id}::uuid for update`.execute(tx)
    if (!found[0]) throw noLookalike()
    if (found[0].state !== 'waiting' && found[0].state !== 'running')
      throw new AppError('precondition', { zh: '计算已经结束，不能再停止', en: 'It is over and cannot be stopped' })
    await sql`
      update lookalikes set state = 'cancelled', step = null, leased_until = null, finished_at = ${ctx.platform.clock.now()}
      where workspace_id = ${ctx.workspaceId} and id = ${id}::uuid`.execute(tx)
  })
  return readLookalike(ctx, id)
}

/** Deletes a model with its ranking. @throws `not-found` */
export async function deleteLookalike(ctx: Context, id: string): Promise<void> {
  const { name } = await readLookalike(ctx, id)
  await mutate(ctx, { action: 'lookalike.delete', targetKind: 'lookalike', targetId: id, detail: { name } }, async (tx) => {
    await sql`delete from lookalikes where workspace_id = ${ctx.workspaceId} and id = ${id}::uuid`.execute(tx)
  })
  await dropRankings(ctx.platform, ctx.workspaceId)
}
