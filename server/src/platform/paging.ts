import { AppError } from './errors.ts'

/** A list's place in rows with whole numbers as ids; null at the beginning. @throws `validation` for a cursor that is none */
export function idCursor(cursor: string | undefined): string | null {
  return checked(cursor, /^\d{1,18}$/)
}

/** A list's place in rows with UUIDs as ids; null at the beginning. @throws `validation` for a cursor that is none */
export function uuidCursor(cursor: string | undefined): string | null {
  return checked(cursor, /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i)
}

export function wrongCursor(): AppError {
  return new AppError('validation', { problems: [{ at: 'query.cursor', zh: '翻页位置无效', en: 'Not a valid cursor' }] })
}

/** Cuts `limit + 1` rows to a page; there is a next one when the row too many was there. */
export function pageOf<Row>(rows: readonly Row[], limit: number, cursorOf: (last: Row) => string | number): { rows: Row[]; nextCursor?: string } {
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return rows.length > limit && last !== undefined ? { rows: page, nextCursor: String(cursorOf(last)) } : { rows: page }
}

function checked(cursor: string | undefined, shape: RegExp): string | null {
  if (cursor === undefined) return null
  if (!shape.test(cursor)) throw wrongCursor()
  return cursor
}
