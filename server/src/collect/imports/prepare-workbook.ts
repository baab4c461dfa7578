import { sql } from 'kysely'
import type { Context } from '../../access/index.ts'
import { AppError } from '../../platform/errors.ts'
import type { Platform } from '../../platform/platform.ts'
import { analyseFile } from './analyse-file.ts'
import { deleteImportFile } from './import-file.ts'
import { findImport, type ImportRow } from './import-row.ts'
import { sheetToText, type SheetText } from './workbook/sheet-to-text.ts'

/** Name of the loop that unpacks workbooks, to wake it. */
export const prepareLoop = 'imports.prepare'

/** Workbooks up to this size are unpacked before the upload is answered: that takes a moment. */
const atOnceBytesMax = 1024 * 1024
const leaseSeconds = 30
const progressMs = 1_000

/** Unpacks the sheet of a small workbook now; the row as it is afterwards. */
export async function prepareIfSmall(ctx: Context, row: ImportRow, bytes: number): Promise<ImportRow> {
  if (bytes <= atOnceBytesMax) await prepareNext(ctx.platform, row.id)
  return findImport(ctx.platform.db, ctx.workspaceId, row.id)
}

/** Unpacks the sheet of one workbook that waits for it, or of `importId`; false when there is none. Begun again by whoever lives when a process dies. */
export async function prepareNext(platform: Platform, importId: string | null = null): Promise<boolean> {
  const { rows } = await sql<ImportRow>`
    update imports set leased_until = now() + make_interval(secs => ${leaseSeconds}), prepared_share = 0
    where id = (
      select id from imports where state = 'preparing' and (leased_until is null or leased_until < now()) and (${importId}::uuid is null or id = ${importId}::uuid)
      order by id limit 1 for update skip locked)
    returning *`.execute(platform.db)
  const row = rows[0]
  if (!row) return false
  try {
    const text = await unpack(platform, row)
    try {
      await finishPreparing(platform, row, text)
    } catch (error) {
      await deleteImportFile(platform, text.name)
      throw error
    }
  } catch (error) {
    await failPreparing(platform, row, error)
  }
  return true
}

async function unpack(platform: Platform, row: ImportRow): Promise<SheetText> {
  let saidAt = 0
  return sheetToText(platform, {
    workspaceId: row.workspace_id,
    workbook: row.workbook_path ?? '',
    sheet: row.sheet ?? 0,
    bytesMax: platform.config.uploadBytesMax,
    onProgress(share) {
      if (performance.now() - saidAt < progressMs) return
      saidAt = performance.now()
      void sql`
        update imports set prepared_share = ${share}, leased_until = now() + make_interval(secs => ${leaseSeconds})
        where workspace_id = ${row.workspace_id} and id = ${row.id}::uuid and state = 'preparing'`
        .execute(platform.db)
        .catch(() => undefined)
    },
  })
}

async function finishPreparing(platform: Platform, row: ImportRow, { name, inspector, rows }: SheetText): Promise<void> {
  if (inspector.bytes === 0) throw new AppError('validation', { zh: '这个工作表是空的，请选择另一个', en: 'This sheet is empty; choose another' })
  const head = inspector.head()
  const analysis = analyseFile(head.toString('utf8'), head.length === inspector.bytes, { delimiter: ',' })
  const { rows: kept } = await sql`
    update imports set state = 'uploaded', prepared_share = null, leased_until = null, file_path = ${name}, bytes = ${inspector.bytes},
      delimiter = ${analysis.delimiter}, columns = ${JSON.stringify(analysis.columns)}::jsonb, header_line = ${analysis.headerLine},
      head_lines = ${JSON.stringify(analysis.headLines)}::jsonb, estimated_rows = ${Math.max(1, rows - (analysis.headerLine > 0 ? 1 : 0))}, error_zh = null, error_en = null
    where workspace_id = ${row.workspace_id} and id = ${row.id}::uuid and state = 'preparing' and sheet = ${row.sheet}
    returning id`.execute(platform.db)
  if (kept.length === 0) await deleteImportFile(platform, name)
}

/** With other sheets to choose from, an empty one is no end: the import waits for another choice. */
async function failPreparing(platform: Platform, row: ImportRow, error: unknown): Promise<void> {
  const words = error instanceof AppError ? error : new AppError('internal', { cause: error })
  platform.log.warn({ error, importId: row.id }, 'a workbook could not be unpacked')
  const canChoose = error instanceof AppError && row.sheets.length > 1
  await sql`
    update imports set state = ${canChoose ? 'uploaded' : 'failed'}, prepared_share = null, leased_until = null, columns = '[]', head_lines = '[]',
      error_zh = ${words.zh}, error_en = ${words.en}, finished_at = ${canChoose ? null : platform.clock.now()}
    where workspace_id = ${row.workspace_id} and id = ${row.id}::uuid and state = 'preparing'`.execute(platform.db)
}
