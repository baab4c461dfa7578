/** How many characters of a common beginning count, and how much each. */
const prefixMax = 4
const prefixWeight = 0.1

/**
 * How alike two texts are, 0 to 1, by the measure of Jaro with Winkler's bonus for a common beginning (W. E. Winkler, "String Comparator Metrics and Enhanced
 * Decision Rules in the Fellegi–Sunter Model of Record Linkage", 1990): made for names with typing errors.
 */
export function jaroWinkler(left: string, right: string): number {
  if (left === right) return left === '' ? 0 : 1
  const similarity = jaro(Array.from(left), Array.from(right))
  let prefix = 0
  while (prefix < prefixMax && prefix < left.length && left[prefix] === right[prefix]) prefix++
  return similarity + prefix * prefixWeight * (1 - similarity)
}

function jaro(left: readonly string[], right: readonly string[]): number {
  const reach = Math.max(0, (Math.max(left.length, right.length) >> 1) - 1)
  const taken = new Uint8Array(right.length)
  const matchedLeft: string[] = []
  for (const [index, character] of left.entries()) {
    const end = Math.min(right.length - 1, index + reach)
    for (let at = Math.max(0, index - reach); at <= end; at++) {
      if (taken[at] === 1 || right[at] !== character) continue
      taken[at] = 1
      matchedLeft.push(character)
      break
    }
  }
  const matches = matchedLeft.length
  if (matches === 0) return 0
  const matchedRight = right.filter((_, index) => taken[index] === 1)
  const moved = matchedLeft.filter((character, index) => character !== matchedRight[index]).length / 2
  return (matches / left.length + matches / right.length + (matches - moved) / matches) / 3
}
