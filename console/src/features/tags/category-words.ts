import type { TagCategory } from '../../../../contracts/tags.ts'

/** A category and everything it lies in, the nearest first. */
export function holdersOf(categories: readonly TagCategory[], id: string): string[] {
  const parents = new Map(categories.map((category) => [category.id, category.parentId]))
  const holders: string[] = []
  for (let up: string | null | undefined = id; up && !holders.includes(up); up = parents.get(up)) holders.push(up)
  return holders
}

/** Its name with those it lies in: `兴趣 / 美妆`. */
export function pathOf(categories: readonly TagCategory[], id: string | null): string {
  if (id === null) return ''
  const names = new Map(categories.map((category) => [category.id, category.name]))
  return holdersOf(categories, id)
    .toReversed()
    .map((holder) => names.get(holder) ?? '')
    .join(' / ')
}
