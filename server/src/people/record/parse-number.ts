const units: Readonly<Record<string, number>> = { 千: 3, 万: 4, w: 4, 百万: 6, 千万: 7, 亿: 8, k: 3 }
const shape = /^([+-]?)(\d+(?:,\d{3})*|\d*)(?:\.(\d*))?(?:e([+-]?\d{1,3}))?(千万|百万|千|万|亿|w|k)?(%|％)?$/iu

/** A written number as digits: sign, digits before and after the point, and by which power of ten they count. */
export interface WrittenNumber {
  negative: boolean
  whole: string
  decimals: string
  exponent: number
}

/**
 * A number as people and spreadsheets write it: `1,234.50`, `１２３`, `1.2万`, `3亿`, `(1,234.50)` and `−5` for less than nothing, `15%`, `¥12`,
 * `12元`, `12块`, `RMB 12`, `1.5E+3`. Kept as digits, so that money loses no fen. Null when it is none.
 */
export function readNumber(given: string): WrittenNumber | null {
  let text = given.normalize('NFKC').trim().replace(/^[−–]/u, '-')
  const isBracketed = /^\(.*\)$/u.test(text)
  if (isBracketed) text = text.slice(1, -1)
  text = text
    .replace(/^([+-]?)\s*(?:¥|￥|\$|RMB|CNY|人民币)\s*/iu, '$1')
    .replace(/\s*(?:元整|元|圆|块钱|块|RMB|CNY)$/iu, '')
    .replace(/(?<=\d)\s+(?=[千百万亿%])/u, '')
  const match = shape.exec(text)
  if (!match) return null
  const [, sign, grouped = '', decimals = '', power, unit, percent] = match
  if (grouped === '' && decimals === '') return null
  if (grouped.includes(',') && !/^\d{1,3}(?:,\d{3})+$/u.test(grouped)) return null
  const exponent = Number(power ?? 0) + (unit ? units[unit.toLowerCase()]! : 0) - (percent ? 2 : 0)
  return { negative: sign === '-' || isBracketed, whole: grouped.replaceAll(',', ''), decimals, exponent }
}

const plainWhole = /^\d{1,15}$/
/** What is counted, after the number: 28岁, 3 次. No 分, which is a hundredth of money; no 月 or 年, which may be the twelfth and not twelve. */
const counted = /(?<=\d)\s*(?:周岁|岁|次|个|件|天|单|笔|张|人|条|小时|分钟|公斤|kg|厘米|cm)$/iu

/** The same as a number, also with the word for what is counted; null when it is none or beyond what numbers hold. */
export function parseNumber(given: string): number | null {
  if (plainWhole.test(given)) return Number(given)
  const read = readNumber(given) ?? readNumber(given.trimEnd().replace(counted, ''))
  if (!read) return null
  const value = Number(`${read.negative ? '-' : ''}${read.whole || '0'}.${read.decimals || '0'}e${read.exponent}`)
  return Number.isFinite(value) ? value + 0 : null
}
