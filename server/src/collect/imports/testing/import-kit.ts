import { Readable } from 'node:stream'
import type { ImportOptions, ImportTarget } from '../../../../../contracts/import-setup.ts'
import type { Import } from '../../../../../contracts/imports.ts'
import type { Context } from '../../../access/index.ts'
import { drainInbox } from '../../consume-inbox.ts'
import { readImport } from '../read-import.ts'
import { stepImports } from '../run-imports.ts'
import { startImport } from '../start-import.ts'
import { uploadImport } from '../upload-import.ts'

export interface ImportAsk {
  content: string | Buffer
  target: ImportTarget
  /** Field by header; columns that are not named are left out. The suggested mapping when absent. */
  mapping?: Record<string, string>
  options?: ImportOptions
  fileName?: string
}

/** Uploads and starts a file; nothing runs yet. */
export async function beginImport(ctx: Context, ask: ImportAsk): Promise<Import> {
  const uploaded = await uploadImport(ctx, { fileName: ask.fileName ?? 'file.csv', content: Readable.from([Buffer.from(ask.content)]), target: ask.target })
  const mapping = uploaded.columns.map((column) => (ask.mapping ? (ask.mapping[column.header] ?? '') : column.suggestion))
  return startImport(ctx, { id: uploaded.id, target: ask.target, mapping, options: ask.options ?? {} })
}

/** Steps reading and the inbox in turn until the import is over. */
export async function finishImport(ctx: Context, { id }: { id: string }): Promise<Import> {
  for (;;) {
    const found = await readImport(ctx, { id })
    if (found.state !== 'running' && found.state !== 'cancelling') return found
    if (!(await stepImports(ctx.platform))) await drainInbox(ctx.platform)
  }
}

/** The whole of an import. */
export async function importFile(ctx: Context, ask: ImportAsk): Promise<Import> {
  return finishImport(ctx, await beginImport(ctx, ask))
}
