import { sql } from 'kysely'
import type { Import } from '../../../../contracts/imports.ts'
import { mutate, type Context } from '../../access/index.ts'
import { AppError } from '../../platform/errors.ts'
import { analyseFile } from './analyse-file.ts'
import { deleteImportFile, ImportFile } from './import-file.ts'
import { findImport, type ImportRow } from './import-row.ts'
import { prepareIfSmall, prepareLoop } from './prepare-workbook.ts'
import { describeImport } from './read-import.ts'
import { headKeptBytes } from './text-inspector.ts'

interface Choice {
  id: string
  sheet?: number | undefined
  headerLine?: number | undefined
  delimiter?: string | undefined
}

/**
 * Reads an uploaded file another way: another sheet (unpacked anew), header row or delimiter. Its columns and samples are those of the new
 * reading. Throws `precondition` once the import was started, `validation` when there is no such sheet or row.
 */
export async function configureImport(ctx: Context, choice: Choice): Promise<Import> {
  const { sheet, headerLine, delimiter } = choice
  const entry = { action: 'import.configure', targetKind: 'import', targetId: choice.id, detail: { sheet, headerLine, delimiter } }
  const before = await findImport(ctx.platform.db, ctx.workspaceId, choice.id)
  const row = await mutate(ctx, entry, async (tx) => {
    const found = await findImport(tx, ctx.workspaceId, choice.id, 'lock')
    if (found.state !== 'uploaded' && found.state !== 'preparing')
      throw new AppError('precondition', { zh: '这次导入已经开始，不能再改读取方式', en: 'This import was started; how it is read can no longer change' })
    if (sheet !== undefined && sheet !== found.sheet) {
      if (!found.sheets[sheet]) throw new AppError('validation', { zh: '没有这个工作表', en: 'There is no such sheet' })
      const { rows } = await sql<ImportRow>`
        update imports set state = 'preparing', sheet = ${sheet}, file_path = '', columns = '[]', head_lines = '[]', leased_until = null, prepared_share = 0,
          error_zh = null, error_en = null
        where workspace_id = ${ctx.workspaceId} and id = ${choice.id}::uuid returning *`.execute(tx)
      return rows[0]!
    }
    return headerLine === undefined && delimiter === undefined ? found : readAnotherWay(ctx, { tx, found, choice })
  })
  if (row.state !== 'preparing') return describeImport(ctx, row)
  if (before.file_path !== '' && before.file_path !== row.file_path) await deleteImportFile(ctx.platform, before.file_path)
  ctx.platform.jobs.wake(prepareLoop)
  const workbook = await ImportFile.open(ctx.platform, ctx.workspaceId, row.workbook_path ?? '')
  return describeImport(ctx, await prepareIfSmall(ctx, row, workbook.bytes))
}

type Transaction = Parameters<typeof findImport>[0]

async function readAnotherWay(ctx: Context, { tx, found, choice }: { tx: Transaction; found: ImportRow; choice: Choice }): Promise<ImportRow> {
  const file = await ImportFile.open(ctx.platform, ctx.workspaceId, found.file_path)
  const head = await file.read(0, headKeptBytes)
  const analysis = analyseFile(head.toString('utf8'), head.length === file.bytes, {
    delimiter: choice.delimiter ?? found.delimiter,
    headerLine: choice.headerLine,
  })
  const { rows } = await sql<ImportRow>`
    update imports set delimiter = ${analysis.delimiter}, columns = ${JSON.stringify(analysis.columns)}::jsonb, header_line = ${analysis.headerLine},
      head_lines = ${JSON.stringify(analysis.headLines)}::jsonb
    where workspace_id = ${ctx.workspaceId} and id = ${choice.id}::uuid returning *`.execute(tx)
  await sql`delete from import_dry_runs where workspace_id = ${ctx.workspaceId} and import_id = ${choice.id}::uuid`.execute(tx)
  return rows[0]!
}
