import type { AttributeType } from '../../../contracts/people.ts'
import { listItemLengthMax, listItemsMax } from './attribute-list.ts'
import { cleanText, type Rejection } from './normalise.ts'
import type { AttributeData, AttributeScalar } from './person-draft.ts'

/** Longest text an attribute holds. */
export const attributeLengthMax = 1000

const yes = new Set(['是', '有', '真', '对', '同意', 'yes', 'y', 'true', 't', '1', 'on'])
const no = new Set(['否', '无', '没有', '假', '不', '不同意', 'no', 'n', 'false', 'f', '0', 'off'])
const plainNumber = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i
const groupedNumber = /^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?$/
const dayFirst = /^(\d{4})(?:[-/.]|\s*年\s*)(\d{1,2})(?:[-/.]|\s*月\s*)(\d{1,2})\s*日?(?:[T\s].*)?$/
const compactDay = /^(\d{4})(\d{2})(\d{2})$/

const notNumber: Rejection = { zh: '不是数字', en: 'Not a number' }
const notDate: Rejection = { zh: '不是日期，应类似 2026-01-31 或 2026年1月31日', en: 'Not a date; write it like 2026-01-31' }
const notBoolean: Rejection = { zh: '应为 是/否', en: 'Should be yes or no' }
const listSeparator = /[,，、;；|\n]/
const longList: Rejection = { zh: `超过 ${listItemsMax} 项`, en: `More than ${listItemsMax} items` }
const longItem: Rejection = { zh: `有一项超过 ${listItemLengthMax} 个字符`, en: `An item is longer than ${listItemLengthMax} characters` }
const tooLong: Rejection = { zh: `超过 ${attributeLengthMax} 个字符`, en: `Longer than ${attributeLengthMax} characters` }

/**
 * The value of an attribute by its declared type, or the reason why it is none. Numbers may have thousands separators, ¥ and 元, %;
 * dates come out as `YYYY-MM-DD`; booleans are 是/否, yes/no, true/false, 1/0; lists are texts, or one text with separators (， 、 ； , ; | or lines).
 */
export function coerceAttribute(type: Exclude<AttributeType, 'list'>, given: AttributeScalar): AttributeScalar | Rejection
export function coerceAttribute(type: AttributeType, given: AttributeData): AttributeData | Rejection
export function coerceAttribute(type: AttributeType, value: AttributeData): AttributeData | Rejection {
  if (type === 'list') return coerceList(value)
  const given = typeof value === 'object' ? value.join(', ') : value
  switch (type) {
    case 'text':
      return coerceText(given)
    case 'number':
      return coerceNumber(given)
    case 'date':
      return coerceDate(given)
    case 'boolean':
      return coerceBoolean(given)
  }
}

/** Whether a coercion failed. */
export function isRejection(value: unknown): value is Rejection {
  return typeof value === 'object' && value !== null && 'zh' in value
}

function coerceList(given: AttributeData): string[] | Rejection {
  const texts = typeof given === 'object' ? given : String(given).split(listSeparator)
  const list = [...new Set(texts.map((text) => cleanText(text).trim()).filter((text) => text !== ''))]
  if (list.length > listItemsMax) return longList
  return list.some((text) => text.length > listItemLengthMax) ? longItem : list
}

function coerceText(given: AttributeScalar): string | Rejection {
  const text = typeof given === 'string' ? cleanText(given).trim() : String(given)
  return text.length <= attributeLengthMax ? text : tooLong
}

function coerceNumber(given: AttributeScalar): number | Rejection {
  if (typeof given === 'number') return Number.isFinite(given) ? given : notNumber
  if (typeof given === 'boolean') return notNumber
  const text = given
    .normalize('NFKC')
    .trim()
    .replace(/^[¥¥$]\s*/, '')
    .replace(/\s*元$/, '')
  const percent = text.endsWith('%')
  const bare = percent ? text.slice(0, -1) : text
  if (plainNumber.test(bare)) return finite(Number(bare), percent)
  if (groupedNumber.test(bare)) return finite(Number(bare.replaceAll(',', '')), percent)
  return notNumber
}

function finite(value: number, percent: boolean): number | Rejection {
  if (!Number.isFinite(value)) return notNumber
  return percent ? value / 100 : value
}

/** `YYYY-MM-DD`; a time after the day is dropped, since the day was written in the zone of whoever wrote it. */
function coerceDate(given: AttributeScalar): string | Rejection {
  if (typeof given !== 'string') return notDate
  const text = given.normalize('NFKC').trim()
  const match = dayFirst.exec(text) ?? compactDay.exec(text)
  if (!match) return notDate
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])]
  const date = new Date(Date.UTC(year, month - 1, day))
  const real = year >= 1000 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  return real ? date.toISOString().slice(0, 10) : notDate
}

function coerceBoolean(given: AttributeScalar): boolean | Rejection {
  if (typeof given === 'boolean') return given
  const text = String(given).normalize('NFKC').trim().toLowerCase()
  if (yes.has(text)) return true
  if (no.has(text)) return false
  return notBoolean
}
