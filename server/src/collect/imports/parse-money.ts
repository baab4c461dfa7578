const decimal = /^([+-]?)(\d{1,13})(?:\.(\d+))?$/
const scientific = /^([+-]?)(\d{1,15})(?:\.(\d{1,20}))?e([+-]?\d{1,3})$/i
const grouped = /^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?$/

/**
 * Yuan as people and tills write them, in integer fen; null when it is no amount. Decimal arithmetic on the digits, so 3.86 is 386;
 * more than two decimals round half away from zero. Knows ¥, 元, thousands separators and the `4.4e-16` that programs write.
 */
export function parseMoneyFen(given: string): number | null {
  const match = decimal.exec(given) ?? decimal.exec(bareNumber(given))
  if (!match) return null
  const decimals = match[3] ?? ''
  const rounded = decimals.charCodeAt(2) >= 53 ? 1 : 0
  const fen = Number(match[2]) * 100 + Number(decimals.slice(0, 2).padEnd(2, '0')) + rounded
  return match[1] === '-' && fen !== 0 ? -fen : fen
}

function bareNumber(given: string): string {
  const text = given
    .normalize('NFKC')
    .trim()
    .replace(/^([+-]?)\s*[¥¥]\s*/, '$1')
    .replace(/\s*元$/, '')
  if (grouped.test(text)) return text.replaceAll(',', '')
  const match = scientific.exec(text)
  return match ? withoutExponent(match) : text
}

/** Moves the decimal point over the digits, so that no binary fraction comes in between. */
function withoutExponent(match: RegExpExecArray): string {
  const whole = match[2] ?? ''
  const digits = whole + (match[3] ?? '')
  const point = whole.length + Number(match[4])
  if (point <= 0) return `${match[1]}0.${'0'.repeat(Math.min(-point, 10))}${digits}`
  return `${match[1]}${digits.slice(0, point).padEnd(point, '0')}.${digits.slice(point) || '0'}`
}
