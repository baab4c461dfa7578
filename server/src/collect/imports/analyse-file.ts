import type { AttributeType } from '../../../../contracts/people.ts'
import { AppError } from '../../platform/errors.ts'
import { coerceAttribute, isRejection, maskEmail, maskPhone, normaliseEmail, normalisePhone } from '../../people/index.ts'
import type { FileColumn } from './import-row.ts'
import { timeParser } from './parse-time.ts'
import { splitRows } from './split-rows.ts'

const delimiters = [',', '\t', ';', '|'] as const
const samplesKept = 20
const rowsAnalysed = 1000
const columnsMax = 500

export interface FileAnalysis {
  delimiter: string
  hasHeader: boolean
  columns: FileColumn[]
}

/**
 * What the first rows say about a file: its delimiter, whether it has a header, and of each column the samples (masked where they look like
 * a phone or an e-mail address), the type of its values and what they are. Throws `validation` for a file without rows.
 */
export function analyseFile(head: string, isWhole: boolean): FileAnalysis {
  const delimiter = findDelimiter(head, isWhole)
  const rows = splitRows(head, { delimiter, line: 1, isLast: isWhole, rowsMax: rowsAnalysed + 1 }).rows.map((row) => row.values)
  const first = rows[0]
  if (!first) throw new AppError('validation', { zh: '文件里没有内容', en: 'The file is empty' })
  if (first.length > columnsMax) throw new AppError('validation', { zh: `文件超过 ${columnsMax} 列`, en: `The file has more than ${columnsMax} columns` })
  const hasHeader = !first.some(looksLikeData)
  const data = hasHeader ? rows.slice(1) : rows
  if (data.length === 0) throw new AppError('validation', { zh: '文件只有表头,没有数据行', en: 'The file has a header and no rows' })
  const columns = first.map((value, index) =>
    describeColumn(
      hasHeader ? cleanHeader(value, index) : columnName(index),
      data.map((row) => row[index] ?? ''),
    ),
  )
  return { delimiter, hasHeader, columns }
}

/** The delimiter that splits most of the first lines into the same number of values, and into more than one. */
function findDelimiter(head: string, isWhole: boolean): string {
  let best: { delimiter: string; score: number } = { delimiter: ',', score: 0 }
  for (const delimiter of delimiters) {
    const widths = tryWidths(head, delimiter, isWhole)
    const width = widths[0] ?? 0
    const score = width > 1 ? (widths.filter((other) => other === width).length / widths.length) * Math.log2(width + 1) : 0
    if (score > best.score) best = { delimiter, score }
  }
  return best.delimiter
}

function tryWidths(head: string, delimiter: string, isWhole: boolean): number[] {
  try {
    return splitRows(head, { delimiter, line: 1, isLast: isWhole, rowsMax: 50 }).rows.map((row) => row.values.length)
  } catch {
    return []
  }
}

function looksLikeData(value: string): boolean {
  const text = value.trim()
  if (text === '') return false
  return /^[\d.,:/\-+¥%\s]+$/.test(text) || looksLikePhone(text) || looksLikeEmail(text)
}

function looksLikePhone(value: string): boolean {
  return /^\+?[\d\s-]{11,17}$/.test(value) && typeof normalisePhone(value) === 'string' && /1[3-9]\d{9}$/.test(value.replace(/[\s-]/g, ''))
}

function looksLikeEmail(value: string): boolean {
  return value.includes('@') && typeof normaliseEmail(value) === 'string'
}

const parseAnyTime = timeParser('UTC')

function looksLikeTime(value: string): boolean {
  return /[-/.年:]/.test(value) && parseAnyTime(value) !== null
}

function describeColumn(header: string, values: readonly string[]): FileColumn {
  const filled = values.map((value) => value.trim()).filter((value) => value !== '')
  const samples = [...new Set(filled)].slice(0, samplesKept).map(maskPersonal)
  return { header, samples, valueType: valueType(header, filled), contentField: contentField(filled) }
}

/** Hides a value that is a phone number or an e-mail address. */
export function maskPersonal(value: string): string {
  const text = value.trim()
  if (looksLikePhone(text)) {
    const normalised = normalisePhone(text)
    return typeof normalised === 'string' ? maskPhone(normalised) : text
  }
  return looksLikeEmail(text) ? maskEmail(text) : value
}

function contentField(filled: readonly string[]): string {
  const share = (test: (value: string) => boolean) => (filled.length === 0 ? 0 : filled.filter(test).length / filled.length)
  if (share(looksLikePhone) >= 0.8) return 'phone'
  if (share(looksLikeEmail) >= 0.8) return 'email'
  return share(looksLikeTime) >= 0.95 ? 'time' : ''
}

const identifierHeader = /(?:^|[_\s-])(?:id|no|code|upc|sku|number|zip)$|编号|编码|代码|号码|号$|邮编/i
const wholeNumber = /^[+-]?(?:0|[1-9]\d{0,14})(?:\.\d+)?$/

/** One type for the whole column, so that a property does not change its type from row to row. Identifiers stay text: they are not counted with. */
function valueType(header: string, filled: readonly string[]): AttributeType {
  if (filled.length === 0 || identifierHeader.test(header) || /[a-z]Id$/.test(header)) return 'text'
  if (filled.every((value) => wholeNumber.test(value))) return 'number'
  if (filled.every((value) => /^(?:true|false|是|否)$/i.test(value))) return 'boolean'
  return filled.every((value) => looksLikeTime(value) && !isRejection(coerceAttribute('date', value))) ? 'date' : 'text'
}

function cleanHeader(value: string, index: number): string {
  return value.normalize('NFKC').trim().slice(0, 200) || columnName(index)
}

function columnName(index: number): string {
  return `column ${index + 1}`
}
