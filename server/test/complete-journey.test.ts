import { existsSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { audienceRoutes } from '../../contracts/audience.ts'
import { campaignRoutes } from '../../contracts/campaigns.ts'
import { collectRoutes, orderEvent } from '../../contracts/collect.ts'
import { importRoutes } from '../../contracts/imports.ts'
import { insightRoutes } from '../../contracts/insight.ts'
import type { LayerDefinition } from '../../contracts/layer-definitions.ts'
import { layerRoutes } from '../../contracts/layers.ts'
import { peopleRoutes, type PeopleQuery, type PersonRow } from '../../contracts/people.ts'
import type { Rule } from '../../contracts/rule.ts'
import { segmentRoutes } from '../../contracts/segments.ts'
import { tagRuleRoutes } from '../../contracts/tag-rules.ts'
import { contactsFile, itemsFile, journeyFolder, readHouseholds, readJourney, type Household } from './complete-journey-facts.ts'
import { fifths, grouped, lifecycleOf, rfmOf, type Scored } from './complete-journey-layers.ts'
import { journeyPreferences, preferenceOf } from './complete-journey-preferences.ts'
import { itemEvent, journeyRules, redeemEvent, type Named } from './complete-journey-rules.ts'
import { startLiveServer, until, type LiveServer, type LiveWorkspace } from './live-server.ts'

const isHere = existsSync(journeyFolder)
if (!isHere) console.warn('The Complete Journey data is not at ../shared/data/completejourney: nothing of it was imported or checked')

let server: LiveServer
let shop: LiveWorkspace
let households: Household[] = []
/** What earlier tests made, for rules that name it. */
const found: Partial<Pick<Named, 'rfm' | 'category'>> = {}
beforeAll(async () => {
  if (!isHere) return
  // A day after the data ends, so that "the last 366 days" is its year.
  server = await startLiveServer({ now: '2018-01-01T12:00:00Z' })
  shop = await server.workspace({ timezone: 'UTC' })
  households = [...readHouseholds().values()]
})
afterAll(() => server?.stop())

const orders = (content: Buffer | string, fileName: string) => shop.importFile({ content, fileName, target: 'orders', options: { timezone: 'UTC' } })

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

test.skipIf(!isHere)('a year of a real shop comes in by its files, is counted exactly everywhere, and its campaigns are compared', async () => {
  expect(await shop.importFile({ content: readJourney('demographics.csv'), fileName: 'demographics.csv', target: 'people' })).toMatchObject({
    rowsGood: 801,
    rowsBad: 0,
    peopleNew: 801,
  })
  const ordered = await orders(readJourney('transactions_sample.csv.gz'), 'transactions_sample.csv.gz')
  expect(ordered).toMatchObject({ state: 'finished', rowsRead: 75_000, rowsGood: 75_000, rowsBad: 0, rowsDuplicate: 0, peopleNew: 2_377 - 801 })
  // As suggested from the headers of the file.
  expect(ordered.mapping?.filter((field) => !field.startsWith('property:'))).toEqual(['member_no', 'order_id', 'amount', 'time'])
  expect(await totals()).toEqual({ people: { overview: 2_377, list: 2_377, rule: 2_377 }, ...expected })

  const contacted = await shop.importFile({
    content: contactsFile(),
    target: 'campaignContacts',
    options: { timezone: 'UTC', goalEvent: redeemEvent, goalProperty: 'campaign' },
  })
  // Households 572 and 834 were contacted and bought nothing in the sample.
  expect(contacted).toMatchObject({ state: 'finished', rowsGood: 6_589, rowsBad: 0, rowsDuplicate: 0, peopleNew: 2 })
  // Looked at before the redemptions are in: what comes later must still count.
  expect((await compared()).map(({ converted }) => converted)).toEqual([0, 0, 0])

  const redemptions = await shop.importFile({
    content: readJourney('coupon_redemptions.csv'),
    target: 'events',
    mapping: { household_id: 'member_no', coupon_upc: 'property:coupon', campaign_id: 'property:campaign', redemption_date: 'time' },
    options: { eventName: redeemEvent, timezone: 'UTC' },
  })
  expect(redemptions).toMatchObject({ state: 'finished', rowsGood: 2_102, rowsBad: 0, peopleNew: 0 })

  expect(await compared()).toEqual([
    { type: 'Type A', campaigns: 4, converted: 604, contacted: 3_647, percent: '16.56' },
    { type: 'Type B', campaigns: 17, converted: 154, contacted: 2_368, percent: '6.50' },
    { type: 'Type C', campaigns: 6, converted: 34, contacted: 574, percent: '5.92' },
  ])

  // Some of the orders once more, by what is only a part of the lines of many.
  const again = gunzipSync(readJourney('transactions_sample.csv.gz')).toString().split('\n').slice(0, 2_001)
  const rowsDuplicate = new Set(again.slice(1).map((line) => line.split(',')[2])).size
  expect(await orders(again.join('\n'), 'again.csv')).toMatchObject({ state: 'finished', rowsRead: 2_000, rowsDuplicate, peopleNew: 0 })
  expect(await totals()).toEqual({ people: { overview: 2_379, list: 2_379, rule: 2_379 }, ...expected })
})

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

/** Everybody of a list, page by page. */
async function everyone(page: (cursor: string | undefined) => Promise<{ items: PersonRow[]; nextCursor?: string | undefined }>): Promise<PersonRow[]> {
  const people: PersonRow[] = []
  for (let cursor: string | undefined; ;) {
    const { items, nextCursor } = await page(cursor)
    people.push(...items)
    if (nextCursor === undefined) return people
    cursor = nextCursor
  }
}
const listed = (query: Partial<PeopleQuery>) =>
  everyone((cursor) => shop.client.call(peopleRoutes.listPeople, { params: shop.params, query: { ...query, cursor, limit: 200 } }))
const searched = (rule: Rule) => everyone((cursor) => shop.client.call(peopleRoutes.searchPeople, { params: shop.params, body: { rule, cursor, limit: 200 } }))
const ids = (people: readonly PersonRow[]) => people.map(({ memberNo }) => memberNo!).toSorted()

async function layered(name: string, definition: LayerDefinition) {
  const { id } = await shop.client.call(layerRoutes.createLayerModel, { params: shop.params, body: { name, definition, announces: false } })
  const model = await shop.client.call(layerRoutes.readLayerModel, { params: { ...shop.params, id } })
  const people: Record<string, string[]> = {}
  for (const { name: layer } of model.layers) {
    const members = ids(await listed({ modelId: id, layer }))
    if (members.length > 0) people[layer] = members
  }
  expect(Object.fromEntries(model.layers.map(({ name: layer, count }) => [layer, count]))).toEqual(
    Object.fromEntries(model.layers.map(({ name: layer }) => [layer, people[layer]?.length ?? 0])),
  )
  return { ...model, atMs: Date.parse(model.computedAt!), people }
}

/** How many have which scores of recency and frequency, and what they spent. */
function gridOf(scored: ReadonlyMap<string, Scored>) {
  const cells = new Map<string, { recencyScore: number; frequencyScore: number; count: number; amountFen: number }>()
  for (const { id, orders: bought } of households) {
    const { recency: recencyScore, frequency: frequencyScore, layer } = scored.get(id)!
    if (layer === 'noOrder') continue
    const cell = cells.get(`${recencyScore} ${frequencyScore}`) ?? { recencyScore, frequencyScore, count: 0, amountFen: 0 }
    cells.set(`${recencyScore} ${frequencyScore}`, {
      ...cell,
      count: cell.count + 1,
      amountFen: cell.amountFen + bought.reduce((sum, { fen }) => sum + fen, 0),
    })
  }
  return new Set(cells.values())
}

test.skipIf(!isHere)('RFM by quantiles and by thresholds, and the stages of life, are of every household what its own orders say', async () => {
  const layers = (scored: ReadonlyMap<string, Scored>) => grouped(Array.from(scored, ([id, { layer }]) => [id, layer]))
  const quantiles = await layered('RFM by fifths', { kind: 'rfm', event: orderEvent, days: 365, scoring: { kind: 'quantile' }, attributes: null })
  const cuts = fifths(households, quantiles.atMs)
  const scored = rfmOf(households, { atMs: quantiles.atMs, cuts, high: 'mean' })
  expect(quantiles.thresholds).toEqual(cuts)
  expect(quantiles.people).toEqual(layers(scored))
  found.rfm = { modelId: quantiles.id, classes: new Map(Array.from(scored, ([id, { layer }]) => [id, layer])) }
  expect(new Set(quantiles.grid)).toEqual(gridOf(scored))

  const ends = { recencyDays: [7, 21, 60, 120], frequency: [3, 8, 15, 30], amountFen: [2_000, 5_000, 10_000, 20_000] }
  const fixed = await layered('RFM by thresholds', {
    kind: 'rfm',
    event: orderEvent,
    days: 365,
    scoring: { kind: 'thresholds', ...ends },
    attributes: null,
  })
  const scoredByEnds = rfmOf(households, { atMs: fixed.atMs, cuts: ends, high: 'four' })
  expect(fixed.people).toEqual(layers(scoredByEnds))
  expect(new Set(fixed.grid)).toEqual(gridOf(scoredByEnds))

  const bounds = { activeDays: 30, lostDays: 120, matureOrders: 12 }
  const life = await layered('Stages of life', { kind: 'lifecycle', event: orderEvent, ...bounds, attributes: null })
  expect(life.people).toEqual(grouped(households.map((household) => [household.id, lifecycleOf(household, life.atMs, bounds)])))
})

const months = Array.from({ length: 12 }, (_, month) => `2017-${String(month + 1).padStart(2, '0')}`)
const monthOf = (atMs: number) => new Date(atMs).toISOString().slice(0, 7)
const lastDay = (month: string) => new Date(Date.UTC(2017, Number(month.slice(5)), 0)).toISOString().slice(0, 10)
const firstIn = (month: string): Rule => ({
  kind: 'eventValue',
  event: orderEvent,
  filters: [],
  which: 'first',
  of: '$time',
  test: { type: 'date', operator: 'between', values: [`${month}-01`, lastDay(month)] },
  window: { kind: 'ever' },
})
const boughtIn = (month: string): Rule => ({
  kind: 'event',
  event: orderEvent,
  filters: [],
  measure: { kind: 'times' },
  comparison: { operator: 'atLeast', values: [1] },
  window: { kind: 'between', from: `${month}-01T00:00:00Z`, to: new Date(Date.parse(lastDay(month)) + 86_400_000).toISOString() },
})

test.skipIf(!isHere)('cohorts by the month of the first order are exclusive layers, and as many as the files say come back in every later month', async () => {
  const definition: LayerDefinition = {
    kind: 'rules',
    layers: months.slice(0, 11).map((month) => ({ name: `m${month.slice(5)}`, label: { zh: month, en: month }, rule: firstIn(month) })),
  }
  const cohorts = await layered('Month of the first order', definition)
  const cohortOf = ({ orders: [first] }: Household) =>
    first && monthOf(first.atMs) < '2017-12' ? `m${monthOf(first.atMs).slice(5)}` : cohorts.layers.at(-1)!.name
  expect(cohorts.people).toEqual(grouped(households.map((household) => [household.id, cohortOf(household)])))

  const counted: Record<string, number> = {}
  const wanted: Record<string, number> = {}
  for (const cohort of ['2017-01', '2017-02', '2017-06'])
    for (const month of months.slice(months.indexOf(cohort))) {
      const body = { rule: { kind: 'all', rules: [firstIn(cohort), boughtIn(month)] } satisfies Rule, exact: true }
      counted[`${cohort} ${month}`] = (await shop.client.call(audienceRoutes.countRule, { params: shop.params, body })).count
      wanted[`${cohort} ${month}`] = households.filter(
        ({ orders: all }) => all[0] && monthOf(all[0].atMs) === cohort && all.some(({ atMs }) => monthOf(atMs) === month),
      ).length
    }
  expect(counted).toEqual(wanted)
})

test.skipIf(!isHere)('preferences are of every household what its own items say', async () => {
  const bought = await shop.importFile({
    content: itemsFile(),
    target: 'events',
    mapping: {
      household_id: 'member_no',
      transaction_timestamp: 'time',
      line: 'message_id',
      category: 'property:category',
      sales_value: 'amount',
      discount: 'property:discount',
      coupon_disc: 'property:coupon_disc',
    },
    options: { eventName: itemEvent, timezone: 'UTC' },
  })
  const rowsGood = households.reduce((sum, { items }) => sum + items.length, 0)
  expect(bought).toMatchObject({ state: 'finished', rowsGood, rowsBad: 0, rowsDuplicate: 0, peopleNew: 0 })
  const ofItems = { event: itemEvent, category: 'category', price: 'amount', coupon: 'coupon_disc', discount: 'discount' }
  for (const key of journeyPreferences) {
    const settings = { locale: 'en' as const, ...(key === 'activeHour' || key === 'activeWeekday' ? {} : ofItems) }
    const { tagId } = await shop.client.call(tagRuleRoutes.switchOnTag, { params: shop.params, body: { key, settings, locale: 'en' } })
    const params = { ...shop.params, id: tagId }
    const { rule } = await until(
      () => shop.client.call(tagRuleRoutes.readTagRule, { params }),
      ({ rule: current }) => !['running', undefined].includes(current?.lastRun?.state),
    )
    expect(rule!.lastRun).toMatchObject({ state: 'finished', error: null })
    const wanted = preferenceOf(key, households, Date.parse(rule!.lastRun!.startedAt))
    const people: Record<string, string> = {}
    for (const value of new Set(Object.values(wanted))) for (const { memberNo } of await listed({ tagId, tagValue: value })) people[memberNo!] = value
    expect([key, people]).toEqual([key, wanted])
    // Nobody has any other value.
    expect(rule!.lastRun!.people).toBe(Object.keys(wanted).length)
    if (key === 'favouriteCategory') found.category = { tagId, values: new Map(Object.entries(wanted)) }
  }
})

/** The campaigns of the contacts by their code, and the households of the demographics as a list that was taken once. */
async function namedThings(): Promise<Named> {
  const { items: campaigns } = await shop.client.call(campaignRoutes.listCampaigns, { params: shop.params, query: { limit: 200 } })
  const { items: imports } = await shop.client.call(importRoutes.listImports, { params: shop.params, query: { limit: 200 } })
  const importId = imports.find(({ fileName }) => fileName === 'demographics.csv')!.id
  const body = { name: 'Demographics', description: '', of: { kind: 'import' as const, importId } }
  const { id: segmentId } = await shop.client.call(segmentRoutes.createStaticSegment, { params: shop.params, body })
  const inFile = households.filter(({ demographics }) => Object.keys(demographics).length > 0)
  return {
    campaigns: new Map(campaigns.map(({ code, id }) => [code, id])),
    rfm: found.rfm!,
    category: found.category!,
    list: { segmentId, households: new Set(inFile.map(({ id }) => id)) },
  }
}

test.skipIf(!isHere)('rules count and find exactly the households that the files say, and say so of each', async () => {
  const personOf = new Map((await listed({})).map(({ memberNo, personId }) => [memberNo!, personId]))
  for (const { name, rule, holds } of journeyRules(await namedThings())) {
    const wantedAt = (atMs: number) => households.filter((household) => holds(household, atMs)).map(({ id }) => id)
    const fromMs = server.kit.clock.now().getTime()
    const { count, total, exact } = await shop.client.call(audienceRoutes.countRule, { params: shop.params, body: { rule, exact: true } })
    const people = ids(await searched(rule))
    const [wanted, later, said] = [new Set(wantedAt(fromMs)), new Set(wantedAt(server.kit.clock.now().getTime())), new Set(people)]
    // "The last 60 days" moves on while asking: only of whoever crosses its edge just then the answer is taken as it is.
    const at = households.map(({ id }) => id).filter((id) => (wanted.has(id) === later.has(id) ? wanted : said).has(id))
    expect({ name, people }).toEqual({ name, people: at.toSorted() })
    expect({ name, count, total, exact }).toEqual({ name, count: at.length, total: households.length, exact: true })
    expect({ name, isSomebody: at.length > 0 && at.length < households.length }).toEqual({ name, isSomebody: true })
    const outside = households.find(({ id }) => !at.includes(id))!.id
    for (const [id, isIn] of [
      [at[0]!, true],
      [outside, false],
    ] as const) {
      const explained = await shop.client.call(audienceRoutes.explainRule, { params: shop.params, body: { rule, personId: personOf.get(id)! } })
      expect({ name, id, holds: explained.holds }).toEqual({ name, id, holds: isIn })
    }
  }
})
