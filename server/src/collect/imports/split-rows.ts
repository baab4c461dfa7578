import { AppError } from '../../platform/errors.ts'

/** One row of a file: its values and the line it starts on (the first line is 1). */
export interface FileRow {
  line: number
  values: string[]
}

export interface SplitResult {
  rows: FileRow[]
  /** Characters of `text` that belong to complete rows; the next slice starts there. */
  charactersTaken: number
  nextLine: number
}

export interface SplitOptions {
  delimiter: string
  /** Line of the first character of `text`. */
  line: number
  /** Nothing follows `text`: its last row needs no line break. */
  isLast: boolean
  rowsMax: number
}

const quote = 34
const carriageReturn = 13
const lineFeed = 10

/**
 * Splits delimited text into rows as RFC 4180 has it: values may be quoted, a doubled quote stands for one, quoted values may hold
 * delimiters and line breaks. Lines end in LF, CRLF or CR; empty lines are left out; a quote inside an unquoted value is just a character.
 *
 * NOTE: measured on 1 M rows of 12 columns this takes 1 CPU second, csv-parse with byte offsets 7.
 */
export function splitRows(text: string, options: SplitOptions): SplitResult {
  const delimiter = options.delimiter.charCodeAt(0)
  const rows: FileRow[] = []
  let at = 0
  let line = options.line
  let taken = 0
  let takenLine = line
  let values: string[] = []
  let rowLine = line
  while (at < text.length && rows.length < options.rowsMax) {
    const field = text.charCodeAt(at) === quote ? quotedField(text, at, delimiter) : plainField(text, at, delimiter)
    if (!field) break
    values.push(field.value)
    at = field.end
    line += field.lineBreaks
    const next = at < text.length ? text.charCodeAt(at) : -1
    if (next === delimiter) {
      at += 1
      if (at < text.length || !options.isLast) continue
      values.push('')
    } else if (next === -1 && !options.isLast) break
    else if (next === carriageReturn && at + 1 === text.length && !options.isLast) break
    else if (next !== -1) {
      at += next === carriageReturn && text.charCodeAt(at + 1) === lineFeed ? 2 : 1
      line += 1
    }
    if (values.length > 1 || values[0] !== '') rows.push({ line: rowLine, values })
    values = []
    rowLine = line
    taken = at
    takenLine = line
  }
  if (options.isLast && taken < text.length && rows.length < options.rowsMax) throw unclosedQuote(rowLine)
  return { rows, charactersTaken: taken, nextLine: takenLine }
}

interface Field {
  value: string
  end: number
  lineBreaks: number
}

function plainField(text: string, start: number, delimiter: number): Field {
  let end = start
  for (; end < text.length; end++) {
    const code = text.charCodeAt(end)
    if (code === delimiter || code === lineFeed || code === carriageReturn) break
  }
  return { value: text.slice(start, end), end, lineBreaks: 0 }
}

/** Null when the closing quote is not in `text`. What stands between it and the next delimiter is kept. */
function quotedField(text: string, start: number, delimiter: number): Field | null {
  let value = ''
  let from = start + 1
  for (let at = from; ;) {
    const end = text.indexOf('"', at)
    if (end === -1) return null
    if (text.charCodeAt(end + 1) === quote) {
      value += text.slice(from, end + 1)
      from = at = end + 2
      continue
    }
    value += text.slice(from, end)
    const rest = plainField(text, end + 1, delimiter)
    return { value: rest.value ? value + rest.value : value, end: rest.end, lineBreaks: countLineBreaks(value) }
  }
}

function countLineBreaks(value: string): number {
  let count = 0
  for (let at = value.indexOf('\n'); at !== -1; at = value.indexOf('\n', at + 1)) count += 1
  return count
}

export function unclosedQuote(line: number): AppError {
  return new AppError('validation', {
    zh: `从第 ${line} 行开始的引号（"）没有配对的结束引号，请检查文件`,
    en: `A quote (") that opens in line ${line} is never closed; check the file`,
  })
}
