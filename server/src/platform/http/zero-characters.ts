import type { Problem } from '../../../../contracts/errors.ts'

const zeroCharacter = '\u0000'

/** One problem for each text, and each name of a field, that holds the character U+0000: PostgreSQL keeps it in no text. */
export function zeroCharacterProblems(value: unknown, at: string): Problem[] {
  if (typeof value === 'string') return value.includes(zeroCharacter) ? [problemAt(at)] : []
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => (key.includes(zeroCharacter) ? [problemAt(at)] : zeroCharacterProblems(inner, `${at}.${key}`)))
}

function problemAt(at: string): Problem {
  return { at, zh: '不能含有空字符（U+0000），请删去后重试', en: 'Must not hold the character U+0000; take it out and try again' }
}
