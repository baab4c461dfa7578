import { parsePhoneNumberFromString } from 'libphonenumber-js/max'

/** Why a value was refused, for the person who gave it. */
export interface Rejection {
  zh: string
  en: string
}

/** A normalised value or the reason why there is none; tell them apart with `typeof … === 'string'`. */
export type Normalised = string | Rejection

/** Longest identifier that is kept (member numbers, user ids, open ids). */
export const identifierLengthMax = 128

const mainlandMobile = /^(?:\+?86|0086)?(1[3-9]\d{9})$/
const phonePunctuation = /[\s\-‐-―().·]+/g
const scientific = /^\d(?:\.\d+)?e\+?\d+$/i
const emailShape = /^[^\s@"(),:;<>[\]\\]+@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?\.)+[\p{L}\p{N}-]{2,}$/u

const noPhone: Rejection = { zh: '不是有效的手机号码', en: 'Not a valid phone number' }
const phoneTurnedNumber: Rejection = {
  zh: '手机号被表格软件改成了科学计数法，末尾数字已丢失；请把该列设为文本后重新导出',
  en: 'A spreadsheet turned this phone number into scientific notation and its last digits are lost; export the column as text',
}
const noEmail: Rejection = { zh: '不是有效的邮箱地址', en: 'Not a valid e-mail address' }
const emptyValue: Rejection = { zh: '值为空', en: 'The value is empty' }
const longIdentifier: Rejection = { zh: `标识超过 ${identifierLengthMax} 个字符`, en: `The identifier is longer than ${identifierLengthMax} characters` }

/**
 * A phone number as E.164. Numbers without a country are mainland China's; mainland mobiles (nearly all of them) take a path without the
 * metadata of libphonenumber. Knows spaces, dashes, brackets, full-width digits, `+86`, `0086` and the `.0` that spreadsheets add.
 */
export function normalisePhone(given: string): Normalised {
  const fast = mainlandMobile.exec(given)
  if (fast) return `+86${fast[1]}`
  const text = given.normalize('NFKC').trim()
  if (text === '') return emptyValue
  if (scientific.test(text)) return phoneTurnedNumber
  const bare = text.replace(/\.0$/, '').replace(phonePunctuation, '')
  const mobile = mainlandMobile.exec(bare)
  if (mobile) return `+86${mobile[1]}`
  if (!/^\+?\d{5,18}$/.test(bare)) return noPhone
  const parsed = parsePhoneNumberFromString(bare.startsWith('00') ? `+${bare.slice(2)}` : bare, 'CN')
  return parsed?.isValid() ? parsed.number : noPhone
}

/** An e-mail address: NFKC, without blanks around it, lower-case, at most 254 characters (RFC 5321 §4.5.3.1). */
export function normaliseEmail(given: string): Normalised {
  const text = cleanText(given).normalize('NFKC').trim().toLowerCase()
  if (text === '') return emptyValue
  return text.length <= 254 && text.indexOf('@') <= 64 && emailShape.test(text) ? text : noEmail
}

/** A member number, user id or anonymous id: blanks around it removed, otherwise as it is; letters keep their case. */
export function normaliseIdentifier(given: string): Normalised {
  const text = cleanText(given).trim()
  if (text === '') return emptyValue
  return text.length <= identifierLengthMax ? text : longIdentifier
}

/** Text that every store takes: without the zero character, and without halves of surrogate pairs. */
export function cleanText(text: string): string {
  const whole = text.isWellFormed() ? text : text.toWellFormed()
  return whole.includes('\0') ? whole.replaceAll('\0', '') : whole
}
