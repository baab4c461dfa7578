import type { PreferenceKey } from '../../contracts/tag-rules.ts'
import type { Household, Item } from './complete-journey-facts.ts'

const dayMs = 86_400_000
/** Preferences that this data carries, from the lines of orders; of hours and weekdays everything that households did counts. */
export const journeyPreferences = [
  'favouriteCategory',
  'priceSensitivity',
  'activeHour',
  'activeWeekday',
  'couponAffinity',
  'discountShare',
] as const satisfies PreferenceKey[]

interface Tally {
  value: string
  times: number
  lastMs: number
}

/** What is met most often; of several what was met last, then the greater. */
function favourite(events: readonly { atMs: number }[], valueOf: (index: number) => string): string | undefined {
  const tallies = new Map<string, Tally>()
  events.forEach(({ atMs }, index) => {
    const value = valueOf(index)
    const tally = tallies.get(value) ?? { value, times: 0, lastMs: 0 }
    tallies.set(value, { value, times: tally.times + 1, lastMs: Math.max(tally.lastMs, atMs) })
  })
  const best = [...tallies.values()].reduce<Tally | undefined>((top, each) => (top && !isAhead(each, top) ? top : each), undefined)
  return best?.value
}
const isAhead = (left: Tally, right: Tally) =>
  left.times !== right.times ? left.times > right.times : left.lastMs !== right.lastMs ? left.lastMs > right.lastMs : left.value > right.value

const total = (items: readonly Item[], of: (item: Item) => number) => items.reduce((sum, item) => sum + of(item), 0)
const since = <Row extends { atMs: number }>(rows: readonly Row[], atMs: number, days: number) =>
  rows.filter((row) => row.atMs >= atMs - days * dayMs && row.atMs < atMs)

/** The usual price of each category: the upper median of what was paid for at all. */
function usualFen(households: readonly Household[], atMs: number): Map<string, number> {
  const prices = new Map<string, number[]>()
  for (const { items } of households)
    for (const { category, fen } of since(items, atMs, 365).filter((item) => item.fen > 0)) {
      const known = prices.get(category)
      if (known) known.push(fen)
      else prices.set(category, [fen])
    }
  return new Map([...prices].map(([category, all]) => [category, all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)]!]))
}

function habit({ orders, items, redemptions }: Household, atMs: number, name: (date: Date) => string): string | undefined {
  const events = since([...orders, ...items, ...redemptions], atMs, 90)
  const isHabit = events.length >= 5 && new Set(events.map((event) => Math.floor(event.atMs / dayMs))).size >= 2
  return isHabit ? favourite(events, (index) => name(new Date(events[index]!.atMs))) : undefined
}

/** Everybody's value of a preference, as the guide defines it; in the values of the product in English. */
export function preferenceOf(key: (typeof journeyPreferences)[number], households: readonly Household[], atMs: number): Record<string, string> {
  const usual = key === 'priceSensitivity' ? usualFen(households, atMs) : null
  const ofHousehold: Record<typeof key, (household: Household) => string | undefined> = {
    favouriteCategory({ items }) {
      const named = since(items, atMs, 365).filter(({ category }) => category !== '')
      return named.length < 3 ? undefined : favourite(named, (index) => named[index]!.category)
    },
    priceSensitivity({ items }) {
      const paid = since(items, atMs, 365).filter(({ fen }) => fen > 0)
      const ratio = total(paid, ({ fen, category }) => fen / usual!.get(category)!) / paid.length
      return paid.length < 3 ? undefined : ratio < 0.8 ? 'high' : ratio <= 1.25 ? 'medium' : 'low'
    },
    activeHour: (household) => habit(household, atMs, (date) => `${String(date.getUTCHours()).padStart(2, '0')}:00`),
    // Ties go to the later weekday, so they are told apart by number.
    activeWeekday(household) {
      const day = habit(household, atMs, (date) => String((date.getUTCDay() + 6) % 7))
      return day && ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'][Number(day)]
    },
    couponAffinity({ items }) {
      const recent = since(items, atMs, 365)
      const share = recent.filter(({ couponFen }) => couponFen > 0).length / recent.length
      if (recent.length < 2) return undefined
      return share === 0 ? 'never' : share < 0.3 ? 'sometimes' : share < 0.7 ? 'often' : 'nearly always'
    },
    discountShare({ items }) {
      const recent = since(items, atMs, 365)
      const off = total(recent, ({ discountFen }) => discountFen)
      const full = off + total(recent, ({ fen }) => fen)
      if (recent.length < 2 || full === 0) return undefined
      return off === 0 ? 'none' : off < 0.1 * full ? 'below 10%' : off < 0.3 * full ? '10%–30%' : 'above 30%'
    },
  }
  const values = households.map((household) => [household.id, ofHousehold[key](household)] as const)
  return Object.fromEntries(values.flatMap(([id, value]) => (value === undefined ? [] : [[id, value]])))
}
