import { readNumber } from '../../people/index.ts'

const decimal = /^([+-]?)(\d{1,13})(?:\.(\d+))?$/
/** More yuan than that is no amount of anybody. */
const digitsMax = 13

/**
 * Yuan as people and tills write them, in integer fen; null when it is no amount. Decimal arithmetic on the digits, so 3.86 is 386;
 * more than two decimals round half away from zero. Knows ¥, 元, 万, thousands separators, brackets and the `4.4e-16` that programs write.
 */
export function parseMoneyFen(given: string): number | null {
  const plain = decimal.exec(given)
  if (plain) return fenOf({ negative: plain[1] === '-', whole: plain[2]!, decimals: plain[3] ?? '' })
  const read = given.includes('%') ? null : readNumber(given)
  if (!read) return null
  const moved = withoutExponent(read)
  return moved.whole.length > digitsMax ? null : fenOf(moved)
}

interface Digits {
  negative: boolean
  whole: string
  decimals: string
}

function fenOf({ negative, whole, decimals }: Digits): number {
  const rounded = decimals.charCodeAt(2) >= 53 ? 1 : 0
  const fen = Number(whole) * 100 + Number(decimals.slice(0, 2).padEnd(2, '0')) + rounded
  return negative && fen !== 0 ? -fen : fen
}

/** Moves the decimal point over the digits, so that no binary fraction comes in between. */
function withoutExponent({ negative, whole, decimals, exponent }: Digits & { exponent: number }): Digits {
  const digits = whole + decimals
  const point = whole.length + Math.max(-400, Math.min(400, exponent))
  if (point <= 0) return { negative, whole: '0', decimals: '0'.repeat(Math.min(-point, 10)) + digits }
  const moved = digits
    .slice(0, point)
    .padEnd(point, '0')
    .replace(/^0+(?=\d)/, '')
  return { negative, whole: moved, decimals: digits.slice(point) }
}
