import type { Readable } from 'node:stream'
import { sql } from 'kysely'
import type { ImportTarget } from '../../../../contracts/import-setup.ts'
import type { Import } from '../../../../contracts/imports.ts'
import { mutate, type Context } from '../../access/index.ts'
import { AppError } from '../../platform/errors.ts'
import { analyseFile } from './analyse-file.ts'
import { deleteImportFile, ImportFile } from './import-file.ts'
import type { ImportRow } from './import-row.ts'
import { prepareIfSmall, prepareLoop } from './prepare-workbook.ts'
import { describeImport } from './read-import.ts'
import { storeUpload, type StoredText, type StoredWorkbook } from './store-upload.ts'
import { Workbook } from './workbook/open-workbook.ts'

interface Upload {
  fileName: string
  content: Readable
  target: ImportTarget
  /** Whether the transport stopped at its limit before the end of the file. */
  isCutOff?: () => boolean
}

/**
 * Keeps an uploaded file (encrypted, never whole in memory) and answers what is in it; a large workbook is `preparing` until its sheet is
 * unpacked. Throws `validation` for what is neither text nor workbook, and keeps nothing then.
 */
export async function uploadImport(ctx: Context, upload: Upload): Promise<Import> {
  const stored = await storeUpload(ctx, upload.content)
  try {
    if (upload.isCutOff?.()) throw new AppError('too-large')
    const row = stored.kind === 'text' ? await insertText(ctx, upload, stored) : await insertWorkbook(ctx, upload, stored)
    return await describeImport(ctx, row)
  } catch (error) {
    await deleteImportFile(ctx.platform, stored.name)
    if (stored.kind === 'text' && stored.original !== null) await deleteImportFile(ctx.platform, stored.original)
    throw error
  }
}

async function insertText(ctx: Context, upload: Upload, stored: StoredText): Promise<ImportRow> {
  const { delimiter, headerLine, headLines, columns } = analyseFile(stored.head, stored.headIsWhole)
  const estimatedRows = Math.max(1, stored.lineBreaks - headerLine)
  return insertImport(
    ctx,
    { upload, bytes: stored.bytes },
    {
      file_kind: 'text',
      state: 'uploaded',
      file_path: stored.name,
      workbook_path: stored.original,
      encoding: stored.encoding,
      delimiter,
      header_line: headerLine,
      head_lines: headLines,
      columns,
      estimated_rows: estimatedRows,
    },
  )
}

async function insertWorkbook(ctx: Context, upload: Upload, stored: StoredWorkbook): Promise<ImportRow> {
  const workbook = await Workbook.open(await ImportFile.open(ctx.platform, ctx.workspaceId, stored.name), { bytesMax: ctx.platform.config.uploadBytesMax })
  try {
    const row = await insertImport(
      ctx,
      { upload, bytes: stored.bytes },
      {
        file_kind: 'xlsx',
        state: 'preparing',
        file_path: '',
        workbook_path: stored.name,
        sheets: workbook.sheets.map(({ name, hidden }) => ({ name, hidden })),
        sheet: workbook.largestSheet(),
        encoding: 'utf-8',
        delimiter: ',',
        columns: [],
        head_lines: [],
      },
    )
    ctx.platform.jobs.wake(prepareLoop)
    return await prepareIfSmall(ctx, row, stored.bytes)
  } finally {
    workbook.close()
  }
}

type NewImport = Pick<ImportRow, 'file_kind' | 'state' | 'file_path' | 'encoding' | 'delimiter' | 'columns' | 'head_lines'> &
  Partial<Pick<ImportRow, 'workbook_path' | 'sheets' | 'sheet' | 'header_line' | 'estimated_rows'>>

async function insertImport(ctx: Context, { upload, bytes }: { upload: Upload; bytes: number }, given: NewImport): Promise<ImportRow> {
  const fileName = upload.fileName.slice(-200) || (given.file_kind === 'xlsx' ? 'upload.xlsx' : 'upload.csv')
  return mutate(ctx, { action: 'import.upload', targetKind: 'import', detail: { fileName, bytes } }, async (tx, audit) => {
    const createdBy = ctx.actor.kind === 'user' ? ctx.actor.userId : null
    const { rows } = await sql<ImportRow>`
      insert into imports (workspace_id, target, file_name, file_path, bytes, encoding, delimiter, columns, header_line, head_lines, estimated_rows,
        file_kind, state, workbook_path, sheets, sheet, created_by, created_at)
      values (${ctx.workspaceId}, ${upload.target}, ${fileName}, ${given.file_path}, ${bytes}, ${given.encoding}, ${given.delimiter},
        ${JSON.stringify(given.columns)}::jsonb, ${given.header_line ?? 1}, ${JSON.stringify(given.head_lines)}::jsonb, ${given.estimated_rows ?? 0},
        ${given.file_kind}, ${given.state}, ${given.workbook_path ?? null}, ${JSON.stringify(given.sheets ?? [])}::jsonb, ${given.sheet ?? null},
        ${createdBy}::uuid, ${ctx.platform.clock.now()})
      returning *`.execute(tx)
    const row = rows[0]!
    audit.targetId = row.id
    return row
  })
}
