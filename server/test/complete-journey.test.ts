import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { audienceRoutes } from '../../contracts/audience.ts'
import { collectRoutes, orderEvent } from '../../contracts/collect.ts'
import { insightRoutes } from '../../contracts/insight.ts'
import { peopleRoutes } from '../../contracts/people.ts'
import type { Rule } from '../../contracts/rule.ts'
import { startLiveServer, type LiveServer, type LiveWorkspace } from './live-server.ts'

/** Real shopping of the year 2017 (Complete Journey 2.0, CC0); not part of the project. */
const folder = path.resolve(import.meta.dirname, '../../../shared/data/completejourney')
const isHere = existsSync(folder)
if (!isHere) console.warn('The Complete Journey data is not at ../shared/data/completejourney: nothing of it was imported or checked')

const read = (name: string): Buffer => readFileSync(path.join(folder, name))
const lines = (name: string): string[] => read(name).toString().trim().split('\n').slice(1)

let server: LiveServer
let shop: LiveWorkspace
beforeAll(async () => {
  if (!isHere) return
  // A day after the data ends, so that "the last 366 days" is its year.
  server = await startLiveServer({ now: '2018-01-01T12:00:00Z' })
  shop = await server.workspace({ timezone: 'UTC' })
})
afterAll(() => server?.stop())

/** Contacts have no dates of their own: each gets those of its campaign. */
function contacts(): string {
  const described = new Map(lines('campaign_descriptions.csv').map((line) => [line.split(',')[0], line.split(',').slice(1).join(',')]))
  return [
    'campaign_id,household_id,campaign_type,start_date,end_date',
    ...lines('campaigns.csv').map((row) => `${row},${described.get(row.split(',')[0])}`),
  ].join('\n')
}

const orders = () =>
  shop.importFile({ content: read('transactions_sample.csv.gz'), fileName: 'transactions_sample.csv.gz', target: 'orders', options: { timezone: 'UTC' } })

async function totals() {
  const everyone: Rule = { kind: 'all', rules: [] }
  const { items } = await shop.client.call(collectRoutes.listEventSchemas, { params: shop.params })
  const overview = await shop.client.call(insightRoutes.readOverview, { params: shop.params, query: { days: 366 } })
  const { total } = await shop.client.call(peopleRoutes.listPeople, { params: shop.params, query: { limit: 1 } })
  const { count } = await shop.client.call(audienceRoutes.countRule, { params: shop.params, body: { rule: everyone, exact: true } })
  const seen = items.find(({ event }) => event === orderEvent)
  return {
    people: { overview: overview.people.total, list: total, rule: count },
    orders: { overview: overview.orders.count.value, schema: seen?.count },
    buyers: { overview: overview.orders.buyers.value, schema: seen?.people },
    revenueFen: overview.orders.revenueFen.value,
    firstAt: seen?.firstAt,
  }
}

const expected = {
  orders: { overview: 47_243, schema: 47_243 },
  buyers: { overview: 2_377, schema: 2_377 },
  revenueFen: 23_393_524,
  firstAt: '2017-01-01T12:30:27.000Z',
}

test('a year of a real shop comes in by its files, is counted exactly everywhere, and its campaigns are compared', async () => {
  if (!isHere) return
  expect(await shop.importFile({ content: read('demographics.csv'), target: 'people' })).toMatchObject({ rowsGood: 801, rowsBad: 0, peopleNew: 801 })
  const ordered = await orders()
  expect(ordered).toMatchObject({ state: 'finished', rowsRead: 75_000, rowsGood: 75_000, rowsBad: 0, rowsDuplicate: 0, peopleNew: 2_377 - 801 })
  // As suggested from the headers of the file.
  expect(ordered.mapping?.filter((field) => !field.startsWith('property:'))).toEqual(['member_no', 'order_id', 'amount', 'time'])
  expect(await totals()).toEqual({ people: { overview: 2_377, list: 2_377, rule: 2_377 }, ...expected })

  const contacted = await shop.importFile({
    content: contacts(),
    target: 'campaignContacts',
    options: { timezone: 'UTC', goalEvent: 'Coupon Redeemed', goalProperty: 'campaign' },
  })
  // Households 572 and 834 were contacted and bought nothing in the sample.
  expect(contacted).toMatchObject({ state: 'finished', rowsGood: 6_589, rowsBad: 0, rowsDuplicate: 0, peopleNew: 2 })
  // Looked at before the redemptions are in: what comes later must still count.
  expect((await compared()).map(({ converted }) => converted)).toEqual([0, 0, 0])

  const redemptions = await shop.importFile({
    content: read('coupon_redemptions.csv'),
    target: 'events',
    mapping: { household_id: 'member_no', coupon_upc: 'property:coupon', campaign_id: 'property:campaign', redemption_date: 'time' },
    options: { eventName: 'Coupon Redeemed', timezone: 'UTC' },
  })
  expect(redemptions).toMatchObject({ state: 'finished', rowsGood: 2_102, rowsBad: 0, peopleNew: 0 })

  expect(await compared()).toEqual([
    { type: 'Type A', campaigns: 4, converted: 604, contacted: 3_647, percent: '16.56' },
    { type: 'Type B', campaigns: 17, converted: 154, contacted: 2_368, percent: '6.50' },
    { type: 'Type C', campaigns: 6, converted: 34, contacted: 574, percent: '5.92' },
  ])

  expect(await orders()).toMatchObject({ state: 'finished', rowsRead: 75_000, rowsDuplicate: 47_243, peopleNew: 0 })
  expect(await totals()).toEqual({ people: { overview: 2_379, list: 2_379, rule: 2_379 }, ...expected })
}, 240_000)

async function compared() {
  const { rows } = await shop.client.call(insightRoutes.compareCampaigns, { params: shop.params, query: { groupBy: 'type' } })
  return rows.map(({ key, campaigns, converted, contacted, conversionRate }) => ({
    type: key,
    campaigns,
    converted,
    contacted,
    percent: (conversionRate * 100).toFixed(2),
  }))
}
