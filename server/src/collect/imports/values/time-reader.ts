import type { LocaleText } from '../../../../../contracts/common.ts'
import { timeParser, type ParsedTime } from '../parse-time.ts'
import { serialText } from '../workbook/number-formats.ts'

export type DateOrder = 'ymd' | 'mdy' | 'dmy'

/** Reads times and days of a file in all the ways people write them, and says what is wrong with those it cannot read. */
export interface TimeReader {
  instant(text: string): ParsedTime | LocaleText
  /** `2024-03-05`: the day as it was written, in no zone. */
  day(text: string): string | LocaleText
}

const plainDay = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?=$|[T\s])/
const serial = /^[2-6]\d{4}(?:\.\d+)?$/
const clockTime = /(?:^|[T\s日])\s*(\d{1,2})(?:[:时点](\d{1,2})(?:[:分](\d{1,2})(?:[.,]\d+)?秒?|分)?|[时点](?:整)?)\s*$/u
const meridiem = /\s*(上午|早上|早晨|凌晨|中午|下午|傍晚|晚上|[ap]\.?m\.?)\s*/iu
const weekday = /[(（]?(?:星期|周|礼拜)[一二三四五六日天][)）]?|\b(?:mon|tues?|wed(?:nes)?|thur?s?|fri|sat(?:ur)?|sun)(?:day)?\b,?/giu
const monthNames = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

const noTime: LocaleText = { zh: '不是日期或时间，应类似 2024-03-05 或 2024年3月5日 8:30', en: 'Not a date or time; write it like 2024-03-05 08:30' }
const noYear: LocaleText = { zh: '没有写年份，无法确定是哪一天', en: 'The year is missing' }
const noDay: LocaleText = { zh: '只写到月，没有写日', en: 'The day of the month is missing' }
const noSuchDay: LocaleText = { zh: '没有这一天或这个时刻', en: 'There is no such day or time' }
const unclear: LocaleText = {
  zh: '分不清哪个是月、哪个是日，请在导入选项里选择日期顺序',
  en: 'It is not clear which part is the month; choose the order of dates in the options',
}

/** Whether a day could not be read only because nobody said which part is the month. */
export function isUnclear(read: unknown): boolean {
  return read === unclear
}

/** A reader for times without a zone in `timezone`. `order` reads 03/04/2024; without it such a date is refused as unclear. Throws RangeError for no zone. */
export function timeReader(timezone: string, order?: DateOrder): TimeReader {
  const parse = timeParser(timezone)
  return {
    instant(text) {
      const fast = parse(text)
      if (fast) return fast
      const written = canonical(text, order)
      return typeof written === 'string' ? (parse(written) ?? noSuchDay) : written
    },
    day(text) {
      const match = plainDay.exec(text)
      const written = match ? text : canonical(text, order)
      if (typeof written !== 'string') return written
      const parts = match ?? plainDay.exec(written)
      return parts ? realDay(Number(parts[1]), Number(parts[2]), Number(parts[3])) : noTime
    },
  }
}

const daysOfMonth = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

function realDay(year: number, month: number, day: number): string | LocaleText {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  const days = month === 2 && isLeap ? 29 : (daysOfMonth[month - 1] ?? 0)
  if (year < 1000 || day < 1 || day > days) return noSuchDay
  return `${year}-${month < 10 ? '0' : ''}${month}-${day < 10 ? '0' : ''}${day}`
}

/** The same time as `2024-03-05 08:30:00`, as `2024-03-05`, or as it was when it has a zone. */
function canonical(given: string, order: DateOrder | undefined): string | LocaleText {
  const text = given
    .normalize('NFKC')
    .replace(weekday, ' ')
    .replace(/(?<=[年月])\s+|\s+(?=[年月日号])/gu, '')
    .replace(/(?<=\d)\s*[。、\\]\s*(?=\d)/gu, '-')
    .replace(/(?<=\d[点时])半/u, '30分')
    .replace(/\s+/g, ' ')
    .trim()
  if (serial.test(text)) return serialText(Number(text), text.includes('.') ? 'datetime' : 'date', false) ?? noTime
  const half = meridiem.exec(text)
  const bare = half ? text.replace(meridiem, ' ').trim() : text
  const clock = clockTime.exec(bare)
  const day = canonicalDay((clock ? bare.slice(0, clock.index) + (clock[0].startsWith('日') ? '日' : '') : bare).trim(), order)
  if (typeof day !== 'string') return day
  if (!clock) return day
  const hour = hourOf(Number(clock[1]), half?.[1])
  return `${day} ${hour}:${clock[2] ?? '00'}:${clock[3] ?? '00'}`
}

