import { AppError } from '../../../platform/errors.ts'
import { serialText, type DateFormats } from './number-formats.ts'
import { decodeEscapes, readXml } from './read-xml.ts'
import type { SharedStrings } from './shared-strings.ts'

/** Rows and columns of a sheet at most (ECMA-376: 1,048,576 and 16,384); a file of ours has at most 500 columns. */
const rowNumberMax = 1_048_576
const columnsMax = 500
/** Whole numbers beyond are no longer exact in a cell: the last digits were lost when it was typed. */
const exactMax = 1e15

export interface SheetRow {
  /** As the spreadsheet shows it, from 1. */
  number: number
  values: string[]
}

/** A cell that refers to a shared string, until that is looked up. */
type Cell = string | number

export interface SheetSource {
  xml: AsyncIterable<Buffer>
  formats: DateFormats
  strings: SharedStrings
  isDate1904: boolean
}

/**
 * The rows of a sheet as it streams, in order, with the bytes of XML read so far. Values come out as text: numbers without exponent, dates
 * as `2024-03-05`, formulas as the result that was saved with them.
 */
export async function* readSheet(source: SheetSource): AsyncGenerator<{ rows: SheetRow[]; bytesRead: number }> {
  const reader = new SheetReader(source)
  for await (const bytesRead of readXml(source.xml, reader)) {
    const rows = reader.takeRows()
    if (rows.length > 0) yield { rows: await resolve(rows, source.strings), bytesRead }
  }
}

/** Row by row, since all texts of a row must be in memory at once. */
async function resolve(rows: { number: number; cells: Cell[] }[], strings: SharedStrings): Promise<SheetRow[]> {
  const resolved: SheetRow[] = []
  for (const { number, cells } of rows) {
    const loading = strings.load(cells.filter((cell) => typeof cell === 'number'))
    if (loading) await loading
    resolved.push({ number, values: cells.map((cell) => (typeof cell === 'number' ? strings.get(cell) : cell)) })
  }
  return resolved
}

class SheetReader {
  readonly #source: SheetSource
  #rows: { number: number; cells: Cell[] }[] = []
  #cells: Cell[] = []
  #rowNumber = 0
  #column = -1
  #type = 'n'
  #style = 0
  #value = ''
  #hasValue = false
  #hasFormula = false
  #isInValue = false
  #isInCell = false
  #isInPronunciation = false

  constructor(source: SheetSource) {
    this.#source = source
  }

  takeRows(): { number: number; cells: Cell[] }[] {
    const rows = this.#rows
    this.#rows = []
    return rows
  }

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    if (name === 'c') this.#openCell(attributes)
    else if (name === 'v' || (name === 't' && this.#isInCell && !this.#isInPronunciation)) this.#isInValue = this.#hasValue = this.#isInCell
    else if (name === 'rPh') this.#isInPronunciation = true
    else if (name === 'f') this.#hasFormula = true
    else if (name === 'row') this.#openRow(attributes)
  }

  close(name: string): void {
    if (name === 'v' || name === 't') this.#isInValue = false
    else if (name === 'rPh') this.#isInPronunciation = false
    else if (name === 'c') this.#closeCell()
    else if (name === 'row') this.#rows.push({ number: this.#rowNumber, cells: this.#cells })
  }

  text(text: string): void {
    if (this.#isInValue) this.#value += text
  }

  #openRow(attributes: Readonly<Record<string, string>>): void {
    const number = attributes['r'] === undefined ? this.#rowNumber + 1 : Number(attributes['r'])
    if (!Number.isInteger(number) || number <= this.#rowNumber || number > rowNumberMax) throw new Error('The rows of the sheet are out of order')
    this.#rowNumber = number
    this.#cells = []
    this.#column = -1
  }

  #openCell(attributes: Readonly<Record<string, string>>): void {
    this.#column = attributes['r'] === undefined ? this.#column + 1 : columnOf(attributes['r'])
    this.#type = attributes['t'] ?? 'n'
    this.#style = Number(attributes['s'] ?? 0)
    this.#value = ''
    this.#hasValue = this.#hasFormula = false
    this.#isInCell = true
  }

  #closeCell(): void {
    this.#isInCell = false
    const value = this.#text()
    if (value === '') return
    if (this.#column >= columnsMax) throw new AppError('validation', { zh: `工作表超过 ${columnsMax} 列`, en: `The sheet has more than ${columnsMax} columns` })
    while (this.#cells.length < this.#column) this.#cells.push('')
    this.#cells[this.#column] = value
  }

  #text(): Cell {
    // A program that writes formulas without working them out leaves no result behind.
    if (!this.#hasValue) return this.#hasFormula ? '#CALC!' : ''
    switch (this.#type) {
      case 's':
        return this.#value === '' ? '' : Number(this.#value)
      case 'b':
        return this.#value === '1' || this.#value === 'true' ? 'TRUE' : 'FALSE'
      case 'n':
        return this.#number()
      case 'd':
        return this.#value.replace('T', ' ').replace(/Z$/, '')
      default:
        return decodeEscapes(this.#value)
    }
  }

  #number(): string {
    const given = this.#value.trim()
    const value = Number(given)
    if (given === '' || !Number.isFinite(value)) return given
    const kind = this.#source.formats.kindOf(this.#style)
    const date = kind === null ? null : serialText(value, kind, this.#source.isDate1904)
    return date ?? numberText(value)
  }
}

/** A number without exponent; one that a cell cannot hold exactly in the form that says so, as spreadsheets show it. */
export function numberText(value: number): string {
  if (Math.abs(value) >= exactMax)
    return value
      .toExponential(14)
      .replace(/\.?0+e/, 'e')
      .replace('e', 'E')
  const text = String(value)
  return text.includes('e') ? value.toFixed(20).replace(/\.?0+$/, '') : text
}

/** `AB12` is column 27. */
function columnOf(reference: string): number {
  let column = 0
  for (let at = 0; at < reference.length; at++) {
    const code = reference.charCodeAt(at) & 0xdf
    if (code < 65 || code > 90) break
    column = column * 26 + code - 64
  }
  return column - 1
}
