import { sql } from 'kysely'
import type { DryRun } from '../../../../../contracts/import-foresight.ts'
import type { ImportSetup } from '../../../../../contracts/import-setup.ts'
import { mutate, type Context } from '../../../access/index.ts'
import { readNamespaces } from '../../../people/index.ts'
import { AppError } from '../../../platform/errors.ts'
import { findImport } from '../import-row.ts'
import { checkMapping } from '../mapped-columns.ts'
import { KnownTags } from '../values/known-tags.ts'
import { describeDryRun, findDryRun, type DryRunRow } from './dry-run-row.ts'

/** Name of the loop that does dry runs, to wake it. */
export const dryRunLoop = 'imports.dryRun'

/**
 * Begins to look what an import would do, changing nothing; one dry run per import, a new one takes the place of the old. Throws
 * `validation` for a mapping that cannot work and `precondition` once the import was started.
 */
export async function startDryRun(ctx: Context, start: ImportSetup & { id: string; rowsMax?: number | undefined }): Promise<DryRun> {
  const { id, target, mapping, options, rowsMax } = start
  const namespaces = await readNamespaces(ctx.platform, ctx.workspaceId)
  const tags = await KnownTags.read(ctx, { create: options.createTags ?? false })
  const begun = await mutate(ctx, { action: 'import.dryRun', targetKind: 'import', targetId: id, detail: { target } }, async (tx) => {
    const found = await findImport(tx, ctx.workspaceId, id, 'lock')
    if (found.state !== 'uploaded')
      throw new AppError('precondition', { zh: '这次导入已经开始，不能再试运行', en: 'This import was started; a dry run is for before' })
    checkMapping({ target, mapping, options, columns: found.columns, namespaces, tags })
    await sql`delete from import_dry_keys where import_id = ${id}::uuid`.execute(tx)
    await sql`delete from import_dry_runs where workspace_id = ${ctx.workspaceId} and import_id = ${id}::uuid`.execute(tx)
    const { rows } = await sql<DryRunRow>`
      insert into import_dry_runs (import_id, workspace_id, state, setup, rows_max, started_at)
      values (${id}::uuid, ${ctx.workspaceId}, 'running', ${JSON.stringify({ target, mapping, options })}::jsonb, ${rowsMax ?? null}, ${ctx.platform.clock.now()})
      returning *`.execute(tx)
    return { found, row: rows[0]! }
  })
  ctx.platform.jobs.wake(dryRunLoop)
  return describeDryRun(ctx, begun.row, begun.found)
}

/** Throws `not-found` for the import, `precondition` when there was no dry run. */
export async function readDryRun(ctx: Context, { id }: { id: string }): Promise<DryRun> {
  const found = await findImport(ctx.platform.db, ctx.workspaceId, id)
  return describeDryRun(ctx, await findDryRun(ctx.platform.db, ctx.workspaceId, id), found)
}

/** Stops a dry run; one that is over stays as it is. */
export async function cancelDryRun(ctx: Context, { id }: { id: string }): Promise<DryRun> {
  return mutate(ctx, { action: 'import.cancelDryRun', targetKind: 'import', targetId: id }, async (tx) => {
    const found = await findImport(tx, ctx.workspaceId, id)
    const row = await findDryRun(tx, ctx.workspaceId, id, 'lock')
    if (row.state !== 'running') return describeDryRun(ctx, row, found)
    const { rows } = await sql<DryRunRow>`
      update import_dry_runs set state = 'cancelled', finished_at = ${ctx.platform.clock.now()}
      where workspace_id = ${ctx.workspaceId} and import_id = ${id}::uuid returning *`.execute(tx)
    await sql`delete from import_dry_keys where import_id = ${id}::uuid`.execute(tx)
    return describeDryRun(ctx, rows[0]!, found)
  })
}
