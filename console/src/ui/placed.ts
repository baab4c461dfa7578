/** Items of a list that have no identity but their place, each with the key of its place. */
export function placed<Item>(items: readonly Item[]): { item: Item; index: number; key: string }[] {
  return items.map((item, index) => ({ item, index, key: String(index) }))
}
