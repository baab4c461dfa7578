import type { AttributeType } from '../../../../../contracts/people.ts'
import { isRejection, parseNumber, readBoolean, readNumber } from '../../../people/index.ts'
import { isWordForNothing, readCell } from './no-value.ts'
import { isUnclear, timeReader } from './time-reader.ts'

const identifierHeader = /(?:^|[_\s-])(?:id|no|code|upc|sku|number|zip)$|编号|编码|代码|号码|号$|邮编/i
const dayHeader = /日期|时间|生日|日$|date|time|birth|(?:^|_)at$|[a-z]At$/i
const yesHeader = /^(?:是否|有无|是不是|能否|可否)|(?:^|[_\s])(?:is|has)[_\s]|^(?:is|has)[A-Z]/
/** What a formula leaves that failed: a bad row, which says nothing of the column. */
const formulaError = /^#(?:N\/A|REF!|VALUE!|DIV\/0!|NAME\?|NUM!|NULL!)$/
const wholeNumber = /^[+-]?(?:0|[1-9]\d{0,14})(?:\.\d+)?$/
const compactDay = /^(?:19|20)\d{6}$/
const serialDay = /^[2-5]\d{4}(?:\.\d+)?$/
/** So many different numbers that are days are no accident. */
const compactDaysMin = 3
const yearLast = /^\d{1,2}([-/.])\d{1,2}\1\d{4}$/

const times = timeReader('UTC')

/**
 * One type for the values of a whole column, so that a property does not change its type from row to row. Identifiers stay text: they are not
 * counted with. What stands for nothing says nothing, and a column of nothing else is text.
 */
export function columnType(header: string, values: readonly string[]): AttributeType {
  if (identifierHeader.test(header) || /[a-z]Id$/.test(header)) return 'text'
  const said = values.map((value) => readCell(value, 'signs')).filter((value) => value !== '' && !formulaError.test(value))
  const known = said.filter((value) => readCell(value, 'words') !== '')
  if (known.length === 0) return 'text'
  if (known.every(isNumber)) {
    if (areDays(header, known)) return 'date'
    return yesHeader.test(header) && known.every((value) => readBoolean(value) !== null) ? 'boolean' : 'number'
  }
  if (areYesAndNo(said)) return 'boolean'
  return areWrittenDays(header, known) ? 'date' : 'text'
}

/** Whether a value looks like a time that is not just a number. */
export function looksLikeTime(value: string): boolean {
  return /[-/.年:]/.test(value) && !isRejection(times.instant(value))
}

/** Also as people write it: 1,234.50, ￥99元, 1.2万, (88.00), 28岁. Nothing that could be a code: 007, 5E3, 12K. */
function isNumber(value: string): boolean {
  if (wholeNumber.test(value)) return true
  const plain = value.normalize('NFKC')
  return !/^[+-]?0\d|\d\s*[ekw]/i.test(plain) && (readNumber(plain) ?? parseNumber(plain)) !== null
}

/** 20240102 and 45356 are days where enough of them, or the header, say so. */
function areDays(header: string, values: readonly string[]): boolean {
  const isNamed = dayHeader.test(header)
  if (isNamed && values.every((value) => serialDay.test(value))) return true
  return values.every((value) => compactDay.test(value) && !isRejection(times.day(value))) && (isNamed || new Set(values).size >= compactDaysMin)
}

/** A word that is no plain yes or no (有, Y, 1) counts only beside a plain one or its opposite. */
function areYesAndNo(said: readonly string[]): boolean {
  const answers = said.map(readBoolean).filter((answer, index) => answer !== null || !isWordForNothing(said[index]!))
  if (!answers.every((answer) => answer !== null && answer.kind !== 'asked')) return false
  return (
    answers.some((answer) => answer?.kind === 'plain') ||
    (answers.some((answer) => answer?.value === true) && answers.some((answer) => answer?.value === false))
  )
}

/** A day whose order of parts the import has still to be told is one too, where the header, a whole year or another value says that these are days. */
function areWrittenDays(header: string, values: readonly string[]): boolean {
  const read = values.map((value) => times.day(value))
  if (!values.every((value, index) => isUnclear(read[index]) || (looksLikeTime(value) && !isRejection(read[index])))) return false
  const unclear = values.filter((_, index) => isUnclear(read[index]))
  return unclear.length < values.length || dayHeader.test(header) || unclear.every((value) => yearLast.test(value))
}
