import type { AttributeType } from '../../../../contracts/people.ts'
import { listItemLengthMax, listItemsMax } from './attribute-list.ts'
import { cleanText, type Rejection } from './normalise.ts'
import { parseNumber } from './parse-number.ts'
import type { AttributeData, AttributeScalar } from './person-draft.ts'

/** Longest text an attribute holds. */
export const attributeLengthMax = 1000

type YesOrNo = Readonly<{ yes: readonly string[]; no: readonly string[] }>
/**
 * Words that say yes or no: plain ones wherever they stand; paired ones where their opposite stands too (有, Y, 1); and asked ones only where
 * yes or no is asked for, since they say more than that.
 */
const answerWords: Readonly<Record<'plain' | 'paired' | 'asked', YesOrNo>> = {
  plain: { yes: ['是', 'yes', 'true', '√', '✓', '✔', '☑', '✅'], no: ['否', 'no', 'false', '×', '✗', '✘', '✕', '✖', '❌', '☒', '☐'] },
  paired: { yes: ['有', '对', 'y', 't', '1', '1.0'], no: ['无', '没有', '错', 'n', 'f', 'x', '0', '0.0'] },
  asked: {
    yes: '真 是的 正确 同意 已同意 已授权 已订阅 已开通 已认证 已绑定 已关注 接受 愿意 允许 支持 启用 开启 开 on'.split(' '),
    no: '假 不 不是 错误 不同意 未同意 未授权 未订阅 已退订 未开通 未认证 未绑定 未关注 拒绝 拒收 不接受 不愿意 不允许 禁止 不支持 停用 禁用 关闭 关 off'.split(
      ' ',
    ),
  },
}
interface Answer {
  value: boolean
  kind: keyof typeof answerWords
}
const answers = new Map<string, Answer>()
for (const kind of ['plain', 'paired', 'asked'] as const) {
  for (const word of answerWords[kind].yes) answers.set(word, { value: true, kind })
  for (const word of answerWords[kind].no) answers.set(word, { value: false, kind })
}
/** Asks for the coloured form of a sign. */
const colouredSign = '\uFE0F'
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
 * dates come out as `YYYY-MM-DD`; booleans are 是/否, √/×, 有/无, yes/no, true/false, 1/0; lists are texts, or one text with separators (， 、 ； , ; | or lines).
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
  return parseNumber(given) ?? notNumber
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
  return readBoolean(String(given))?.value ?? notBoolean
}

/** What a word says, and how surely; null when it says neither yes nor no. */
export function readBoolean(given: string): Answer | null {
  return answers.get(given.normalize('NFKC').replaceAll(colouredSign, '').trim().toLowerCase()) ?? null
}
