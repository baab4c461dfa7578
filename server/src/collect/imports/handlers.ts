import type { FastifyRequest } from 'fastify'
import { Readable } from 'node:stream'
import type { importRoutes } from '../../../../contracts/imports.ts'
import type { Handlers } from '../../access/index.ts'
import { AppError } from '../../platform/errors.ts'
import { downloadBadRows, listBadRows } from './bad-rows.ts'
import { cancelImport } from './cancel-import.ts'
import { configureImport } from './configure-import.ts'
import { cancelDryRun, readDryRun, startDryRun } from './dry-run/start-dry-run.ts'
import { listImportFields } from './list-fields.ts'
import { listImports } from './list-imports.ts'
import { readImport, readSuggestedMapping } from './read-import.ts'
import { deleteImportMapping, listImportMappings, renameImportMapping, saveImportMapping } from './saved-mappings.ts'
import { startImport } from './start-import.ts'
import { readImportUndo, startImportUndo } from './undo/start-undo.ts'
import { uploadImport } from './upload-import.ts'

export const importHandlers: Handlers<typeof importRoutes> = {
  uploadImport: async ({ ctx, query, request }) => {
    const file = await fileOf(request)
    return uploadImport(ctx, { fileName: file.filename, content: file.file, target: query.target, isCutOff: () => file.file.truncated })
  },
  listImports: ({ ctx, query }) => listImports(ctx, query),
  readImport: ({ ctx, params }) => readImport(ctx, params),
  configureImport: ({ ctx, params, body }) => configureImport(ctx, { id: params.id, ...body }),
  listImportFields: ({ ctx, query }) => listImportFields(ctx, query),
  startDryRun: ({ ctx, params, body }) => startDryRun(ctx, { id: params.id, ...body }),
  readDryRun: ({ ctx, params }) => readDryRun(ctx, params),
  cancelDryRun: ({ ctx, params }) => cancelDryRun(ctx, params),
  readImportUndo: ({ ctx, params }) => readImportUndo(ctx, params),
  startImportUndo: ({ ctx, params }) => startImportUndo(ctx, params),
  listImportMappings: ({ ctx, query }) => listImportMappings(ctx, query),
  saveImportMapping: ({ ctx, body }) => saveImportMapping(ctx, body),
  renameImportMapping: ({ ctx, params, body }) => renameImportMapping(ctx, { id: params.id, ...body }),
  deleteImportMapping: ({ ctx, params }) => deleteImportMapping(ctx, params),
  suggestMapping: ({ ctx, params, query }) => readSuggestedMapping(ctx, { id: params.id, ...query }),
  startImport: ({ ctx, params, body }) => startImport(ctx, { id: params.id, ...body }),
  cancelImport: ({ ctx, params }) => cancelImport(ctx, params),
  listBadRows: ({ ctx, params, query }) => listBadRows(ctx, { id: params.id, ...query }),
  downloadBadRows: async ({ ctx, params, reply }) => {
    const lines = await downloadBadRows(ctx, params)
    void reply
      .header('content-type', 'text/csv; charset=utf-8')
      .header('content-disposition', `attachment; filename="bad-rows-${params.id}.csv"`)
      .send(Readable.from(lines))
    return ''
  },
}

async function fileOf(request: FastifyRequest) {
  const file = await request.file()
  if (!file) throw new AppError('validation', { zh: '没有收到文件，请用表单字段 file 上传', en: 'There is no file; send it as form field `file`' })
  return file
}
