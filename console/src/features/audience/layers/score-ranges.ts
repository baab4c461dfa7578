/** What values get a score: above `above` (none: from the least on) up to `upTo` (none: without end). Undefined when no value does. */
export type ScoreRange = { above: number | null; upTo: number | null } | undefined

/**
 * The values of scores 1 to 5 by their four cut points: a value's score is 1 and how many cuts it is above. Equal cuts leave scores out. Recency counts
 * the other way round: 5 is the most recent.
 */
export function scoreRanges(cuts: readonly number[], isReversed = false): ScoreRange[] {
  const ranges = [null, ...cuts].map((above, index): ScoreRange => {
    const upTo = cuts[index] ?? null
    return above !== null && above === upTo ? undefined : { above, upTo }
  })
  return isReversed ? ranges.toReversed() : ranges
}
