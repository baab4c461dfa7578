/** A phone number as people without the right to reveal see it: `138****1234`; foreign numbers keep country and the last four digits. */
export function maskPhone(phone: string): string {
  const mainland = /^(?:\+86)?(1\d{2})\d{4}(\d{4})$/.exec(phone)
  if (mainland) return `${mainland[1]}****${mainland[2]}`
  const head = phone.startsWith('+') ? phone.slice(0, 3) : ''
  return phone.length - head.length > 4 ? `${head}****${phone.slice(-4)}` : '****'
}

/** Any other secret value: its last two characters when it is long enough not to be guessed from them. */
export function maskIdentifier(value: string): string {
  return value.length >= 8 ? `****${value.slice(-2)}` : '****'
}

/** An e-mail address masked: `z***@example.com`. */
export function maskEmail(email: string): string {
  const at = email.lastIndexOf('@')
  if (at < 1) return '***'
  return `${String.fromCodePoint(email.codePointAt(0) ?? 0)}***${email.slice(at)}`
}