function hourOf(hour: number, half: string | undefined): number {
  if (half === undefined) return hour
  const isLate = /下午|傍晚|晚上|中午|p/iu.test(half)
  if (isLate) return hour < 12 && !(half === '中午' && hour > 9) ? hour + 12 : hour
  return hour === 12 ? 0 : hour
}

function canonicalDay(text: string, order: DateOrder | undefined): string | LocaleText {
  const chinese = /^(\d{4}|\d{2})年(\d{1,2})月(\d{1,2})[日号]?$/u.exec(text)
  if (chinese) return `${fullYear(chinese[1]!)}-${chinese[2]}-${chinese[3]}`
  if (/^\d{4}年\d{1,2}月?$/u.test(text) || /^\d{4}[-/.]\d{1,2}$/.test(text)) return noDay
  if (/^\d{1,2}月\d{1,2}[日号]?$/u.test(text) || /^\d{1,2}[-/]\d{1,2}$/.test(text)) return noYear
  const compact = /^(\d{4})(\d{2})(\d{2})$/.exec(text) ?? /^(\d{4})[-/. ](\d{1,2})[-/. ](\d{1,2})$/.exec(text)
  if (compact) return `${compact[1]}-${compact[2]}-${compact[3]}`
  const english = englishDay(text)
  if (english) return english
  const parts = /^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{1,2})$/.exec(text)
  return parts ? orderedDay([parts[1]!, parts[2]!, parts[3]!], order) : noTime
}

/** Three numbers whose order the file does not tell, unless only one of them can be the year, or one of the first two is past twelve. */
function orderedDay([first, second, third]: [string, string, string], order: DateOrder | undefined): string | LocaleText {
  // Nobody writes a year with one digit.
  if (third.length === 1) return first.length === 2 ? `${fullYear(first)}-${second}-${third}` : noTime
  if (order === 'ymd') return third.length === 2 ? `${fullYear(first)}-${second}-${third}` : unclear
  if (order === 'mdy') return `${fullYear(third)}-${first}-${second}`
  if (order === 'dmy') return `${fullYear(third)}-${second}-${first}`
  if (third.length === 2 && Number(first) > 31) return `${fullYear(first)}-${second}-${third}`
  if (third.length === 2 && Number(third) <= 31) return unclear
  const year = fullYear(third)
  if (Number(first) > 12) return `${year}-${second}-${first}`
  return Number(second) > 12 || first === second ? `${year}-${first}-${second}` : unclear
}

/** `5 Mar 2024`, `Mar 5, 2024`, `05-Mar-24`. */
function englishDay(text: string): string | null {
  const match = /^(\d{1,2})[-\s]([a-z]{3,9})\.?[-\s,]+(\d{4}|\d{2})$/i.exec(text) ?? /^([a-z]{3,9})\.?\s(\d{1,2}),?\s(\d{4})$/i.exec(text)
  if (!match) return null
  const [name, day] = /^\d/.test(match[1]!) ? [match[2]!, match[1]!] : [match[1]!, match[2]!]
  const month = monthNames.indexOf(name.slice(0, 3).toLowerCase()) + 1
  return month === 0 ? null : `${fullYear(match[3]!)}-${month}-${day}`
}

/** Two digits are of this century up to 69, as spreadsheets have it. */
function fullYear(year: string): string {
  if (year.length === 4) return year
  return Number(year) < 70 ? `20${year.padStart(2, '0')}` : `19${year}`
}
