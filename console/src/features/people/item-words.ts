import type { TimelineItem } from '../../../../contracts/people.ts'

const hidden = new Set(['campaignId', 'messageId', 'templateId', 'items', 'imported', 'accountId'])
const moneyNames = new Set(['total', 'revenue'])
const factsMax = 6

/** What is worth reading of an item, in short: of messages the campaign and the words, of orders the number; ids, and money that stands beside, are left out. */
export function factsOf({ kind, amountFen, properties }: TimelineItem, text: (key: 'person.orderNumber') => string): string {
  if (kind === 'message' || kind === 'reply')
    return [properties['campaign'], properties['text'], properties['code']].filter((value) => typeof value === 'string').join(' · ')
  return Object.entries(properties)
    .filter(([key, value]) => !hidden.has(key) && isSomething(value) && typeof value !== 'object' && !(amountFen !== null && moneyNames.has(key)))
    .slice(0, factsMax)
    .map(([key, value]) => `${key === 'order_id' ? text('person.orderNumber') : key} ${String(value)}`)
    .join(' · ')
}

/** Every property by name, for those who open an item. */
export function shownProperties({ properties }: TimelineItem, hasLines: boolean): [string, unknown][] {
  return Object.entries(properties).filter(([key, value]) => isSomething(value) && !(hasLines && key === 'items') && key !== 'campaign' && key !== 'campaignId')
}

const isSomething = (value: unknown): boolean => value !== null && value !== undefined && value !== ''

export interface OrderLine {
  name: string
  quantity: number | null
  /** In yuan, as the shop sent it. */
  price: number | null
  /** Whatever else the line says. */
  rest: string
}

const names = ['name', 'title', 'product_name', 'product', 'goods_name', 'sku_name', 'sku', 'product_id', 'category']
const quantities = ['quantity', 'qty', 'num', 'count']
const prices = ['price', 'unit_price', 'amount', 'total', 'value']

/** Lines of an order, by whatever of the usual names they go; none when there are no lines. */
export function orderLines(items: unknown): OrderLine[] {
  if (!Array.isArray(items)) return []
  return items.flatMap((item: unknown) => {
    if (typeof item === 'string' && item !== '') return [{ name: item, quantity: null, price: null, rest: '' }]
    if (typeof item !== 'object' || item === null) return []
    const line = item as Record<string, unknown>
    const name = names.find((key) => isSomething(line[key])) ?? nameLike(line)
    const quantity = quantities.find((key) => numberOf(line[key]) !== null)
    const price = prices.find((key) => numberOf(line[key]) !== null)
    const used = new Set([name, quantity, price])
    const rest = Object.entries(line).filter(([key, value]) => !used.has(key) && isSomething(value) && typeof value !== 'object')
    return [
      {
        name: name === undefined ? '–' : String(line[name]),
        quantity: quantity === undefined ? null : numberOf(line[quantity]),
        price: price === undefined ? null : numberOf(line[price]),
        rest: rest.map(([key, value]) => `${key} ${String(value)}`).join(' · '),
      },
    ]
  })
}

/** A line without any of the usual names goes by the longest of its texts: the product rather than its category. */
function nameLike(line: Record<string, unknown>): string | undefined {
  const texts = Object.keys(line).filter((key) => typeof line[key] === 'string' && line[key] !== '' && numberOf(line[key]) === null)
  return texts.toSorted((one, other) => String(line[other]).length - String(line[one]).length)[0]
}

function numberOf(value: unknown): number | null {
  const number = typeof value === 'number' ? value : typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN
  return Number.isFinite(number) ? number : null
}
