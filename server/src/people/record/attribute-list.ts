/** Texts a list holds at most; the oldest make room. */
export const listItemsMax = 100
/** Longest text of a list. */
export const listItemLengthMax = 200

/** A list with more texts, each once, in the order in which they first came. */
export function appendToList(list: readonly string[], more: readonly string[]): string[] {
  const all = [...new Set([...list, ...more])]
  return all.length <= listItemsMax ? all : all.slice(-listItemsMax)
}

/** Whether two values of an attribute are the same; lists by their texts. */
export function isSameValue(left: unknown, right: unknown): boolean {
  if (!Array.isArray(left) || !Array.isArray(right)) return left === right
  return left.length === right.length && left.every((item, index) => item === right[index])
}
