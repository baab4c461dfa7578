/** What ends the name of a step, so that a path without separators can be taken apart. */
const step = /.+?(?:自治区|特别行政区|自治州|自治县|省|市|地区|盟|区|县|旗)/gu
const separators = /[ \t/\\|>·,，、—–-]+/u

/**
 * The regions that a region lies in, the widest first and itself last, each as the beginning of its text: 浙江省杭州市 lies in 浙江省 and in itself. What is written
 * neither with separators nor with the names of steps is one region.
 */
export function regionSteps(region: string): string[] {
  const parts = region.split(separators).filter((part) => part !== '')
  const names = parts.length > 1 ? parts : stepsOf(parts[0] ?? '')
  let end = 0
  return names.map((name) => {
    end = region.indexOf(name, end) + name.length
    return region.slice(0, end)
  })
}

function stepsOf(text: string): string[] {
  const names = text.match(step) ?? []
  const rest = text.slice(names.join('').length)
  return rest === '' ? names : [...names, rest]
}

/** Regions of values with how many people are in each, the largest first. A region that is written in several ways is each of them. */
export function countRegions(values: readonly { value: string; count: number }[]): { value: string; count: number }[] {
  const counts = new Map<string, number>()
  for (const { value, count } of values) for (const region of regionSteps(value)) counts.set(region, (counts.get(region) ?? 0) + count)
  return Array.from(counts, ([value, count]) => ({ value, count })).toSorted((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
}
