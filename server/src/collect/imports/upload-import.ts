import type { Readable } from 'node:stream'
import { sql } from 'kysely'
import type { Import, ImportTarget } from '../../../../contracts/imports.ts'
import { mutate, type Context } from '../../access/index.ts'
import { AppError } from '../../platform/errors.ts'
import { analyseFile, type FileAnalysis } from './analyse-file.ts'
import { deleteImportFile } from './import-file.ts'
import type { ImportRow } from './import-row.ts'
import { describeImport } from './read-import.ts'
import { storeUpload, type StoredUpload } from './store-upload.ts'

interface Upload {
  fileName: string
  content: Readable
  target: ImportTarget
  /** Whether the transport stopped at its limit before the end of the file. */
  isCutOff?: () => boolean
}

/** Keeps an uploaded file (encrypted, never whole in memory) and answers what is in it. Throws `validation` for what is no CSV. */
export async function uploadImport(ctx: Context, upload: Upload): Promise<Import> {
  const stored = await storeUpload(ctx, upload.content)
  try {
    if (upload.isCutOff?.()) throw new AppError('too-large')
    const analysis = analyseFile(stored.head, stored.headIsWhole)
    const row = await insertImport(ctx, { upload, stored, analysis })
    return await describeImport(ctx, row)
  } catch (error) {
    await deleteImportFile(ctx.platform, stored.name)
    throw error
  }
}

async function insertImport(ctx: Context, { upload, stored, analysis }: { upload: Upload; stored: StoredUpload; analysis: FileAnalysis }): Promise<ImportRow> {
  const fileName = upload.fileName.slice(-200) || 'upload.csv'
  return mutate(ctx, { action: 'import.upload', targetKind: 'import', detail: { fileName, bytes: stored.bytes } }, async (tx, audit) => {
    const estimatedRows = Math.max(1, stored.lineBreaks - (analysis.hasHeader ? 1 : 0))
    const { rows } = await sql<ImportRow>`
      insert into imports (workspace_id, target, file_name, file_path, bytes, encoding, delimiter, columns, header_line, estimated_rows, created_by, created_at)
      values (${ctx.workspaceId}, ${upload.target}, ${fileName}, ${stored.name}, ${stored.bytes}, ${stored.encoding}, ${analysis.delimiter},
        ${JSON.stringify(analysis.columns)}::jsonb, ${analysis.hasHeader ? 1 : 0}, ${estimatedRows}, ${ctx.actor.kind === 'user' ? ctx.actor.userId : null}::uuid, ${ctx.platform.clock.now()})
      returning *`.execute(tx)
    const row = rows[0]!
    audit.targetId = row.id
    return row
  })
}
