import { sql } from 'kysely'
import type { z } from 'zod'
import type { Context } from '../../access/index.ts'
import type { AttributeType } from '../../../../contracts/people.ts'
import type { ImportEncoding, ImportOptions, ImportTarget } from '../../../../contracts/import-setup.ts'
import type { Import, ColumnAnalysis, ImportState } from '../../../../contracts/imports.ts'
import { notFound } from '../../platform/errors.ts'
import type { Database } from '../../platform/platform.ts'

export type ImportPhase = 'reading' | 'building' | 'draining'

/** What the analysis knows of a column; the answer leaves `valueType` out. */
export interface FileColumn {
  header: string
  /** Masked where they look like a phone or an e-mail address. */
  samples: string[]
  valueType: AttributeType
  /** What the values themselves say this is: a field of the mapping, or '' when they say nothing. */
  contentField: string
}

/** A row of `imports`. */
export interface ImportRow {
  id: string
  workspace_id: number
  file_name: string
  file_path: string
  bytes: number
  state: z.infer<typeof ImportState>
  target: ImportTarget | null
  mapping: string[] | null
  options: ImportOptions
  encoding: ImportEncoding
  delimiter: string
  columns: FileColumn[]
  file_kind: 'text' | 'xlsx'
  /** The file as it came, where `file_path` was made of it: a workbook, or text in another encoding. */
  workbook_path: string | null
  sheets: { name: string; hidden: boolean }[]
  sheet: number | null
  /** Row of the file the headers stand in, from 1; 0: there are none. */
  header_line: number
  head_lines: string[][]
  prepared_share: number | null
  undo_state: 'running' | 'finished' | 'failed' | null
  estimated_rows: number
  phase: ImportPhase
  next_line: number
  built_through: string | null
  bytes_read: number
  rows_read: number
  rows_good: number
  rows_bad: number
  rows_duplicate: number
  rows_skipped: number
  people_new: number
  people_known: number
  items_waiting: number
  error_zh: string | null
  error_en: string | null
  created_at: Date
  started_at: Date | null
  finished_at: Date | null
}

export type AnalysedColumn = z.infer<typeof ColumnAnalysis>

export const importNoun = { zh: '导入', en: 'import' }

/** The import of this workspace; throws `not-found`. */
export async function findImport(db: Database, workspaceId: number, id: string, lock: 'lock' | 'no lock' = 'no lock'): Promise<ImportRow> {
  const forUpdate = lock === 'lock' ? sql`for update` : sql``
  const { rows } = await sql<ImportRow>`select * from imports where workspace_id = ${workspaceId} and id = ${id}::uuid ${forUpdate}`.execute(db)
  if (!rows[0]) throw notFound(importNoun)
  return rows[0]
}

/** What is suggested for the columns of a file, and which saved mapping it comes from. */
export interface Suggestion {
  columns: AnalysedColumn[]
  savedMapping: { id: string; name: string } | null
}

/** An import as the contract answers it. */
export function toImport(ctx: Context, row: ImportRow, suggestion: Suggestion): Import {
  return {
    id: row.id,
    fileName: row.file_name,
    bytes: row.bytes,
    fileKind: row.file_kind,
    sheets: row.sheets,
    sheet: row.sheet,
    headerLine: row.header_line,
    headLines: row.head_lines,
    state: row.state,
    preparedShare: row.state === 'preparing' ? (row.prepared_share ?? 0) : null,
    target: row.target,
    mapping: row.mapping,
    options: row.options,
    encoding: row.encoding,
    delimiter: row.delimiter,
    columns: suggestion.columns,
    savedMapping: suggestion.savedMapping,
    estimatedRows: row.estimated_rows,
    rowsRead: row.rows_read,
    rowsGood: row.rows_good,
    rowsBad: row.rows_bad,
    rowsDuplicate: row.rows_duplicate,
    rowsSkipped: row.rows_skipped,
    peopleNew: row.people_new,
    peopleKnown: row.people_known,
    bytesRead: row.bytes_read,
    ...pace(row, ctx.platform.clock.now()),
    hasFile: row.file_path !== '' || row.workbook_path !== null,
    undoState: row.undo_state,
    error: row.error_zh !== null && row.error_en !== null ? { zh: row.error_zh, en: row.error_en } : null,
    createdAt: row.created_at.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
    finishedAt: row.finished_at?.toISOString() ?? null,
  }
}

/** Rows a second that reached people since the start, and what is left of the file at that pace. */
function pace(row: ImportRow, now: Date): { rowsPerSecond: number | null; secondsLeft: number | null } {
  if (!row.started_at || row.rows_read === 0) return { rowsPerSecond: null, secondsLeft: null }
  const seconds = ((row.finished_at ?? now).getTime() - row.started_at.getTime()) / 1000
  if (seconds <= 0) return { rowsPerSecond: null, secondsLeft: null }
  const settled = Math.max(0, row.rows_read - row.items_waiting)
  const rowsPerSecond = settled / seconds
  if (row.finished_at || rowsPerSecond === 0 || row.bytes_read === 0) return { rowsPerSecond, secondsLeft: null }
  const rowsTotal = row.rows_read * (row.bytes / row.bytes_read)
  return { rowsPerSecond, secondsLeft: (rowsTotal - settled) / rowsPerSecond }
}
