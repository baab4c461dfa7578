import { z } from 'zod'
import { Instant, LocaleText, pageOf, PageQuery, Uuid, WorkspaceParams, WorkspaceUuidParams } from './common.ts'
import { Problem } from './errors.ts'
import { defineRoute, needs } from './http.ts'
import { DryRun, ImportUndo } from './import-foresight.ts'
import { ImportEncoding, ImportTarget, ImportField, ColumnMapping, ImportOptions, ImportSetup } from './import-setup.ts'

/* ---------- an import ---------- */

/** preparing: an .xlsx is being unpacked, poll until `uploaded`. */
export const importStates = ['preparing', 'uploaded', 'running', 'cancelling', 'cancelled', 'finished', 'failed'] as const
export const ImportState = z.enum(importStates)
export const ColumnAnalysis = z.object({
  header: z.string(),
  samples: z.array(z.string()).describe('masked where they look like a phone or an e-mail address'),
  suggestion: z.string(),
  reason: z.enum(['saved', 'header', 'content', 'none']),
})
export type ColumnAnalysis = z.infer<typeof ColumnAnalysis>
export const ImportSheet = z.object({ name: z.string(), hidden: z.boolean() })

export const Import = z.object({
  id: Uuid,
  fileName: z.string(),
  bytes: z.int(),
  fileKind: z.enum(['text', 'xlsx']),
  sheets: z.array(ImportSheet).describe('of a workbook; empty for text'),
  sheet: z.int().nullable().describe('position of the sheet that is read'),
  headerLine: z.int().describe('row of the file the names of the columns stand in, from 1; rows above it are left out; 0: there are none'),
  headLines: z.array(z.array(z.string())).describe('the first rows as they stand there, masked, to choose the header in'),
  state: ImportState,
  preparedShare: z.number().nullable().describe('while preparing, 0 to 1'),
  target: ImportTarget.nullable(),
  mapping: ColumnMapping.nullable(),
  options: ImportOptions,
  encoding: ImportEncoding.describe('what the file is read in'),
  delimiter: z.string(),
  columns: z.array(ColumnAnalysis),
  savedMapping: z.object({ id: Uuid, name: z.string() }).nullable().describe('the saved mapping that the suggestions come from'),
  estimatedRows: z.int(),
  rowsRead: z.int(),
  rowsGood: z.int(),
  rowsBad: z.int(),
  rowsDuplicate: z.int().describe('seen before, in this file or in the workspace'),
  rowsSkipped: z.int().describe('left out because the person was there already and the choice was to skip'),
  peopleNew: z.int(),
  peopleKnown: z.int(),
  bytesRead: z.int(),
  rowsPerSecond: z.number().nullable(),
  secondsLeft: z.number().nullable(),
  hasFile: z.boolean().describe('false when the file was deleted: a day after the end, a week after an upload that was not started'),
  undoState: z.enum(['running', 'finished', 'failed']).nullable(),
  error: LocaleText.nullable(),
  createdAt: Instant,
  startedAt: Instant.nullable(),
  finishedAt: Instant.nullable(),
})
export type Import = z.infer<typeof Import>
export const BadRow = z.object({ row: z.int().describe('line number in the file, from 1'), problems: z.array(Problem), values: z.array(z.string()) })

/* ---------- saved mappings ---------- */

export const ImportMapping = z.object({
  id: Uuid,
  name: z.string(),
  target: ImportTarget,
  columns: z.array(z.object({ header: z.string(), field: z.string() })),
  options: ImportOptions,
  createdAt: Instant,
  usedAt: Instant.nullable(),
})
export type ImportMapping = z.infer<typeof ImportMapping>

