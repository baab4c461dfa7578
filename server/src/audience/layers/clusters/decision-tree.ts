import type { Points } from './k-means.ts'

/** One side of a split: the feature is below the value, or at least it. */
export interface Side {
  feature: number
  isBelow: boolean
  value: number
}

/** A box: all its sides hold. Its cluster is that of most points inside. */
export interface Box {
  sides: Side[]
  cluster: number
  points: number
  agreeing: number
}

const depthMax = 4
/** No box for a handful of points. */
const leafShareMin = 0.01
const cutsTried = 24

/** Boxes that together hold every point once and tell the clusters apart: a classification tree by Gini impurity (Breiman et al. 1984). */
export function boxesOf(points: Points, assigned: readonly number[]): Box[] {
  const least = Math.max(2, Math.floor(points.length * leafShareMin))
  const grow = (indices: number[], sides: Side[]): Box[] => {
    const split = sides.length < depthMax ? bestSplit(points, assigned, { indices, least }) : null
    if (!split) return [boxOf(assigned, indices, sides)]
    const below = indices.filter((index) => points[index]![split.feature]! < split.value)
    const above = indices.filter((index) => points[index]![split.feature]! >= split.value)
    const grown = [...grow(below, [...sides, { ...split, isBelow: true }]), ...grow(above, [...sides, { ...split, isBelow: false }])]
    // A split whose sides say the same says nothing.
    return new Set(grown.map(({ cluster }) => cluster)).size === 1 ? [boxOf(assigned, indices, sides)] : grown
  }
  return grow(
    points.map((_, index) => index),
    [],
  )
}

function boxOf(assigned: readonly number[], indices: readonly number[], sides: Side[]): Box {
  const counts = countsOf(assigned, indices)
  const [cluster = 0, agreeing = 0] = [...counts].toSorted((a, b) => b[1] - a[1])[0] ?? []
  return { sides, cluster, points: indices.length, agreeing }
}

function countsOf(assigned: readonly number[], indices: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>()
  for (const index of indices) counts.set(assigned[index]!, (counts.get(assigned[index]!) ?? 0) + 1)
  return counts
}

/** Number of points times their Gini impurity. */
function impurity(assigned: readonly number[], indices: readonly number[]): number {
  let squares = 0
  for (const count of countsOf(assigned, indices).values()) squares += count * count
  return indices.length === 0 ? 0 : indices.length - squares / indices.length
}

function bestSplit(
  points: Points,
  assigned: readonly number[],
  { indices, least }: { indices: number[]; least: number },
): { feature: number; value: number } | null {
  let best: { feature: number; value: number } | null = null
  let lowest = impurity(assigned, indices) - 1e-9
  for (let feature = 0; feature < (points[0]?.length ?? 0); feature += 1) {
    for (const value of cutsOf(indices.map((index) => points[index]![feature]!))) {
      const below = indices.filter((index) => points[index]![feature]! < value)
      if (below.length < least || indices.length - below.length < least) continue
      const above = indices.filter((index) => points[index]![feature]! >= value)
      const left = impurity(assigned, below) + impurity(assigned, above)
      if (left < lowest) [best, lowest] = [{ feature, value }, left]
    }
  }
  return best
}

/** Values at which to cut, from the points' own: at evenly spaced ranks. */
function cutsOf(values: readonly number[]): number[] {
  const sorted = values.toSorted((a, b) => a - b)
  const cuts = Array.from({ length: cutsTried }, (_, index) => sorted[Math.floor(((index + 1) * sorted.length) / (cutsTried + 1))]!)
  return [...new Set(cuts)].filter((cut) => cut > sorted[0]!)
}
