import type { Household } from './complete-journey-facts.ts'

const dayMs = 86_400_000

export interface Scored {
  layer: string
  recency: number
  frequency: number
  money: number
}

/** Upper ends of scores 1 to 4. */
export interface Cuts {
  recencyDays: number[]
  frequency: number[]
  amountFen: number[]
}

interface Facts {
  recencyDays: number
  frequency: number
  amountFen: number
}

/** What RFM knows of whoever ordered in the year before a moment. */
function factsOf(households: Iterable<Household>, atMs: number): Map<string, Facts> {
  const facts = new Map<string, Facts>()
  for (const { id, orders } of households) {
    const counted = orders.filter((order) => order.atMs >= atMs - 365 * dayMs && order.atMs < atMs)
    if (counted.length === 0) continue
    const recencyDays = Math.floor((atMs - Math.max(...counted.map((order) => order.atMs))) / dayMs)
    facts.set(id, { recencyDays, frequency: counted.length, amountFen: counted.reduce((sum, { fen }) => sum + fen, 0) })
  }
  return facts
}

/** The values at 20, 40, 60 and 80 % of the sorted list, nearest rank. */
export function fifths(households: Iterable<Household>, atMs: number): Cuts {
  const facts = [...factsOf(households, atMs).values()]
  const cuts = (of: keyof Facts) => {
    const sorted = facts.map((each) => each[of]).toSorted((a, b) => a - b)
    return [0.2, 0.4, 0.6, 0.8].map((share) => sorted[Math.ceil(sorted.length * share) - 1]!)
  }
  return { recencyDays: cuts('recencyDays'), frequency: cuts('frequency'), amountFen: cuts('amountFen') }
}

const classes = ['generalRetain', 'generalDevelop', 'generalKeep', 'generalValue', 'importantRetain', 'importantDevelop', 'importantKeep', 'importantValue']

/** RFM as the guide says it: high is above the average score (`mean`), or from 4 on. */
export function rfmOf(households: readonly Household[], { atMs, cuts, high }: { atMs: number; cuts: Cuts; high: 'mean' | 'four' }): Map<string, Scored> {
  const facts = factsOf(households, atMs)
  const score = (value: number, ends: readonly number[]) => 1 + ends.filter((end) => value > end).length
  const scored = [...facts].map(([id, each]) => ({
    id,
    recency: 6 - score(each.recencyDays, cuts.recencyDays),
    frequency: score(each.frequency, cuts.frequency),
    money: score(each.amountFen, cuts.amountFen),
  }))
  const isHigh = (of: 'recency' | 'frequency' | 'money') => {
    const total = scored.reduce((sum, each) => sum + each[of], 0)
    return (value: number) => (high === 'mean' ? value * scored.length > total : value >= 4)
  }
  const [recent, frequent, spending] = [isHigh('recency'), isHigh('frequency'), isHigh('money')]
  const result = new Map<string, Scored>(households.map(({ id }) => [id, { layer: 'noOrder', recency: 0, frequency: 0, money: 0 }]))
  for (const { id, ...scores } of scored) {
    const place = Number(recent(scores.recency)) + 2 * Number(frequent(scores.frequency)) + 4 * Number(spending(scores.money))
    result.set(id, { layer: classes[place]!, ...scores })
  }
  return result
}

export interface LifecycleBounds {
  activeDays: number
  lostDays: number
  matureOrders: number
}

/** The stage of life, of all orders there are. */
export function lifecycleOf({ orders }: Household, atMs: number, { activeDays, lostDays, matureOrders }: LifecycleBounds): string {
  if (orders.length === 0) return 'noOrder'
  const days = Math.floor((atMs - orders.at(-1)!.atMs) / dayMs)
  if (days > activeDays) return days > lostDays ? 'lost' : 'dormant'
  return orders.length >= matureOrders ? 'mature' : orders.length > 1 ? 'growing' : 'new'
}

/** Which people are in which layer: names of layers, sorted ids. */
export function grouped(layers: Iterable<readonly [id: string, layer: string]>): Record<string, string[]> {
  const result: Record<string, string[]> = {}
  for (const [id, layer] of layers) (result[layer] ??= []).push(id)
  for (const ids of Object.values(result)) ids.sort()
  return result
}
