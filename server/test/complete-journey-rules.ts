import { orderEvent } from '../../contracts/collect.ts'
import type { Comparison, EventRule, EventWindow, Filter, Measure, Rule } from '../../contracts/rule.ts'
import type { Household, Item, Order } from './complete-journey-facts.ts'

/** Events as the test imports them. */
export const itemEvent = 'Item Bought'
export const redeemEvent = 'Coupon Redeemed'

const dayMs = 86_400_000
const on = (date: string) => Date.parse(date)
const ever: EventWindow = { kind: 'ever' }
const between = (from: string, to: string): EventWindow => ({ kind: 'between', from: `${from}T00:00:00Z`, to: `${to}T00:00:00Z` })

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
const fens = (orders: readonly Order[]) => orders.map((order) => order.fen)
const inside = <Row extends { atMs: number }>(rows: readonly Row[], fromMs: number, toMs: number) => rows.filter(({ atMs }) => atMs >= fromMs && atMs < toMs)
const dayOf = ({ atMs }: { atMs: number }) => Math.floor(atMs / dayMs)

const number = (property: string, operator: 'equals' | 'greaterThan' | 'atLeast' | 'atMost', value: number): Filter => ({
  property,
  test: { type: 'number', operator, values: [value] },
})
const texts = (property: string, ...values: string[]): Filter => ({ property, test: { type: 'text', operator: 'oneOf', values } })
const attribute = (name: string, ...values: string[]): Rule => ({ kind: 'attribute', attribute: name, test: { type: 'text', operator: 'oneOf', values } })

interface Asked {
  event?: string
  filters?: Filter[]
  measure?: Measure
  window?: EventWindow
}
/** An event rule; without more words, orders ever. */
function did(
  operator: Comparison['operator'],
  values: number[],
  { event = orderEvent, filters = [], measure = { kind: 'times' }, window = ever }: Asked = {},
): EventRule {
  return { kind: 'event', event, filters, measure, comparison: { operator, values }, window }
}

/** What a rule about real people names beside events: ids that the product gave. */
export interface Named {
  /** Campaigns by the code of the file. */
  campaigns: ReadonlyMap<string, string>
  /** An RFM model, and the class that each household is in. */
  rfm: { modelId: string; classes: ReadonlyMap<string, string> }
  /** The tag of the favourite category, and each household's. */
  category: { tagId: string; values: ReadonlyMap<string, string> }
  /** A static segment with its households. */
  list: { segmentId: string; households: ReadonlySet<string> }
}

/** A rule, and the same said again about the rows of the files. */
export interface JourneyRule {
  name: string
  rule: Rule
  holds: (household: Household, atMs: number) => boolean
}

/** Rules of rising difficulty. */
export const journeyRules = (named: Named): JourneyRule[] => [...counted, ...measured, ...windowed, ...inOrder, ...nested, ...naming(named)]

const counted: JourneyRule[] = [
  { name: 'forty orders or more', rule: did('atLeast', [40]), holds: ({ orders }) => orders.length >= 40 },
  {
    name: 'exactly one order in store 367',
    rule: did('equals', [1], { filters: [texts('store_id', '367')] }),
    holds: ({ orders }) => orders.filter(({ store }) => store === 367).length === 1,
  },
  {
    name: 'at most one store, also those who never bought',
    rule: did('atMost', [1], { measure: { kind: 'distinct', of: 'store_id' } }),
    holds: ({ orders }) => new Set(orders.map(({ store }) => store)).size <= 1,
  },
  {
    name: 'shopped on thirty to forty days',
    rule: did('between', [30, 40], { measure: { kind: 'days' } }),
    holds: ({ orders }) => {
      const days = new Set(orders.map(dayOf)).size
      return days >= 30 && days <= 40
    },
  },
  {
    name: 'eight categories or more, an item without one being none',
    rule: did('atLeast', [8], { event: itemEvent, measure: { kind: 'distinct', of: 'category' } }),
    holds: ({ items }) => new Set(items.map(({ category }) => category).filter((category) => category !== '')).size >= 8,
  },
]

const measured: JourneyRule[] = [
  {
    name: 'average order from 5.5 to 6.5 yuan, both ends in',
    rule: did('between', [5.5, 6.5], { measure: { kind: 'average', of: 'amount' } }),
    holds: ({ orders }) => orders.length > 0 && sum(fens(orders)) >= 550 * orders.length && sum(fens(orders)) <= 650 * orders.length,
  },
  {
    name: 'never an order of ten yuan, and not one below 0.5',
    rule: {
      kind: 'all',
      rules: [did('lessThan', [10], { measure: { kind: 'maximum', of: 'amount' } }), did('atLeast', [0.5], { measure: { kind: 'minimum', of: 'amount' } })],
    },
    holds: ({ orders }) => orders.length > 0 && fens(orders).every((each) => each < 1_000 && each >= 50),
  },
  {
    name: 'average discount of what was reduced above 1.5 yuan',
    rule: did('greaterThan', [1.5], { event: itemEvent, filters: [number('discount', 'greaterThan', 0)], measure: { kind: 'average', of: 'discount' } }),
    holds: ({ items }) => {
      const reduced = items.filter(({ discountFen }) => discountFen > 0)
      return reduced.length > 0 && sum(reduced.map(({ discountFen }) => discountFen)) > 150 * reduced.length
    },
  },
]

