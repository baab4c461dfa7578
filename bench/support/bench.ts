export type BenchSize = 'small' | 'full'

/** What a bench answers; every number is finite, or the run fails. */
export interface BenchReport {
  /** What was measured on: counts of people, events, connections. */
  conditions: Record<string, string | number>
  metrics: Record<string, number>
  /** The peer or the physical limit, measured in the same run. */
  beside: Record<string, number>
}

/** A file of `bench/` exports this as `bench`. Throws when it cannot measure. */
export type Bench = (size: BenchSize) => Promise<BenchReport>

/** Tells whoever watches; the last line of standard output stays the report's. */
export function say(text: string): void {
  console.error(`  ${text}`)
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** The smallest value that at least `share` of the values do not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!
}

/** Numbers from a seed, so that every run has the same data (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
