import { sql } from 'kysely'
import type { ImportUndo } from '../../../../../contracts/import-foresight.ts'
import { mutate, type Context } from '../../../access/index.ts'
import { AppError } from '../../../platform/errors.ts'
import { findImport } from '../import-row.ts'
import { planUndo } from './plan-undo.ts'
import { describeUndo, noCounts, undoPhases, whyNot, type UndoRow } from './undo-row.ts'

/** Name of the loop that undoes imports, to wake it. */
export const undoLoop = 'imports.undo'

/** What undoing an import would take back, or how far an undo is. Throws `not-found`. */
export async function readImportUndo(ctx: Context, { id }: { id: string }): Promise<ImportUndo> {
  const row = (await findImport(ctx.platform.db, ctx.workspaceId, id)) as UndoRow
  return describeUndo(ctx, row, () => planUndo(ctx, row))
}

/** Begins to undo an import that is over, in the background; one that failed goes on. Throws `precondition` with the reason when it cannot be undone. */
export async function startImportUndo(ctx: Context, { id }: { id: string }): Promise<ImportUndo> {
  const found = (await findImport(ctx.platform.db, ctx.workspaceId, id)) as UndoRow
  const reason = await whyNot(ctx.platform.db, found)
  if (reason) throw new AppError('precondition', reason)
  const planned = found.undo_planned ?? (await planUndo(ctx, found))
  const row = await mutate(ctx, { action: 'import.undo', targetKind: 'import', targetId: id, detail: { ...planned } }, async (tx) => {
    const again = await whyNot(tx, (await findImport(tx, ctx.workspaceId, id, 'lock')) as UndoRow)
    if (again) throw new AppError('precondition', again)
    const { rows } = await sql<UndoRow>`
      update imports set undo_state = 'running', undo_phase = coalesce(undo_phase, ${undoPhases[0]}), undo_planned = ${JSON.stringify(planned)}::jsonb,
        undo_done = coalesce(undo_done, ${JSON.stringify(noCounts)}::jsonb), undo_by = ${JSON.stringify(ctx.actor.name)}::jsonb,
        undo_error_zh = null, undo_error_en = null, undo_started_at = coalesce(undo_started_at, ${ctx.platform.clock.now()})
      where workspace_id = ${ctx.workspaceId} and id = ${id}::uuid returning *`.execute(tx)
    return rows[0]!
  })
  ctx.platform.jobs.wake(undoLoop)
  return describeUndo(ctx, row, async () => planned)
}
