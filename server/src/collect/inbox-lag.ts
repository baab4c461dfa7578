/** Half powers of two of a second, from 1/16 s to some 18 hours: fine enough for a percentile, few enough to be a handful of rows. */
const stepMin = -8
const stepMax = 32

/** The step a delay belongs to: delays up to `lagSecondsOf(step)` that do not belong to the one before. A clock that was set back counts as none. */
export function lagStep(seconds: number): number {
  if (seconds <= 0) return stepMin
  return Math.min(stepMax, Math.max(stepMin, Math.ceil(2 * Math.log2(seconds))))
}

/** The longest delay of a step, in seconds. */
export function lagSecondsOf(step: number): number {
  return 2 ** (step / 2)
}

/** The delay that `share` of the items did not exceed, in seconds; null when there were none. Steps ascending. */
export function lagPercentile(steps: readonly { step: number; items: number }[], share: number): number | null {
  const total = steps.reduce((sum, { items }) => sum + items, 0)
  if (total === 0) return null
  let counted = 0
  for (const { step, items } of steps) {
    counted += items
    if (counted >= total * share) return lagSecondsOf(step)
  }
  return lagSecondsOf(steps.at(-1)!.step)
}
