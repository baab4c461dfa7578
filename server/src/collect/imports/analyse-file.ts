import { AppError } from '../../platform/errors.ts'
import { findDelimiter } from './find-delimiter.ts'
import { findHeader, headLinesOf } from './find-header.ts'
import type { FileColumn } from './import-row.ts'
import { looksLikeEmail, looksLikePhone, maskPersonal } from './personal-values.ts'
import { splitRows, type FileRow } from './split-rows.ts'
import { columnType, looksLikeTime } from './values/column-type.ts'
import { readCell } from './values/no-value.ts'

const samplesKept = 20
const rowsAnalysed = 1000
const columnsMax = 500

export interface FileAnalysis {
  delimiter: string
  /** Line of the header, from 1; 0: there is none. */
  headerLine: number
  headLines: string[][]
  columns: FileColumn[]
}

/** What somebody chose instead of what is found. */
export interface AnalysisChoice {
  delimiter?: string | undefined
  headerLine?: number | undefined
}

/**
 * What the first rows say about a file: its delimiter, the line of its header, and of each column the samples (masked where they look like
 * a phone or an e-mail address), the type of its values and what they are. Throws `validation` for a file without rows.
 */
export function analyseFile(head: string, isWhole: boolean, choice: AnalysisChoice = {}): FileAnalysis {
  const delimiter = choice.delimiter ?? findDelimiter(head, isWhole)
  const { rows } = splitRows(head, { delimiter, line: 1, isLast: isWhole, rowsMax: rowsAnalysed + 1 })
  if (rows.length === 0) throw new AppError('validation', { zh: '文件里没有内容', en: 'The file is empty' })
  const headerLine = choice.headerLine ?? findHeader(rows)
  const header = rows.find((row) => row.line === headerLine)
  if (headerLine > 0 && !header)
    throw new AppError('validation', { zh: `第 ${headerLine} 行没有内容，不能作为表头`, en: `Row ${headerLine} is empty and cannot be the header` })
  const data = rows.filter((row) => row.line > headerLine)
  if (data.length === 0) throw new AppError('validation', { zh: '文件只有表头，没有数据行', en: 'The file has a header and no rows' })
  const width = header ? widthOf(header) : Math.max(...data.map(widthOf))
  if (width > columnsMax) throw new AppError('validation', { zh: `文件超过 ${columnsMax} 列`, en: `The file has more than ${columnsMax} columns` })
  return { delimiter, headerLine, headLines: headLinesOf(rows, maskPersonal), columns: describeColumns({ header, data, width }) }
}

/** Spreadsheets like to add empty columns at the end. */
function widthOf({ values }: FileRow): number {
  let width = values.length
  while (width > 1 && values[width - 1]!.trim() === '') width -= 1
  return width
}

function describeColumns({ header, data, width }: { header: FileRow | undefined; data: readonly FileRow[]; width: number }): FileColumn[] {
  const seen = new Map<string, number>()
  return Array.from({ length: width }, (_, index) => {
    const written = header ? cleanHeader(header.values[index] ?? '', index) : columnName(index)
    const times = (seen.get(written) ?? 0) + 1
    seen.set(written, times)
    const values = data.map((row) => row.values[index] ?? '')
    return describeColumn(times > 1 ? `${written} (${times})` : written, values)
  })
}

function describeColumn(header: string, values: readonly string[]): FileColumn {
  const filled = values.map((value) => readCell(value, 'signs')).filter((value) => value !== '')
  const samples = [...new Set(filled)].slice(0, samplesKept).map(maskPersonal)
  return { header, samples, valueType: columnType(header, filled), contentField: contentField(filled) }
}

function contentField(filled: readonly string[]): string {
  const share = (test: (value: string) => boolean) => (filled.length === 0 ? 0 : filled.filter(test).length / filled.length)
  if (share(looksLikePhone) >= 0.8) return 'phone'
  if (share(looksLikeEmail) >= 0.8) return 'email'
  return share(looksLikeTime) >= 0.95 ? 'time' : ''
}

function cleanHeader(value: string, index: number): string {
  return value.normalize('NFKC').replace(/\s+/g, ' ').trim().slice(0, 200) || columnName(index)
}

function columnName(index: number): string {
  return `column ${index + 1}`
}
