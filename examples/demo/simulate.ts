import { Random } from './random.ts'
import { categories, cities, givenNames, pastCampaigns, products, registrationChannels, surnames, type PastCampaign, type Product } from './shop.ts'

/**
 * Customers of a shop from a known process, so that what Hongyan finds can be checked against what was put in:
 * each customer buys at an own rate (gamma) while alive and may stop after any purchase (beta-geometric: the BG/NBD model of Fader, Hardie and Lee 2005),
 * spends around an own mean (gamma), likes some categories more, looks before buying, and answers campaigns with an added chance to order.
 */
export interface Customer {
  memberNo: string
  name: string
  gender: '女' | '男'
  phone: string | null
  email: string | null
  birthday: string
  city: string
  province: string
  registeredAt: number
  registrationChannel: string
  smsConsent: boolean
  favouriteCategory: string
}

export interface OrderLine {
  orderId: string
  memberNo: string
  time: number
  product: Product
  quantity: number
  amountFen: number
}

export interface BehaviourEvent {
  id: string
  memberNo: string
  event: 'Product Viewed' | 'Product Added' | 'Coupon Received'
  time: number
  product: Product
}

export interface Contact {
  campaign: PastCampaign
  memberNo: string
  time: number
  state: '送达' | '失败' | '对照'
  costFen: number
}

export interface Shop {
  customers: Customer[]
  orderLines: OrderLine[]
  events: BehaviourEvent[]
  contacts: Contact[]
}

export interface ShopOptions {
  seed: number
  people: number
  /** "Today" of the shop, epoch milliseconds. */
  now: number
}

const dayMs = 86_400_000
const historyDays = 540
const smsPartFen = 5.5

interface Habit {
  customer: Customer
  random: Random
  ordersPerDay: number
  stopProbability: number
  spendFactor: number
  taste: readonly { name: string; weight: number }[]
  orderTimes: number[]
}

/** Simulates the whole shop. 24,000 people give about 45,000 orders and 300,000 events. */
export function simulateShop({ seed, people, now }: ShopOptions): Shop {
  const random = new Random(seed)
  const shop: Shop = { customers: [], orderLines: [], events: [], contacts: [] }
  const habits = Array.from({ length: people }, (_, index) => makeHabit(random, index, now))
  for (const habit of habits) {
    habit.orderTimes = naturalOrders(habit, now)
    shop.customers.push(habit.customer)
  }
  for (const campaign of [...pastCampaigns].toSorted((a, b) => b.daysAgo - a.daysAgo)) runPastCampaign({ random, shop, habits, now }, campaign)
  for (const habit of habits) {
    habit.orderTimes.sort((a, b) => a - b)
    for (const time of habit.orderTimes) placeOrder(shop, habit, time)
    browse(shop, habit, now)
  }
  return shop
}

function makeHabit(random: Random, index: number, now: number): Habit {
  const own = new Random(random.below(4_294_967_295))
  const gender = own.chance(0.68) ? '女' : '男'
  const place = own.weighted(cities)
  const taste = categories.map(({ name, weight }) => ({ name, weight: weight * own.gamma(0.6, 0.6) }))
  const favourite = taste.toSorted((a, b) => b.weight - a.weight)[0]!
  // More people join lately than long ago.
  const registeredAt = daytime(own, now - historyDays * dayMs * (1 - Math.sqrt(own.next())) - dayMs)
  const memberNo = `M${String(100_000 + index)}`
  return {
    customer: {
      memberNo,
      name: own.pick(surnames) + own.pick(gender === '女' ? givenNames.female : givenNames.male),
      gender,
      // 164 and 169 are prefixes no carrier has: the numbers belong to nobody.
      phone: own.chance(0.93)
        ? `${own.chance(0.5) ? '164' : '169'}${String(index * 4099 + 10_000_019)
            .padStart(8, '0')
            .slice(-8)}`
        : null,
      email: own.chance(0.35) ? `${memberNo.toLowerCase()}@example.com` : null,
      birthday: new Date(Date.UTC(1968 + Math.floor(own.beta(2.4, 2) * 38), own.below(12), 1 + own.below(28))).toISOString().slice(0, 10),
      city: place.city,
      province: place.province,
      registeredAt,
      registrationChannel: own.weighted(registrationChannels).name,
      smsConsent: own.chance(0.78),
      favouriteCategory: favourite.name,
    },
    random: own,
    ordersPerDay: own.gamma(0.8, 55),
    stopProbability: own.beta(0.9, 4),
    spendFactor: own.gamma(6, 6),
    taste,
    orderTimes: [],
  }
}

/** Orders nobody asked for: exponential gaps while alive, busier around 618 and Double Eleven. */
function naturalOrders({ random, ordersPerDay, stopProbability, customer }: Habit, now: number): number[] {
  const times: number[] = []
  let time = customer.registeredAt + (random.chance(0.45) ? random.next() * 2 * dayMs : random.exponential(ordersPerDay) * dayMs)
  while (time < now) {
    times.push(daytime(random, time))
    if (random.chance(stopProbability)) break
    time += (random.exponential(ordersPerDay) * dayMs) / festivalFactor(time)
  }
  return times.filter((each) => each < now)
}