const quarterStart = on('2017-10-01')
const windowed: JourneyRule[] = [
  {
    name: 'spent 50 yuan or more in the last whole quarter',
    rule: did('atLeast', [50], { measure: { kind: 'sum', of: 'amount' }, window: { kind: 'calendar', unit: 'quarter', previous: 1 } }),
    holds: ({ orders }) => sum(fens(inside(orders, quarterStart, on('2018-01-01')))) >= 5_000,
  },
  {
    name: 'last bought 60 to 120 days ago',
    rule: {
      kind: 'all',
      rules: [
        did('atLeast', [1], { window: { kind: 'last', amount: 120, unit: 'day' } }),
        did('equals', [0], { window: { kind: 'last', amount: 60, unit: 'day' } }),
      ],
    },
    holds: ({ orders }, atMs) => inside(orders, atMs - 120 * dayMs, atMs).length > 0 && inside(orders, atMs - 60 * dayMs, atMs).length === 0,
  },
  {
    name: 'bought before 200 days ago, and at most once since',
    rule: {
      kind: 'all',
      rules: [
        did('atLeast', [1], { window: { kind: 'before', amount: 200, unit: 'day' } }),
        did('atMost', [1], { window: { kind: 'last', amount: 200, unit: 'day' } }),
      ],
    },
    holds: ({ orders }, atMs) => {
      const since = inside(orders, atMs - 200 * dayMs, atMs).length
      return since <= 1 && orders.length > since
    },
  },
  {
    name: 'first order in June',
    rule: {
      kind: 'eventValue',
      event: orderEvent,
      filters: [],
      which: 'first',
      of: '$time',
      test: { type: 'date', operator: 'between', values: ['2017-06-01', '2017-06-30'] },
      window: ever,
    },
    holds: ({ orders }) => inside(orders.slice(0, 1), on('2017-06-01'), on('2017-07-01')).length === 1,
  },
  {
    name: 'the last order of the first half year was of twenty yuan or more',
    rule: {
      kind: 'eventValue',
      event: orderEvent,
      filters: [],
      which: 'last',
      of: 'amount',
      test: { type: 'number', operator: 'atLeast', values: [20] },
      window: between('2017-01-01', '2017-07-01'),
    },
    holds: ({ orders }) => (inside(orders, on('2017-01-01'), on('2017-07-01')).at(-1)?.fen ?? 0) >= 2_000,
  },
]

/** Whether some chain of one row per step is in order, each at most so long after the one before. */
const chained = (steps: readonly (readonly number[])[], within: number): boolean =>
  steps.slice(1).reduce((reached, step) => step.filter((at) => reached.some((from) => at > from && at - from <= within)), steps[0]!).length > 0

const inOrder: JourneyRule[] = [
  {
    name: 'three orders of twenty yuan or more, each within three days of the one before',
    rule: {
      kind: 'sequence',
      steps: [0, 1, 2].map((step) => ({
        event: orderEvent,
        filters: [number('amount', 'atLeast', 20)],
        without: [],
        ...(step > 0 ? { within: { amount: 3, unit: 'day' as const } } : {}),
      })),
      window: ever,
    },
    holds: ({ orders }) => {
      const dear = orders.filter((order) => order.fen >= 2_000).map(({ atMs }) => atMs)
      return chained([dear, dear, dear], 3 * dayMs)
    },
  },
  {
    name: 'a redemption, then one of another campaign within 30 days, without an order of ten yuan between, since March',
    rule: {
      kind: 'sequence',
      steps: [
        { event: redeemEvent, filters: [texts('campaign', '18')], without: [] },
        {
          event: redeemEvent,
          filters: [{ kind: 'not', filter: texts('campaign', '18') }],
          within: { amount: 30, unit: 'day' },
          without: [{ event: orderEvent, filters: [number('amount', 'atLeast', 10)] }],
        },
      ],
      window: { kind: 'between', from: '2017-03-01T00:00:00Z', to: '2018-01-01T00:00:00Z' },
    },
    holds: ({ orders, redemptions }) => {
      const since = inside(redemptions, on('2017-03-01'), on('2018-01-01'))
      const dear = inside(orders, on('2017-03-01'), on('2018-01-01')).filter((order) => order.fen >= 1_000)
      return since.some(
        (first) =>
          first.campaign === '18' &&
          since.some(
            (second) =>
              second.campaign !== '18' &&
              second.atMs > first.atMs &&
              second.atMs - first.atMs <= 30 * dayMs &&
              !dear.some((order) => order.atMs > first.atMs && order.atMs < second.atMs),
          ),
      )
    },
  },
]

