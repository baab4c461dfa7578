import type { LookalikePoint, LookalikeResult } from '../../../../../contracts/lookalike.ts'

type Quality = 'excellent' | 'good' | 'fair' | 'weak' | 'none'

/** What an area under the curve means, in a word. */
export function qualityOf({ auc, aucLow }: Pick<LookalikeResult, 'auc' | 'aucLow'>): Quality {
  if (aucLow <= 0.5) return 'none'
  if (auc >= 0.85) return 'excellent'
  if (auc >= 0.75) return 'good'
  return auc >= 0.65 ? 'fair' : 'weak'
}

/** What can be expected of so many people: between two points of the curve, in proportion. */
export function expectedAt(curve: readonly LookalikePoint[], size: number): LookalikePoint {
  const after = curve.findIndex((point) => point.size >= size)
  const right = curve[after === -1 ? curve.length - 1 : after]!
  const left = curve[after - 1]
  if (!left || right.size === left.size) return right
  const way = (size - left.size) / (right.size - left.size)
  const between = (of: (point: LookalikePoint) => number) => of(left) + way * (of(right) - of(left))
  const [share, recall] = [between((point) => point.share), between((point) => point.recall)]
  return { size, share, recall, lift: recall / share, liftLow: between((point) => point.liftLow), liftHigh: between((point) => point.liftHigh) }
}

/** As many as the seed has, but no more than a tenth of all: where the slider begins. */
export function usualSize({ seed, curve }: LookalikeResult): number {
  const [least, most] = [curve[0]?.size ?? 1, curve.at(-1)?.size ?? 1]
  return clean(Math.min(Math.max(least, Math.min(seed, most / 10)), most))
}

/** A place of the slider, 0 to 1, as a number of people: as far from ten to a hundred as from a hundred to a thousand. */
export const sizeAt = (place: number, [least, most]: readonly [number, number]): number =>
  Math.min(most, Math.max(least, clean(least * (most / least) ** place)))
export const placeOf = (size: number, [least, most]: readonly [number, number]): number =>
  most === least ? 1 : Math.log(Math.max(size, least) / least) / Math.log(most / least)

/** Two digits that say something. */
const clean = (size: number): number => Math.round(Number(size.toPrecision(2)))