function festivalFactor(time: number): number {
  const date = new Date(time)
  const [month, day] = [date.getUTCMonth() + 1, date.getUTCDate()]
  if ((month === 6 && day >= 10 && day <= 18) || (month === 11 && day >= 1 && day <= 11)) return 2.2
  return 1
}

/** Moves a moment into the hours people shop (Asia/Shanghai): lunch and evening. */
function daytime(random: Random, time: number): number {
  const hour = random.chance(0.35) ? 11 + random.next() * 3 : random.chance(0.8) ? 18 + random.next() * 5 : 8 + random.next() * 10
  return Math.floor(time / dayMs) * dayMs + Math.floor((hour - 8) * 3_600_000)
}

interface Past {
  random: Random
  shop: Shop
  habits: readonly Habit[]
  now: number
}

function runPastCampaign({ random, shop, habits, now }: Past, campaign: PastCampaign): void {
  const sentAt = Math.floor(now / dayMs) * dayMs - campaign.daysAgo * dayMs + 2 * 3_600_000
  for (const habit of habits) {
    const { customer } = habit
    if (!customer.phone || !customer.smsConsent || customer.registeredAt > sentAt || !belongs(habit, campaign, sentAt) || !random.chance(campaign.share))
      continue
    const control = random.chance(campaign.controlPercent / 100)
    const failed = !control && random.chance(0.045)
    const time = sentAt + random.below(40 * 60_000)
    shop.contacts.push({
      campaign,
      memberNo: customer.memberNo,
      time,
      state: control ? '对照' : failed ? '失败' : '送达',
      costFen: control ? 0 : Math.round(campaign.parts * smsPartFen * 10) / 10,
    })
    if (!control && !failed && random.chance(campaign.upliftProbability)) {
      const extra = daytime(random, time + (0.2 + random.exponential(0.6)) * dayMs)
      if (extra < now && extra > time) habit.orderTimes.push(extra)
    }
  }
}

/** Whom a campaign is for, by the last order before it (0: none) and by taste. */
const audiences: Record<PastCampaign['audience'], (habit: Habit, lastOrder: number, at: number) => boolean> = {
  everyone: () => true,
  active: (_, lastOrder, at) => lastOrder > at - 120 * dayMs,
  dormant: (_, lastOrder, at) => lastOrder > 0 && lastOrder < at - 120 * dayMs,
  skincare: ({ customer }) => customer.favouriteCategory === '护肤',
}

function belongs(habit: Habit, { audience }: PastCampaign, at: number): boolean {
  const lastOrder = habit.orderTimes.reduce((latest, time) => (time < at && time > latest ? time : latest), 0)
  return audiences[audience](habit, lastOrder, at)
}

function chooseProduct({ random, taste }: Habit): Product {
  const category = random.weighted(taste).name
  return random.weighted(products.filter((product) => product.category === category))
}

function placeOrder(shop: Shop, habit: Habit, time: number): void {
  const { random, customer, spendFactor } = habit
  const orderId = `D${new Date(time).toISOString().slice(2, 10).replaceAll('-', '')}${String(shop.orderLines.length).padStart(7, '0')}`
  for (let line = 1 + (random.chance(0.4) ? 1 : 0) + (random.chance(0.15) ? 1 : 0); line > 0; line--) {
    const product = chooseProduct(habit)
    const quantity = 1 + Math.min(4, Math.floor(random.exponential(1.6 / spendFactor)))
    const discount = random.chance(0.3) ? 0.7 + random.next() * 0.25 : 1
    shop.orderLines.push({
      orderId,
      memberNo: customer.memberNo,
      time,
      product,
      quantity,
      amountFen: Math.round(product.priceYuan * 100 * quantity * discount),
    })
    addEvent(shop, customer, { event: 'Product Added', time: time - 60_000 * (2 + random.below(20)), product })
    addEvent(shop, customer, { event: 'Product Viewed', time: time - 60_000 * (23 + random.below(60)), product })
  }
}

/** Looking around without buying: more when alive lately. */
function browse(shop: Shop, habit: Habit, now: number): void {
  const { random, customer, orderTimes } = habit
  const until = Math.min(now, (orderTimes.at(-1) ?? customer.registeredAt) + 60 * dayMs)
  const visits = Math.floor(random.gamma(0.7, 0.7 / (2.2 + orderTimes.length * 1.4)))
  for (let visit = 0; visit < visits; visit++) {
    const time = daytime(random, customer.registeredAt + random.next() * (until - customer.registeredAt))
    if (time >= now || time < customer.registeredAt) continue
    for (let view = 1 + random.below(4); view > 0; view--)
      addEvent(shop, customer, { event: 'Product Viewed', time: Math.min(now - 1000, time + view * 90_000), product: chooseProduct(habit) })
    if (random.chance(0.12)) addEvent(shop, customer, { event: 'Coupon Received', time: Math.min(now - 1000, time + 600_000), product: chooseProduct(habit) })
  }
}

function addEvent(shop: Shop, { memberNo, registeredAt }: Customer, { event, time, product }: Pick<BehaviourEvent, 'event' | 'time' | 'product'>): void {
  shop.events.push({ id: `E${shop.events.length}`, memberNo, event, time: Math.max(time, registeredAt), product })
}
