import { maskEmail, maskPhone, normaliseEmail, normalisePhone } from '../../people/index.ts'

export function looksLikePhone(value: string): boolean {
  return /^\+?[\d\s-]{11,17}$/.test(value) && typeof normalisePhone(value) === 'string' && /1[3-9]\d{9}$/.test(value.replace(/[\s-]/g, ''))
}

export function looksLikeEmail(value: string): boolean {
  return value.includes('@') && typeof normaliseEmail(value) === 'string'
}

/** Hides a value that is a phone number or an e-mail address. */
export function maskPersonal(value: string): string {
  const text = value.trim()
  if (looksLikePhone(text)) {
    const normalised = normalisePhone(text)
    return typeof normalised === 'string' ? maskPhone(normalised) : text
  }
  return looksLikeEmail(text) ? maskEmail(text) : value
}
