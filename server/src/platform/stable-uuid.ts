import { hash } from 'node:crypto'

/** A UUID made of its parts: the same parts give the same UUID on every process and after every restart. */
export function stableUuid(...parts: readonly (string | number)[]): string {
  const digest = hash('sha256', parts.join('\u0000'), 'buffer')
  // Version 8 (own method) and the RFC 9562 variant.
  digest[6] = (digest[6]! & 0x0f) | 0x80
  digest[8] = (digest[8]! & 0x3f) | 0x80
  const hex = digest.toString('hex', 0, 16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
