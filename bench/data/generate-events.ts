import type { Warehouse } from '../../server/src/platform/warehouse/warehouse.ts'

export interface Population {
  workspaceId: number
  /** Person ids are 1 to `people`, dense. */
  people: number
  events: number
  /** The last instant of the history; events lie in the `days` before it. */
  until: Date
  days?: number
  /** Another seed is another population; the same seed the same one, row by row. */
  seed?: number
  /** Statements at once. */
  lanes?: number
}

/** What people do, with their share of all events in per mille. */
const shares: readonly (readonly [event: string, perMille: number])[] = [
  ['Page Viewed', 420],
  ['Product Viewed', 240],
  ['App Opened', 120],
  ['Product Added', 80],
  ['Message Accepted', 60],
  ['Message Clicked', 30],
  ['Order Completed', 45],
  ['Coupon Received', 5],
]

const rowsPerStatement = 1_000_000

/**
 * Fills a migrated warehouse with people and what they did, in SQL alone, so that ten million events take a minute or two.
 * Skewed like life: activity falls with the square of a person's rank (the busiest tenth makes about a third of the events), recent days
 * are a little busier, orders have amounts of a long tail. Events come from the newest to the oldest, so that a statement fills one month or two. Runs under tokens:
 * broken off and called again, it goes on.
 */
export async function generateEvents(warehouse: Warehouse, population: Population): Promise<void> {
  const { workspaceId, people, events, until, days = 120, seed = 1, lanes = 1 } = population
  const params = { workspaceId, people, events, seed, until: until.getTime(), spanMs: days * 86_400_000 }
  for (let from = 0; from < people; from += rowsPerStatement) {
    await warehouse.run(
      { sql: peopleSql, params: { ...params, from, count: Math.min(rowsPerStatement, people - from) } },
      { token: `people ${workspaceId} ${seed} ${from}` },
    )
  }
  let next = 0
  const lane = async (): Promise<void> => {
    while (next < events) {
      const from = next
      next += rowsPerStatement
      await warehouse.run(
        { sql: eventsSql, params: { ...params, from, count: Math.min(rowsPerStatement, events - from) } },
        { token: `events ${workspaceId} ${seed} ${from}` },
      )
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
}

/** What is filled, and what is merged when it is full, each by its partitions. */
const filled = ['events', 'events_by_person', 'people', 'event_totals', 'person_changes', 'campaign_contacts']
const merged = ['events_by_person', 'people', 'events']

/**
 * The same for very many: parts are merged once at the end instead of again and again on the way, which saves half of the work. Leaves the
 * tables as a night without traffic would: one part for each partition.
 */
export async function generateMerged(warehouse: Warehouse, population: Population): Promise<void> {
  for (const table of filled) await warehouse.run({ sql: `system stop merges ${table}` })
  await generateEvents(warehouse, { ...population, lanes: 2 })
  for (const table of filled) await warehouse.run({ sql: `system start merges ${table}` })
  await Promise.all(merged.map((table) => warehouse.run({ sql: `optimize table ${table} final` })))
}

/** An independent random number in [0, 1) for every row and purpose. */
const random = (purpose: string) => `(cityHash64(number, {seed:UInt32}, '${purpose}') / 18446744073709551616.)`
const pick = (purpose: string, values: readonly string[]) => `['${values.join("', '")}'][1 + toUInt32(${random(purpose)} * ${values.length})]`

const cities = ['上海', '北京', '广州', '深圳', '杭州', '成都', '武汉', '西安', '南京', '重庆', '苏州', '长沙']
const tiers = ['普通', '普通', '普通', '普通', '普通', '普通', '银卡', '银卡', '金卡', '黑金']
const categories = ['茶叶', '咖啡', '坚果', '糕点', '乳品', '水果', '酒水', '调味', '粮油', '礼盒']

const sources = ['门店', '小程序', '天猫', '抖音', '朋友推荐']

const peopleSql = `
  insert into people (workspace_id, person_id, attributes, has_phone, has_email, created_at, version)
  select {workspaceId:UInt32}, number + 1,
    concat('{"city":"', ${pick('city', cities)}, '","tier":"', ${pick('tier', tiers)}, '","score":', toString(toUInt8(${random('score')} * 100)), ',"gender":"', if(${random('gender')} < 0.6, '女', '男'),
      '","birthday":"', toString(toDate('1960-01-01') + toUInt16(${random('birthday')} * 16000)), '","points":', toString(toUInt32(20000 * pow(${random('points')}, 3))),
      ',"source":"', ${pick('source', sources)}, '","store":"S', toString(toUInt16(${random('store')} * 300)),
      '","interests":["', ${pick('interest 1', categories)}, '"', if(${random('interest 2')} < 0.5, concat(',"', ${pick('interest 3', categories)}, '"'), ''), ']}')::JSON(max_dynamic_paths = 128),
    ${random('phone')} < 0.95, ${random('email')} < 0.4,
    fromUnixTimestamp64Milli(toInt64({until:Int64} - {spanMs:Int64} * (1 + 3 * ${random('created')}))), 1
  from (select number + {from:UInt64} as number from numbers({count:UInt64}))`

const thresholds = shares.map((_, index) => shares.slice(0, index + 1).reduce((sum, [, perMille]) => sum + perMille, 0) / 1000)
const eventName = `multiIf(${shares
  .slice(0, -1)
  .map(([event], index) => `${random('event')} < ${thresholds[index]}, '${event}'`)
  .join(', ')}, '${shares.at(-1)?.[0]}')`

const eventsSql = `
  insert into event_intake (workspace_id, event, person_id, time, event_id, source_id, amount_fen, properties, received_at)
  select {workspaceId:UInt32}, ${eventName} as event,
    1 + least(toUInt32({people:UInt32} - 1), toUInt32(floor({people:UInt32} * pow(${random('person')}, 2)))) as person_id,
    fromUnixTimestamp64Milli(toInt64({until:Int64} - {spanMs:Int64} * pow((number + ${random('time')}) / {events:UInt64}, 1.2))) as time,
    reinterpretAsUUID(concat(reinterpretAsFixedString(cityHash64(number, {seed:UInt32}, 'id 1')), reinterpretAsFixedString(cityHash64(number, {seed:UInt32}, 'id 2')))) as event_id,
    toUUID('00000000-0000-0000-0000-000000000000'),
    if(event = 'Order Completed', toInt64(990 + exp(6 + 4 * ${random('amount')})), null) as amount_fen,
    multiIf(
      event = 'Order Completed', concat('{"order_id":"O', toString(number), '","category":"', ${pick('category', categories)}, '","quantity":', toString(1 + toUInt8(${random('quantity')} * 4)), '}'),
      event = 'Message Accepted', concat('{"campaignId":"00000000-0000-4000-8000-', leftPad(toString(toUInt8(${random('campaign')} * 20)), 12, '0'), '"}'),
      concat('{"category":"', ${pick('category', categories)}, '","path":"/p/', toString(toUInt32(${random('page')} * 5000)), '"}')) as properties,
    time
  from (select number + {from:UInt64} as number from numbers({count:UInt64}))`