const base = '/api/workspaces/:workspaceId'
const imports = `${base}/imports`
const mappings = `${base}/import-mappings`
export const importRoutes = {
  uploadImport: defineRoute({
    method: 'POST',
    path: imports,
    access: needs('data.import'),
    summary: 'Upload CSV, TSV or .xlsx (form field `file`); answers what was found in it and a suggested mapping',
    params: WorkspaceParams,
    query: z.object({ target: ImportTarget.default('people') }),
    answer: Import,
    transport: 'multipart',
  }),
  listImports: defineRoute({
    method: 'GET',
    path: imports,
    access: needs('data.read'),
    summary: 'Imports, newest first',
    params: WorkspaceParams,
    query: PageQuery,
    answer: pageOf(Import),
  }),
  readImport: defineRoute({
    method: 'GET',
    path: `${imports}/:id`,
    access: needs('data.read'),
    summary: 'One import with its progress',
    params: WorkspaceUuidParams,
    answer: Import,
  }),
  configureImport: defineRoute({
    method: 'PATCH',
    path: `${imports}/:id`,
    access: needs('data.import'),
    summary: 'Choose another sheet, header row, delimiter or encoding of an uploaded file; it is looked at again',
    params: WorkspaceUuidParams,
    body: z.object({
      sheet: z.int().min(0).max(10_000).optional(),
      headerLine: z.int().min(0).max(1000).optional(),
      delimiter: z.string().min(1).max(1).optional(),
      encoding: ImportEncoding.optional().describe('of a text file: its bytes are read anew; delimiter and header row are found again unless given'),
    }),
    answer: Import,
  }),
  suggestMapping: defineRoute({
    method: 'GET',
    path: `${imports}/:id/mapping`,
    access: needs('data.read'),
    summary: 'Suggested mapping of the columns for a target: of a saved mapping when one fits',
    params: WorkspaceUuidParams,
    query: z.object({ target: ImportTarget, mappingId: Uuid.optional().describe('this saved mapping, as far as its headers are there') }),
    answer: z.object({
      mapping: ColumnMapping,
      columns: z.array(ColumnAnalysis),
      savedMapping: z.object({ id: Uuid, name: z.string() }).nullable(),
      options: ImportOptions.describe('as saved with the mapping'),
    }),
  }),
  listImportFields: defineRoute({
    method: 'GET',
    path: `${base}/import-fields`,
    access: needs('data.read'),
    summary: 'Every field a column can be mapped to: those of the target, namespaces, attributes and tags of the workspace',
    params: WorkspaceParams,
    query: z.object({ target: ImportTarget.default('people') }),
    answer: z.object({ items: z.array(ImportField.extend({ group: z.enum(['identity', 'field', 'attribute', 'tag']) })) }),
  }),
  startDryRun: defineRoute({
    method: 'POST',
    path: `${imports}/:id/dry-run`,
    access: needs('data.import'),
    summary: 'Look what an import would do, in the background, changing nothing; replaces an earlier dry run',
    params: WorkspaceUuidParams,
    body: ImportSetup.extend({ rowsMax: z.int().min(1).max(100_000_000).optional() }),
    answer: DryRun,
  }),
  readDryRun: defineRoute({
    method: 'GET',
    path: `${imports}/:id/dry-run`,
    access: needs('data.read'),
    summary: 'The dry run of an import with its progress and what it found so far',
    params: WorkspaceUuidParams,
    answer: DryRun,
  }),
  cancelDryRun: defineRoute({
    method: 'POST',
    path: `${imports}/:id/dry-run/cancel`,
    access: needs('data.import'),
    summary: 'Stop a dry run; what it found so far stays',
    params: WorkspaceUuidParams,
    answer: DryRun,
  }),
  startImport: defineRoute({
    method: 'POST',
    path: `${imports}/:id/start`,
    access: needs('data.import'),
    summary: 'Start an uploaded import with a mapping',
    params: WorkspaceUuidParams,
    body: ImportSetup,
    answer: Import,
  }),
  cancelImport: defineRoute({
    method: 'POST',
    path: `${imports}/:id/cancel`,
    access: needs('data.import'),
    summary: 'Stop a running import; rows already in stay until it is undone',
    params: WorkspaceUuidParams,
    answer: Import,
  }),
  listBadRows: defineRoute({
    method: 'GET',
    path: `${imports}/:id/bad-rows`,
    access: needs('data.read'),
    summary: 'Rows that did not go in, with the reasons',
    params: WorkspaceUuidParams,
    query: PageQuery,
    answer: pageOf(BadRow),
  }),
  downloadBadRows: defineRoute({
    method: 'GET',
    path: `${imports}/:id/bad-rows.csv`,
    access: needs('people.reveal'),
    summary: 'Bad rows as CSV with their original columns and a column of reasons (values unmasked), to be mended and uploaded again',
    params: WorkspaceUuidParams,
    answer: z.string(),
    transport: 'file',
  }),
  readImportUndo: defineRoute({
    method: 'GET',
    path: `${imports}/:id/undo`,
    access: needs('data.read'),
    summary: 'What undoing an import would take back, or how far an undo is',
    params: WorkspaceUuidParams,
    answer: ImportUndo,
  }),
  startImportUndo: defineRoute({
    method: 'POST',
    path: `${imports}/:id/undo`,
    access: needs('data.import'),
    summary: 'Undo an import that is over, in the background; what was changed later stays',
    params: WorkspaceUuidParams,
    answer: ImportUndo,
  }),

  listImportMappings: defineRoute({
    method: 'GET',
    path: mappings,
    access: needs('data.read'),
    summary: 'Saved mappings, last used first',
    params: WorkspaceParams,
    query: z.object({ target: ImportTarget.optional() }),
    answer: z.object({ items: z.array(ImportMapping) }),
  }),
  saveImportMapping: defineRoute({
    method: 'POST',
    path: mappings,
    access: needs('data.import'),
    summary: 'Save a mapping with the headers of an import; the same name of the same target is replaced',
    params: WorkspaceParams,
    body: ImportSetup.extend({ importId: Uuid, name: z.string().trim().min(1).max(80) }),
    answer: ImportMapping,
  }),
  renameImportMapping: defineRoute({
    method: 'PATCH',
    path: `${mappings}/:id`,
    access: needs('data.import'),
    summary: 'Rename a saved mapping',
    params: WorkspaceUuidParams,
    body: z.object({ name: z.string().trim().min(1).max(80) }),
    answer: ImportMapping,
  }),
  deleteImportMapping: defineRoute({
    method: 'DELETE',
    path: `${mappings}/:id`,
    access: needs('data.import'),
    summary: 'Delete a saved mapping; imports made with it are not changed',
    params: WorkspaceUuidParams,
    answer: z.object({ done: z.literal(true) }),
  }),
}
