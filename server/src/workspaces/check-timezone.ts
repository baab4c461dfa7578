import { AppError } from '../platform/errors.ts'

/** Makes sure of an IANA zone name that both stores know too; offsets such as `+08:00` have no daylight saving and are refused. */
export function checkTimezone(timezone: string): void {
  if (/^[A-Za-z]+([/_+-][A-Za-z0-9_+-]+)*$/.test(timezone) && isZone(timezone)) return
  throw new AppError('validation', {
    problems: [{ at: 'body.timezone', zh: '不认识的时区，应为 Asia/Shanghai 这样的名称', en: 'Not a known time zone, such as Asia/Shanghai' }],
  })
}

function isZone(timezone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: timezone }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
