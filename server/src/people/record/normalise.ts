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
const phonePunctuation = /[\s\-‐-―().·'`’\p{Cf}]+/gu
/** A longer text is no number, and is not searched for reasons. */
const phoneLengthMax = 60
const phoneLabel = /^(?:tel|phone|mobile|手机号码|手机号|手机|联系电话|电话|号码)[:：\s]*(?=[+\d(])/iu
const twoPhones = /\d{7}\D*[/,，、;；|\s]\D*(?:\+?86)?\d{7}/u
const phoneExtension = /\d{7}\s*(?:-|转|分机|ext\.?|#|x)\s*\d{1,6}$/iu
const scientific = /^\d(?:\.\d+)?e\+?\d+$/i
const scientificIdentifier = /^\d(?:\.\d+)?E\+\d{2,3}$/
/** What programs and people write where they know nobody; as an identity it would make one person of all of these. */
const nobody = new Set([
  ...'- -- — —— – / \\ \\n null (null) <null> undefined nil none nan n/a unknown anonymous [] {} true false 无 暂无 没有 未知 不详 匿名'.split(' '),
  '[object object]',
])
const zeroes = /^[0-]{32,36}$/
const emailShape = /^[^\s@"(),:;<>[\]\\]+@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?\.)+[\p{L}\p{N}-]{2,}$/u

const noPhone: Rejection = { zh: '不是有效的手机号码', en: 'Not a valid phone number' }
const phoneTurnedNumber: Rejection = {
  zh: '手机号被表格软件改成了科学计数法，末尾数字已丢失；请把该列设为文本后重新导出',
  en: 'A spreadsheet turned this phone number into scientific notation and its last digits are lost; export the column as text',
}
const maskedPhone: Rejection = { zh: '号码被打了星号，认不出是谁', en: 'The number is masked with asterisks and tells nobody' }
const severalPhones: Rejection = { zh: '写了不止一个号码，请只留一个', en: 'There is more than one number; keep one' }
const extendedPhone: Rejection = { zh: '带分机号的固定电话不能认出一个人', en: 'A landline with an extension does not tell who somebody is' }
const shortPhone: Rejection = { zh: '位数不够：没有区号，或是短号', en: 'Too few digits: the area code is missing, or it is a short number' }
const mobileLength = (digits: number): Rejection => ({
  zh: `手机号应为 11 位，这里有 ${digits} 位`,
  en: `A mobile number has 11 digits, this one has ${digits}`,
})
const noEmail: Rejection = { zh: '不是有效的邮箱地址', en: 'Not a valid e-mail address' }
const severalEmails: Rejection = { zh: '写了不止一个邮箱，请只留一个', en: 'There is more than one address; keep one' }
const nobodyValue: Rejection = { zh: '「无」「null」一类的值认不出是谁', en: 'A value such as “none” or “null” tells nobody' }
/** An identifier that a spreadsheet has turned into scientific notation. */
const damagedIdentifier: Rejection = {
  zh: '编号被表格软件改成了科学计数法，末尾数字已丢失；请把该列设为文本后重新导出',
  en: 'A spreadsheet turned this number into scientific notation and its last digits are lost; export the column as text',
}
const emptyValue: Rejection = { zh: '值为空', en: 'The value is empty' }
const longIdentifier: Rejection = { zh: `标识超过 ${identifierLengthMax} 个字符`, en: `The identifier is longer than ${identifierLengthMax} characters` }

/**
 * A phone number as E.164. Numbers without a country are mainland China's; mainland mobiles (nearly all of them) take a path without the
 * metadata of libphonenumber. Knows spaces, dashes, brackets, full-width digits, `+86`, `0086`, the `.0` that spreadsheets add and the invisible
 * signs that address books put around a copied number.
 */
export function normalisePhone(given: string): Normalised {
  const fast = mainlandMobile.exec(given)
  if (fast) return `+86${fast[1]}`
  const text = given.normalize('NFKC').trim()
  if (text === '') return emptyValue
  if (scientific.test(text)) return phoneTurnedNumber
  const bare = text.replace(/\.0$/, '').replace(phoneLabel, '').replace(phonePunctuation, '')
  const mobile = mainlandMobile.exec(bare)
  if (mobile) return `+86${mobile[1]}`
  if (!/^\+?\d{5,18}$/.test(bare)) return noPhoneBecause(text, bare)
  const parsed = parsePhoneNumberFromString(bare.startsWith('00') ? `+${bare.slice(2)}` : bare, 'CN')
  return parsed?.isValid() ? parsed.number : noPhoneBecause(text, bare)
}

/** Why a text is no phone number, in the words that help to mend it. */
function noPhoneBecause(text: string, bare: string): Rejection {
  if (text.length > phoneLengthMax) return noPhone
  if (/\d\*+|\*+\d/.test(text)) return maskedPhone
  if (twoPhones.test(text)) return severalPhones
  if (phoneExtension.test(text)) return extendedPhone
  if (/^1[3-9]\d{8}$|^1[3-9]\d{10,11}$/.test(bare)) return mobileLength(bare.length)
  return /^\d{3,8}$/.test(bare) ? shortPhone : noPhone
}

/**
 * An e-mail address: NFKC, lower-case, at most 254 characters (RFC 5321 §4.5.3.1). Without blanks around it or its `@`, without what mail
 * programs put around it (`张三 <a@example.com>`, `mailto:`), with 。 for a point.
 */
export function normaliseEmail(given: string): Normalised {
  const text = cleanText(given).normalize('NFKC').trim().toLowerCase()
  if (isEmail(text)) return text
  if (text === '') return emptyValue
  const inner = /^[^<>@]*<([^<>]+)>$/u.exec(text)?.[1] ?? text
  const bare = inner
    .replace(/^mailto:\s*/u, '')
    .replace(/\s*@\s*/u, '@')
    .replaceAll('。', '.')
    .replace(/\p{Cf}/gu, '')
    .trim()
    .replace(/[.,;]$/u, '')
  if (isEmail(bare)) return bare
  return (text.match(/@/g)?.length ?? 0) > 1 && /[,;/|、\s]/u.test(text) ? severalEmails : noEmail
}

function isEmail(text: string): boolean {
  return text.length <= 254 && text.indexOf('@') <= 64 && emailShape.test(text)
}

/** A member number, user id or anonymous id: blanks around it removed, otherwise as it is; letters keep their case. */
export function normaliseIdentifier(given: string): Normalised {
  const text = cleanText(given).trim()
  if (text === '') return emptyValue
  if (text.length > identifierLengthMax) return longIdentifier
  return isNobody(text) ? nobodyValue : (damagedNumber(text) ?? text)
}

/** Whether a value stands for nobody: null, undefined, 无, the all-zero device id. */
export function isNobody(text: string): boolean {
  return text.length <= 16 ? nobody.has(text.toLowerCase()) : text.charCodeAt(0) === 48 && zeroes.test(text)
}

/** What is wrong with a number that a spreadsheet has shortened to `1.23457E+17`; null when it is whole. */
export function damagedNumber(text: string): Rejection | null {
  return scientificIdentifier.test(text) ? damagedIdentifier : null
}

/** Text that every store takes: without the zero character, and without halves of surrogate pairs. */
export function cleanText(text: string): string {
  const whole = text.isWellFormed() ? text : text.toWellFormed()
  return whole.includes('\0') ? whole.replaceAll('\0', '') : whole
}
