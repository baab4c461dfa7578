/** Stands for every key of the person that has no source of its own. */
const common = '*'
/** The packed form of keys that nobody in particular said. */
const nobody = 0

/**
 * The sources of a person as they are stored: the most usual one stands under `*` once, and only others by key. An import says everything
 * of a new person, so its row holds one number. Nothing is lost: `unpackSources` gives back the same. Null when there is none.
 */
export function packSources(sources: Readonly<Record<string, number>>, times: Readonly<Record<string, number>>): Record<string, number> | null {
  let first: number | undefined
  let isOne = true
  for (const key in sources) {
    if (first === undefined) first = sources[key]!
    else if (sources[key] !== first) isOne = false
  }
  if (first === undefined) return null
  const usual = isOne ? first : mostUsual(Object.values(sources))
  const packed: Record<string, number> = { [common]: usual }
  for (const key in times) {
    const source = sources[key] ?? nobody
    if (source !== usual) packed[key] = source
  }
  return packed
}

function mostUsual(sources: readonly number[]): number {
  const counts = new Map<number, number>()
  for (const source of sources) counts.set(source, (counts.get(source) ?? 0) + 1)
  return [...counts].reduce((best, next) => (next[1] > best[1] ? next : best))[0]
}

/** Source by key of everything that has a time. */
export function unpackSources(stored: Readonly<Record<string, number>> | null, times: Readonly<Record<string, number>>): Record<string, number> {
  const sources: Record<string, number> = {}
  if (stored === null) return sources
  const usual = stored[common] ?? nobody
  for (const key in times) {
    const source = stored[key] ?? usual
    if (source !== nobody) sources[key] = source
  }
  return sources
}
