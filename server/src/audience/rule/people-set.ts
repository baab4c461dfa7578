/** An expression of a bitmap, or the complement of one. */
export interface PeopleSet {
  kind: 'set'
  bitmap: string
  complement: boolean
}

export const empty = 'bitmapBuild(emptyArrayUInt32())'

/** Those in all of `plain` and in none of `complements`. */
export function intersection(plain: readonly string[], complements: readonly string[]): PeopleSet {
  const out = nested(complements, 'bitmapOr')
  if (plain.length === 0) return { kind: 'set', bitmap: out, complement: true }
  const inside = nested(plain, 'bitmapAnd')
  return { kind: 'set', bitmap: complements.length === 0 ? inside : `bitmapAndnot(${inside}, ${out})`, complement: false }
}

export function complementOf(set: PeopleSet): PeopleSet {
  return { ...set, complement: !set.complement }
}

/** Balanced, so that a hundred leaves nest seven deep. */
export function nested(bitmaps: readonly string[], operation: 'bitmapAnd' | 'bitmapOr'): string {
  const [first = empty] = bitmaps
  if (bitmaps.length <= 1) return first
  const middle = bitmaps.length >> 1
  return `${operation}(${nested(bitmaps.slice(0, middle), operation)}, ${nested(bitmaps.slice(middle), operation)})`
}
