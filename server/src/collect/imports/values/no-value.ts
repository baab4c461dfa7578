import { readBoolean } from '../../../people/index.ts'

/** Which words of a cell mean that there is nothing: only signs, also words such as 无, or those of them that do not answer yes or no. */
export type NothingWords = 'signs' | 'words' | 'yesOrNo'

/** Signs and words of programs that stand for nothing, whatever a column holds. */
const signs = new Set([
  '-',
  '--',
  '---',
  '—',
  '——',
  '–',
  '－',
  '/',
  '\\',
  '\\N',
  'NULL',
  'Null',
  'null',
  '(null)',
  '<null>',
  'undefined',
  'NaN',
  'nan',
  'N/A',
  'n/a',
])
/** Words that mean nothing where a text would have to be a number, a day, a phone. */
const words = new Set([
  '无',
  '暂无',
  '没有',
  '未知',
  '不详',
  '不明',
  '未填',
  '未填写',
  '未登记',
  '空',
  '空白',
  'none',
  'None',
  'NONE',
  'nil',
  'NA',
  'unknown',
  'Unknown',
])
const longest = 11
/** What databases and spreadsheets make of an empty day. */
const noDay = /^(?:0000[-/.]0{1,2}[-/.]0{1,2}|1900[-/.]0?1[-/.]0{1,2})(?:[T ][0:.]+)?$/
/** Marks of direction and of nothing, as copying out of address books and web pages leaves them at the ends. */
const invisibleEnds = /^[\s\p{Cf}]+|[\s\p{Cf}]+$/gu

/** The text of a cell without what nobody sees at its ends; empty for what stands for nothing. */
export function readCell(value: string, nothing: NothingWords): string {
  let text = value.trim()
  if (text.length === 0) return text
  if (isInvisible(text.charCodeAt(0)) || isInvisible(text.charCodeAt(text.length - 1))) text = text.replace(invisibleEnds, '')
  if (text.length <= longest && (signs.has(text) || (nothing !== 'signs' && isNothing(text, nothing)))) return ''
  return nothing === 'words' && noDay.test(text) ? '' : text
}

/** Whether a word says that nothing is known. */
export function isWordForNothing(text: string): boolean {
  return words.has(text)
}

function isNothing(text: string, nothing: 'words' | 'yesOrNo'): boolean {
  return words.has(text) && (nothing === 'words' || readBoolean(text) === null)
}

/** The common ones of the category Cf, without looking it up. */
function isInvisible(code: number): boolean {
  return code >= 0x200b && code <= 0x2069 && (code <= 0x200f || code >= 0x2060 || (code >= 0x202a && code <= 0x202e))
}
