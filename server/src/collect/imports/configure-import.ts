import { sql } from 'kysely'
import type { ImportEncoding } from '../../../../contracts/import-setup.ts'
import type { Import } from '../../../../contracts/imports.ts'
import { mutate, type Context } from '../../access/index.ts'
import { AppError } from '../../platform/errors.ts'
import { analyseFile } from './analyse-file.ts'
import { convertText } from './convert-text.ts'
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
  encoding?: ImportEncoding | undefined
}

/**
 * Reads an uploaded file another way: another sheet (unpacked anew), encoding (converted anew), header row or delimiter. Its columns and samples
 * are those of the new reading. Throws `precondition` once the import was started, `validation` when there is no such sheet or row, or the
 * bytes are not of the encoding; the import then stays as it was.
 */
export async function configureImport(ctx: Context, choice: Choice): Promise<Import> {
  const { sheet, headerLine, delimiter, encoding } = choice
  const entry = { action: 'import.configure', targetKind: 'import', targetId: choice.id, detail: { sheet, headerLine, delimiter, encoding } }
  const before = await findImport(ctx.platform.db, ctx.workspaceId, choice.id)
  if (encoding !== undefined && encoding !== before.encoding) return readInEncoding(ctx, { before, choice: { ...choice, encoding }, entry })
  const row = await mutate(ctx, entry, async (tx) => {
    const found = await findImport(tx, ctx.workspaceId, choice.id, 'lock')
    if (found.state !== 'uploaded' && found.state !== 'preparing') throw started()
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

function started(): AppError {
  return new AppError('precondition', { zh: '这次导入已经开始，不能再改读取方式', en: 'This import was started; how it is read can no longer change' })
}

interface Rereading {
  before: ImportRow
  choice: Choice & { encoding: ImportEncoding }
  entry: Parameters<typeof mutate>[1]
}

/** The file as it came is converted outside of the transaction: a large one takes a while. */
async function readInEncoding(ctx: Context, { before, choice, entry }: Rereading): Promise<Import> {
  const { id, encoding, delimiter, headerLine } = choice
  if (before.state !== 'uploaded') throw started()
  if (before.file_kind !== 'text') throw new AppError('validation', { zh: '工作簿没有编码可选', en: 'A workbook has no encoding to choose' })
  const original = before.workbook_path ?? before.file_path
  const { name, inspector } = await convertText(ctx, { from: original, encoding, problem: (cause, line) => notOfEncoding(encoding, line, cause) })
  let row: ImportRow
  try {
    const head = inspector.head()
    const analysis = analyseFile(head.toString('utf8'), head.length === inspector.bytes, { delimiter, headerLine })
    row = await mutate(ctx, entry, async (tx) => {
      const found = await findImport(tx, ctx.workspaceId, id, 'lock')
      if (found.state !== 'uploaded') throw started()
      if (found.file_path !== before.file_path)
        throw new AppError('conflict', { zh: '有人刚改了读取方式，请刷新后再试', en: 'Somebody has just changed how the file is read; reload and try again' })
      const { rows } = await sql<ImportRow>`
        update imports set file_path = ${name}, workbook_path = ${original}, encoding = ${encoding}, bytes = ${inspector.bytes},
          delimiter = ${analysis.delimiter}, columns = ${JSON.stringify(analysis.columns)}::jsonb, header_line = ${analysis.headerLine},
          head_lines = ${JSON.stringify(analysis.headLines)}::jsonb, estimated_rows = ${Math.max(1, inspector.lineBreaks - analysis.headerLine)}
        where workspace_id = ${ctx.workspaceId} and id = ${id}::uuid returning *`.execute(tx)
      await sql`delete from import_dry_runs where workspace_id = ${ctx.workspaceId} and import_id = ${id}::uuid`.execute(tx)
      return rows[0]!
    })
  } catch (error) {
    await deleteImportFile(ctx.platform, name)
    throw error
  }
  if (before.file_path !== original) await deleteImportFile(ctx.platform, before.file_path)
  return describeImport(ctx, row)
}

function notOfEncoding(encoding: ImportEncoding, line: number, cause: unknown): AppError {
  const name = encoding.toUpperCase()
  return new AppError('validation', {
    zh: `按 ${name} 读不通：大约从第 ${line} 行起有不属于该编码的内容。请选择其他编码`,
    en: `This cannot be read as ${name}: from about line ${line} on there are bytes it does not have. Choose another encoding`,
    cause,
  })
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
