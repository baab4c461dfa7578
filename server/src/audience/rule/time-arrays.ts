/**
 * Times of one person's rows in arrays, in order, as milliseconds that are never 0 or less: 0 says that a row is not meant. A row is its time and, in the lowest bits, what it
 * matches.
 */
const bitsMax = 1024
/** Years before 1970 are negative otherwise; warehouse times begin in 1900. */
const offsetMs = 4_000_000_000_000

/** An instant as milliseconds that are never negative. */
export function positiveMs(column: string): string {
  return `(toUnixTimestamp64Milli(${column}) + ${offsetMs})`
}

/** An instant as a number that leaves room for the bits. */
export function codedTime(column: string): string {
  return `${positiveMs(column)} * ${bitsMax}`
}

/** An instant as it stands in `times`. */
export function arrayTime(at: Date): number {
  return at.getTime() + offsetMs
}

/** Columns over `rows`: their times, and whether a row is at the same time as the one before or after it. */
export const timesSql = [
  `arrayMap(row -> intDiv(row, ${bitsMax}), rows) as times`,
  'arrayMap((time, before) -> time = before, times, arrayPushFront(arrayPopBack(times), toInt64(0))) as is_as_before',
  'arrayMap((time, after) -> time = after, times, arrayPushBack(arrayPopFront(times), toInt64(0))) as is_as_after',
]

/** For each row the latest meant time strictly before its own; 0 where there is none. */
export function latestBefore(column: string): string {
  return `arrayFill((time, is_same) -> not is_same, arrayPushFront(arrayPopBack(arrayFill(time -> time > 0, ${column})), toInt64(0)), is_as_before)`
}

/** For each row the next meant time strictly after its own; 0 where there is none. */
export function nextAfter(column: string): string {
  return `arrayReverseFill((time, is_same) -> not is_same, arrayPushBack(arrayPopFront(arrayReverseFill(time -> time > 0, ${column})), toInt64(0)), is_as_after)`
}
