import { readFileSync } from 'node:fs'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'

/** Real shopping of the year 2017 (Complete Journey 2.0, CC0); not part of the project. Times are UTC. */
export const journeyFolder = path.resolve(import.meta.dirname, '../../../shared/data/completejourney')
export const readJourney = (name: string): Buffer => readFileSync(path.join(journeyFolder, name))

/** What the files say about one household, so that anything can be computed again without the product. Orders, items and redemptions are in the order of time. */
export interface Household {
  id: string
  /** Cells of demographics.csv by header, empty ones left out; of 801 households. */
  demographics: Readonly<Record<string, string>>
  orders: Order[]
  items: Item[]
  redemptions: CampaignMark[]
  contacts: CampaignMark[]
}
/** A contact by a campaign, or a redemption of one of its coupons. */
interface CampaignMark {
  atMs: number
  campaign: string
}
export interface Order {
  atMs: number
  fen: number
  store: number
  week: number
}
/** One line of an order of the second half year with what its product is. Money in fen. */
export interface Item {
  atMs: number
  category: string
  fen: number
  discountFen: number
  couponFen: number
}

/** The cells of every line of a file, its header first; there are neither quotes nor commas inside cells. */
function* journeyCells(name: string): Generator<string[]> {
  const content = readJourney(name)
  for (const line of (name.endsWith('.gz') ? gunzipSync(content) : content).toString().trim().split('\n')) yield line.split(',')
}

/** The rows of a file by header. */
function* journeyRows(name: string): Generator<Record<string, string>> {
  let headers: string[] | undefined
  for (const cells of journeyCells(name)) {
    if (headers) {
      const row: Record<string, string> = {}
      for (let index = 0; index < headers.length; index += 1) row[headers[index]!] = cells[index]!
      yield row
    } else headers = cells
  }
}

const fen = (yuan: string | undefined) => Math.round(Number(yuan) * 100)
const atMs = (time: string | undefined) => Date.parse(`${time!.replace(' ', 'T')}Z`)

/** Everybody whom a file names. */
export function readHouseholds(): Map<string, Household> {
  const households = new Map<string, Household>()
  const household = (id: string | undefined): Household => {
    const known = households.get(id!) ?? { id: id!, demographics: {}, orders: [], items: [], redemptions: [], contacts: [] }
    households.set(known.id, known)
    return known
  }
  for (const { household_id, ...row } of journeyRows('demographics.csv'))
    household(household_id).demographics = Object.fromEntries(Object.entries(row).filter(([, cell]) => cell !== ''))
  readShopping(household)
  for (const row of journeyRows('coupon_redemptions.csv'))
    household(row['household_id']).redemptions.push({ atMs: Date.parse(row['redemption_date']!), campaign: row['campaign_id']! })
  const starts = new Map([...journeyRows('campaign_descriptions.csv')].map((row) => [row['campaign_id'], Date.parse(row['start_date']!)]))
  for (const { household_id, campaign_id } of journeyRows('campaigns.csv'))
    household(household_id).contacts.push({ atMs: starts.get(campaign_id)!, campaign: campaign_id! })
  for (const { orders, items, redemptions } of households.values()) for (const list of [orders, items, redemptions]) list.sort((a, b) => a.atMs - b.atMs)
  return households
}

function readShopping(household: (id: string | undefined) => Household): void {
  const baskets = new Map<string, Order>()
  for (const row of journeyItems()) {
    const basket = baskets.get(row['basket_id']!)
    if (basket) basket.fen += fen(row['sales_value'])
    else {
      const order = { atMs: atMs(row['transaction_timestamp']), fen: fen(row['sales_value']), store: Number(row['store_id']), week: Number(row['week']) }
      baskets.set(row['basket_id']!, order)
      household(row['household_id']).orders.push(order)
    }
    if (!isLate(row)) continue
    household(row['household_id']).items.push({
      atMs: atMs(row['transaction_timestamp']),
      category: row['category']!,
      fen: fen(row['sales_value']),
      discountFen: fen(row['discount']),
      couponFen: fen(row['coupon_disc']),
    })
  }
}

let itemRows: Record<string, string>[] | undefined

/** The lines of all orders with the department of the product, and everything that was taken off. */
function journeyItems(): Record<string, string>[] {
  if (itemRows) return itemRows
  const departments = new Map<string, string>()
  for (const [productId, , department] of journeyCells('products.csv.gz')) departments.set(productId!, department!)
  itemRows = []
  for (const row of journeyRows('transactions_sample.csv.gz')) {
    const discount = (fen(row['retail_disc']) + fen(row['coupon_disc']) + fen(row['coupon_match_disc'])) / 100
    row['category'] = departments.get(row['product_id']!) ?? ''
    row['discount'] = String(discount)
    row['line'] = `${row['basket_id']}-${row['product_id']}`
    itemRows.push(row)
  }
  return itemRows
}

/** Items of half a year are enough to tell tastes, and half the time to import. */
const isLate = (row: Record<string, string>) => row['transaction_timestamp']! >= '2017-07-01'

/** Those of the second half year as a file of events. */
export function itemsFile(): string {
  const headers = ['household_id', 'transaction_timestamp', 'line', 'category', 'sales_value', 'discount', 'coupon_disc']
  return [
    headers.join(','),
    ...journeyItems()
      .filter(isLate)
      .map((row) => headers.map((header) => row[header]).join(',')),
  ].join('\n')
}

/** Past contacts as a file. They have no dates of their own: each gets those of its campaign. */
export function contactsFile(): string {
  const described = new Map([...journeyRows('campaign_descriptions.csv')].map((row) => [row['campaign_id'], row]))
  const headers = ['campaign_id', 'household_id', 'campaign_type', 'start_date', 'end_date']
  const rows = Array.from(journeyRows('campaigns.csv'), (row): Record<string, string> => ({ ...described.get(row['campaign_id']), ...row }))
  return [headers.join(','), ...rows.map((row) => headers.map((header) => row[header]).join(','))].join('\n')
}
