import { sql } from 'kysely'
import type { ImportOptions, ImportTarget } from '../../../../contracts/import-setup.ts'
import type { Import } from '../../../../contracts/imports.ts'
import { mutate, type Context } from '../../access/index.ts'
import { readNamespaces } from '../../people/index.ts'
import { AppError } from '../../platform/errors.ts'
import { findImport, type ImportRow } from './import-row.ts'
import { checkMapping } from './mapped-columns.ts'
import { describeImport } from './read-import.ts'
import { touchSavedMapping } from './saved-mappings.ts'
import { KnownTags } from './values/known-tags.ts'

/** Name of the loop that reads imports, to wake it. */
export const importLoop = 'imports'

interface Start {
  id: string
  target: ImportTarget
  mapping: string[]
  options: ImportOptions
}

/** Starts an uploaded import in the background. Throws `validation` for a mapping that cannot work and `precondition` when it was started before. */
export async function startImport(ctx: Context, start: Start): Promise<Import> {
  const namespaces = await readNamespaces(ctx.platform, ctx.workspaceId)
  const tags = await KnownTags.read(ctx, { create: false })
  const row = await mutate(ctx, { action: 'import.start', targetKind: 'import', targetId: start.id, detail: { target: start.target } }, async (tx) => {
    const found = await findImport(tx, ctx.workspaceId, start.id, 'lock')
    if (found.state !== 'uploaded')
      throw new AppError('precondition', { zh: '这次导入已经开始过了，请重新上传文件', en: 'This import was started before; upload the file again' })
    checkMapping({ ...start, columns: found.columns, namespaces, tags })
    await sql`delete from import_dry_keys where import_id = ${start.id}::uuid`.execute(tx)
    await sql`
      update import_dry_runs set state = 'cancelled', finished_at = ${ctx.platform.clock.now()}
      where workspace_id = ${ctx.workspaceId} and import_id = ${start.id}::uuid and state = 'running'`.execute(tx)
    await touchSavedMapping(tx, ctx, { target: start.target, columns: found.columns })
    const { rows } = await sql<ImportRow>`
      update imports set state = 'running', target = ${start.target}, mapping = ${JSON.stringify(start.mapping)}::jsonb,
        options = ${JSON.stringify(start.options)}::jsonb, started_at = ${ctx.platform.clock.now()}
      where workspace_id = ${ctx.workspaceId} and id = ${start.id}::uuid
      returning *`.execute(tx)
    return rows[0]!
  })
  ctx.platform.jobs.wake(importLoop)
  return describeImport(ctx, row)
}
