/** Points as rows of equally long lists of numbers. */
export type Points = readonly (readonly number[])[]

interface Clustering {
  /** The cluster of every point. */
  assigned: number[]
  /** Sum of squared distances to the centres. */
  inertia: number
}

/** Random numbers in [0, 1) that are the same for the same seed (mulberry32, public domain). */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

function squaredDistance(a: readonly number[], b: readonly number[]): number {
  let sum = 0
  for (let index = 0; index < a.length; index += 1) sum += (a[index]! - b[index]!) ** 2
  return sum
}

const restarts = 5
const roundsMax = 50

/** Lloyd's k-means from k-means++ beginnings (Arthur and Vassilvitskii 2007); the best of some restarts. The same seed gives the same clusters. */
export function kMeans(points: Points, k: number, seed: number): Clustering {
  const random = seededRandom(seed)
  let best: Clustering | null = null
  for (let restart = 0; restart < restarts; restart += 1) {
    const found = improve(points, firstCentres(points, k, random))
    if (!best || found.inertia < best.inertia) best = found
  }
  return best ?? { assigned: [], inertia: 0 }
}

/** Each next centre is a point chosen with a chance in proportion to its squared distance to the nearest centre so far. */
function firstCentres(points: Points, k: number, random: () => number): number[][] {
  const centres = [[...points[Math.floor(random() * points.length)]!]]
  const distances = points.map((point) => squaredDistance(point, centres[0]!))
  while (centres.length < k) {
    let left = random() * distances.reduce((sum, distance) => sum + distance, 0)
    let chosen = distances.findIndex((distance) => (left -= distance) < 0)
    if (chosen < 0) chosen = Math.floor(random() * points.length)
    const centre = [...points[chosen]!]
    centres.push(centre)
    for (const [index, point] of points.entries()) distances[index] = Math.min(distances[index]!, squaredDistance(point, centre))
  }
  return centres
}

function improve(points: Points, centres: number[][]): Clustering {
  const assigned = points.map(() => -1)
  let inertia = 0
  for (let round = 0; round < roundsMax; round += 1) {
    inertia = 0
    let changed = false
    for (const [index, point] of points.entries()) {
      const { cluster, distance } = nearest(point, centres)
      inertia += distance
      if (assigned[index] !== cluster) changed = true
      assigned[index] = cluster
    }
    if (!changed) break
    moveCentres(points, assigned, centres)
  }
  return { assigned, inertia }
}

function nearest(point: readonly number[], centres: readonly (readonly number[])[]): { cluster: number; distance: number } {
  let [cluster, distance] = [0, Infinity]
  for (const [index, centre] of centres.entries()) {
    const own = squaredDistance(point, centre)
    if (own < distance) [cluster, distance] = [index, own]
  }
  return { cluster, distance }
}

/** A centre that lost all its points stays where it is. */
function moveCentres(points: Points, assigned: readonly number[], centres: number[][]): void {
  const sums = centres.map((centre) => centre.map(() => 0))
  const counts = centres.map(() => 0)
  for (const [index, point] of points.entries()) {
    const cluster = assigned[index]!
    counts[cluster] = counts[cluster]! + 1
    for (const [axis, value] of point.entries()) sums[cluster]![axis] = sums[cluster]![axis]! + value
  }
  for (const [cluster, count] of counts.entries()) if (count > 0) centres[cluster] = sums[cluster]!.map((sum) => sum / count)
}

/** Mean silhouette (Rousseeuw 1987) in [-1, 1] over the first `most` points, to whom distances are taken too: 1 is well apart, 0 is no structure. */
export function silhouette(points: Points, assigned: readonly number[], most = 600): number {
  const looked = points.slice(0, most)
  const clusters = new Set(assigned.slice(0, most))
  if (clusters.size < 2) return 0
  let total = 0
  for (const [index, point] of looked.entries()) {
    const sums = new Map<number, { sum: number; count: number }>()
    for (const [other, otherPoint] of looked.entries()) {
      if (other === index) continue
      const entry = sums.get(assigned[other]!) ?? { sum: 0, count: 0 }
      entry.sum += Math.sqrt(squaredDistance(point, otherPoint))
      entry.count += 1
      sums.set(assigned[other]!, entry)
    }
    const own = sums.get(assigned[index]!)
    if (!own) continue
    const inside = own.sum / own.count
    const outside = Math.min(...[...sums].filter(([cluster]) => cluster !== assigned[index]).map(([, { sum, count }]) => sum / count))
    total += (outside - inside) / Math.max(outside, inside, Number.EPSILON)
  }
  return total / looked.length
}
