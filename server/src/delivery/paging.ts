import { AppError } from '../platform/errors.ts'

/** The id before which a page begins; throws `validation` for a cursor that is none. */
export function beforeId(cursor: string | undefined): string | null {
  if (cursor === undefined) return null
  if (!/^\d{1,18}$/.test(cursor)) throw new AppError('validation', { problems: [{ at: 'query.cursor', zh: '翻页位置无效', en: 'Not a valid cursor' }] })
  return cursor
}

/** Cuts `limit + 1` rows to a page. */
export function pageOf<Row>(rows: readonly Row[], limit: number, idOf: (row: Row) => number): { rows: Row[]; nextCursor?: string } {
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return rows.length > limit && last ? { rows: page, nextCursor: String(idOf(last)) } : { rows: page }
}
