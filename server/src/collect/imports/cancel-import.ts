import { sql } from 'kysely'
import type { Import } from '../../../../contracts/imports.ts'
import { mutate, type Context } from '../../access/index.ts'
import { AppError } from '../../platform/errors.ts'
import { findImport, type ImportRow } from './import-row.ts'
import { describeImport } from './read-import.ts'
import { importLoop } from './start-import.ts'

/** Stops an import; what it has put into the inbox stays. Throws `precondition` when it is over already. */
export async function cancelImport(ctx: Context, { id }: { id: string }): Promise<Import> {
  const row = await mutate(ctx, { action: 'import.cancel', targetKind: 'import', targetId: id }, async (tx) => {
    const found = await findImport(tx, ctx.workspaceId, id, 'lock')
    if (found.state === 'cancelling') return found
    if (found.state !== 'running' && found.state !== 'uploaded' && found.state !== 'preparing')
      throw new AppError('precondition', { zh: '这次导入已经结束', en: 'This import is over' })
    const isRunning = found.state === 'running'
    const { rows } = await sql<ImportRow>`
      update imports set state = ${isRunning ? 'cancelling' : 'cancelled'}, finished_at = ${isRunning ? null : ctx.platform.clock.now()}
      where workspace_id = ${ctx.workspaceId} and id = ${id}::uuid
      returning *`.execute(tx)
    return rows[0]!
  })
  ctx.platform.jobs.wake(importLoop)
  return describeImport(ctx, row)
}
