import { hash } from 'node:crypto'

/** A UUID made of `parts`: the same parts give the same key, now and in every later import. */
export function stableKey(...parts: readonly (string | number)[]): string {
  const digest = hash('sha256', JSON.stringify(parts), 'hex')
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-8${digest.slice(13, 16)}-${variant(digest)}${digest.slice(17, 20)}-${digest.slice(20, 32)}`
}

/** The first digit of the clock part is 8, 9, a or b in every UUID (RFC 9562 §4.1). */
function variant(digest: string): string {
  return ((Number.parseInt(digest.charAt(16), 16) & 3) | 8).toString(16)
}