const isFreshOrReduced = ({ category, discountFen, couponFen }: Item) =>
  ['MEAT', 'SEAFOOD', 'PRODUCE'].includes(category) && (discountFen > 100 || couponFen > 0)
const nested: JourneyRule[] = [
  {
    name: 'six yuan or more for meat, seafood and produce that were reduced by more than one yuan or bought with a coupon',
    rule: did('atLeast', [6], {
      event: itemEvent,
      filters: [
        texts('category', 'MEAT', 'SEAFOOD', 'PRODUCE'),
        { kind: 'any', filters: [number('discount', 'greaterThan', 1), { kind: 'not', filter: number('coupon_disc', 'atMost', 0) }] },
      ],
      measure: { kind: 'sum', of: 'amount' },
    }),
    holds: ({ items }) => sum(items.filter(isFreshOrReduced).map((item) => item.fen)) >= 600,
  },
  {
    name: 'home owners who neither earn little, nor redeemed, nor are unmarried without being parents',
    rule: {
      kind: 'all',
      rules: [
        attribute('home_ownership', 'Homeowner'),
        {
          kind: 'not',
          rule: {
            kind: 'any',
            rules: [
              attribute('income', 'Under 15K', '15-24K', '25-34K'),
              did('atLeast', [1], { event: redeemEvent }),
              { kind: 'all', rules: [attribute('marital_status', 'Unmarried'), { kind: 'not', rule: attribute('kids_count', '1', '2', '3+') }] },
            ],
          },
        },
      ],
    },
    holds: ({ demographics: { home_ownership, income = '', marital_status, kids_count = '' }, redemptions }) =>
      home_ownership === 'Homeowner' &&
      !['Under 15K', '15-24K', '25-34K'].includes(income) &&
      redemptions.length === 0 &&
      !(marital_status === 'Unmarried' && !['1', '2', '3+'].includes(kids_count)),
  },
]

const naming = ({ campaigns, rfm, category, list }: Named): JourneyRule[] => [
  {
    name: 'five contacts or more in the last two whole quarters',
    rule: { kind: 'message', behaviour: 'sent', comparison: { operator: 'atLeast', values: [5] }, window: { kind: 'calendar', unit: 'quarter', previous: 2 } },
    holds: ({ contacts }) => inside(contacts, on('2017-07-01'), on('2018-01-01')).length >= 5,
  },
  {
    name: 'contacted by campaign 18, and redeemed nothing of it since',
    rule: {
      kind: 'all',
      rules: [
        { kind: 'message', behaviour: 'sent', campaignId: campaigns.get('18')!, comparison: { operator: 'atLeast', values: [1] }, window: ever },
        did('equals', [0], {
          event: redeemEvent,
          filters: [texts('campaign', '18')],
          window: { kind: 'sinceCampaign', campaignId: campaigns.get('18')! },
        }),
      ],
    },
    holds: ({ contacts, redemptions }, atMs) => {
      const contact = contacts.find(({ campaign }) => campaign === '18')
      return contact !== undefined && !redemptions.some((each) => each.campaign === '18' && each.atMs > contact.atMs && each.atMs < atMs)
    },
  },
  {
    name: 'bought for thirty yuan or more since the last contact of any campaign',
    rule: did('atLeast', [30], { measure: { kind: 'sum', of: 'amount' }, window: { kind: 'sinceCampaign' } }),
    holds: ({ contacts, orders }, atMs) => {
      const last = Math.max(...contacts.map((contact) => contact.atMs).filter((contactMs) => contactMs < atMs))
      return contacts.length > 0 && sum(fens(orders.filter((order) => order.atMs > last && order.atMs < atMs))) >= 3_000
    },
  },
  {
    name: 'of a class, a favourite category and a list',
    rule: {
      kind: 'all',
      rules: [
        { kind: 'layer', modelId: rfm.modelId, layers: ['importantValue', 'importantKeep'] },
        { kind: 'tag', tagId: category.tagId, values: ['DRUG GM', 'MEAT'], window: ever },
        { kind: 'not', rule: { kind: 'segment', segmentId: list.segmentId } },
      ],
    },
    holds: ({ id }) =>
      ['importantValue', 'importantKeep'].includes(rfm.classes.get(id)!) &&
      ['DRUG GM', 'MEAT'].includes(category.values.get(id) ?? '') &&
      !list.households.has(id),
  },
]
