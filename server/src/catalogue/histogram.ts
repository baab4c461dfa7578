import type { AttributeFacts } from '../../../contracts/catalogue.ts'

type Bars = AttributeFacts['histogram']

const steps = 64
const barsMax = 20

/** Levels at which quantiles are asked for: least, every 64th, greatest. */
export const quantileLevels: readonly number[] = Array.from({ length: steps + 1 }, (_, index) => index / steps)

/** One bar for each of a few values, in their order. */
export function barsOfValues(top: readonly (readonly [string | null, number])[], total: number): Bars {
  return top
    .map(([value, count]) => ({ from: Number(value), to: Number(value), share: total === 0 ? 0 : count / total }))
    .filter(({ from }) => Number.isFinite(from))
    .toSorted((left, right) => left.from - right.from)
}

/**
 * Bars of equal width from quantiles, between the 64th part from below and from above, so that one wrong value does not press all others
 * into one bar; what lies outside stands in the outermost bars. Days come as days since 1970 and leave as `YYYY-MM-DD`.
 */
export function barsOfQuantiles(quantiles: readonly (number | null)[], isDays: boolean): Bars {
  const known = quantiles.filter((value): value is number => value !== null && Number.isFinite(value))
  if (known.length < steps + 1) return []
  const [low, high] = [known[1]!, known[steps - 1]!]
  if (high <= low) return [bar(known[0]!, known[steps]!, 1, isDays)]
  const width = (high - low) / barsMax
  return Array.from({ length: barsMax }, (_, index) => {
    const [from, to] = [low + index * width, low + (index + 1) * width]
    const below = index === 0 ? 0 : shareBelow(known, from)
    const upTo = index === barsMax - 1 ? 1 : shareBelow(known, to)
    return bar(from, to, upTo - below, isDays)
  })
}

function shareBelow(quantiles: readonly number[], value: number): number {
  let index = 0
  while (index < steps && quantiles[index + 1]! <= value) index++
  if (index >= steps) return 1
  const [left, right] = [quantiles[index]!, quantiles[index + 1]!]
  const within = right > left ? Math.max(0, (value - left) / (right - left)) : 0
  return (index + within) / steps
}

function bar(from: number, to: number, share: number, isDays: boolean): Bars[number] {
  return isDays ? { from: dayText(from), to: dayText(to), share } : { from: round(from), to: round(to), share }
}

function round(value: number): number {
  return Number(value.toPrecision(6))
}

/** Days since 1970 as `YYYY-MM-DD`. */
export function dayText(days: number): string {
  return new Date(Math.round(days) * 86_400_000).toISOString().slice(0, 10)
}
