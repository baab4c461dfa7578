import { maskEmail, maskPhone } from './mask.ts'

const mobile = /(?<![\d.])(?:\+?86[ -]?)?1[3-9]\d(?:[ -]?\d{4}){2}(?![\d.])/g
const email = /[^\s@"(),:;<>[\]\\]+@(?:[\p{L}\p{N}-]+\.)+[\p{L}\p{N}-]{2,}/gu

/** Text with the phones and e-mail addresses in it masked, for attributes, properties and replies, where they should not be and sometimes are. */
export function maskAddress(text: string): string {
  const masked = text.replace(mobile, (found) => maskPhone(found.replace(/[ -]/g, '')))
  return masked.includes('@') ? masked.replace(email, (found) => maskEmail(found)) : masked
}

/** The same for an attribute: a text, or every text of a list; numbers are left as they are. */
export function maskAttribute(value: string | number | boolean | string[]): string | number | boolean | string[] {
  if (Array.isArray(value)) return value.map(maskAddress)
  return typeof value === 'string' ? maskAddress(value) : value
}

/** The same for every text inside a JSON value; numbers of orders are left as they are. */
export function maskAddresses(value: unknown): unknown {
  if (typeof value === 'string') return maskAddress(value)
  if (Array.isArray(value)) return value.map(maskAddresses)
  if (typeof value !== 'object' || value === null) return typeof value === 'number' ? maskNumber(value) : value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, key === 'order_id' ? inner : maskAddresses(inner)]))
}

/** A phone may come as a number; 11 digits starting with a mobile's prefix are shown as text then. */
function maskNumber(value: number): number | string {
  const text = String(value)
  return /^1[3-9]\d{9}$/.test(text) ? maskAddress(text) : value
}
