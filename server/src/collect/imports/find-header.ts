import { looksLikeEmail, looksLikePhone } from './personal-values.ts'
import type { FileRow } from './split-rows.ts'

const linesShown = 20
const columnsShown = 60
const charactersShown = 80
/** Lines of titles and notes that may stand above a header. */
const linesAboveMax = 50
const rowsCompared = 200

/**
 * The line of the header: the first row that is about as full as the rows usually are, so that titles and notes above it are passed over.
 * 0 when that row is data already: it holds a number, a date, a phone or an address.
 */
export function findHeader(rows: readonly FileRow[]): number {
  const filled = rows.slice(0, rowsCompared).map(filledCells)
  const usual = filled.toSorted((left, right) => left - right)[Math.floor(filled.length / 2)] ?? 1
  const enough = usual <= 1 ? 1 : Math.max(2, Math.ceil(usual * 0.6))
  const index = filled.slice(0, linesAboveMax).findIndex((count) => count >= enough)
  const candidate = rows[Math.max(0, index)]!
  return candidate.values.some(looksLikeData) ? 0 : candidate.line
}

/** The first lines as they stand there, masked; a line without content is an empty list. */
export function headLinesOf(rows: readonly FileRow[], mask: (value: string) => string): string[][] {
  const lines: string[][] = []
  for (const { line, values } of rows) {
    if (line > linesShown) break
    while (lines.length < line - 1) lines.push([])
    lines.push(values.slice(0, columnsShown).map((value) => mask(value).slice(0, charactersShown)))
  }
  return lines
}

function filledCells({ values }: FileRow): number {
  return values.reduce((count, value) => (value.trim() === '' ? count : count + 1), 0)
}

function looksLikeData(value: string): boolean {
  const text = value.trim()
  if (text === '') return false
  return /^[\d.,:/\-+¥%\s]+$/.test(text) || looksLikePhone(text) || looksLikeEmail(text)
}
