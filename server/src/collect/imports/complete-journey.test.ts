import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestKit, type TestKit } from '../../../test/kit.ts'
import type { Context } from '../../access/index.ts'
import { stableUuid } from '../../platform/stable-uuid.ts'
import { registerCampaignHistory } from './campaign-history.ts'
import { importFile } from './testing/import-kit.ts'

/** Real shopping of one year (Complete Journey 2.0, CC0); not part of the project. */
const folder = path.resolve(import.meta.dirname, '../../../../../shared/data/completejourney')
const isHere = existsSync(folder)
if (!isHere) console.warn('The Complete Journey data is not at ../shared/data: its imports are not checked')

const read = (name: string) => readFileSync(path.join(folder, name), 'utf8')

let kit: TestKit
let ctx: Context
beforeAll(async () => {
  kit = await startTestKit()
  ctx = await kit.workspace()
  registerCampaignHistory({ ensureCampaigns: async (_ctx, campaigns) => new Map(campaigns.map(({ code }) => [code, stableUuid('campaign', code)])) })
})
afterAll(() => kit.stop())

/** Contacts have no dates of their own: each row gets those of its campaign. */
function contacts(): string {
  const described = new Map(
    read('campaign_descriptions.csv')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(','))
      .map(([id, type, start, end]) => [id, `${type},${start},${end}`]),
  )
  const rows = read('campaigns.csv').trim().split('\n').slice(1)
  return ['campaign_id,household_id,campaign_type,start_date,end_date', ...rows.map((row) => `${row},${described.get(row.split(',')[0])}`)].join('\n')
}

describe('the year of Complete Journey', () => {
  it('comes in as households, orders, redemptions and contacts, each counted exactly', async () => {
    if (!isHere) return
    const households = await importFile(ctx, { content: read('demographics.csv'), target: 'people' })
    expect(households).toMatchObject({ state: 'finished', rowsGood: 801, rowsBad: 0, peopleNew: 801 })

    const orders = await importFile(ctx, {
      content: readFileSync(path.join(folder, 'transactions_sample.csv.gz')),
      fileName: 'transactions_sample.csv.gz',
      target: 'orders',
      options: { timezone: 'UTC' },
    })
    expect(orders).toMatchObject({ state: 'finished', rowsRead: 75_000, rowsGood: 75_000, rowsBad: 0, rowsDuplicate: 0, peopleNew: 2_377 - 801 })
    expect(orders.mapping).toEqual([
      'member_no',
      'property:store_id',
      'order_id',
      'property:product_id',
      'property:quantity',
      'amount',
      'property:retail_disc',
      'property:coupon_disc',
      'property:coupon_match_disc',
      'property:week',
      'time',
    ])
    expect(await orderTotals()).toEqual({ orders: 47_243, people: 2_377, fen: 23_393_524, lines: 75_000, first: '2017-01-01 12:30:27.000' })

    const redemptions = await importFile(ctx, {
      content: read('coupon_redemptions.csv'),
      target: 'events',
      mapping: { household_id: 'member_no', coupon_upc: 'property:coupon', campaign_id: 'property:campaign', redemption_date: 'time' },
      options: { eventName: 'Coupon Redeemed', timezone: 'UTC' },
    })
    expect(redemptions).toMatchObject({ state: 'finished', rowsGood: 2_102, rowsDuplicate: 0, peopleNew: 0 })

    const contacted = await importFile(ctx, { content: contacts(), target: 'campaignContacts', options: { timezone: 'UTC' } })
    // Households 572 and 834 were contacted and bought nothing in the sample.
    expect(contacted).toMatchObject({ state: 'finished', rowsGood: 6_589, rowsDuplicate: 0, peopleNew: 2 })
    expect(await redeemed()).toEqual({ contacts: 6_589, redeemed: 604 + 154 + 34 })

    const again = await importFile(ctx, {
      content: readFileSync(path.join(folder, 'transactions_sample.csv.gz')),
      target: 'orders',
      options: { timezone: 'UTC' },
    })
    expect(again).toMatchObject({ state: 'finished', rowsDuplicate: 47_243, peopleNew: 0 })
    expect((await orderTotals()).orders).toBe(47_243)
  }, 300_000)
})

function orderTotals() {
  return kit.platform.warehouse.row<{ orders: number; people: number; fen: number; lines: number; first: string }>({
    sql: `select count() as orders, uniqExact(person_id) as people, sum(amount_fen) as fen, sum(length(properties.items::Array(JSON))) as lines, toString(min(time)) as first
      from events where workspace_id = {workspaceId:UInt32} and event = 'Order Completed'`,
    params: { workspaceId: ctx.workspaceId },
  })
}

/** Contacts, and those whose person redeemed a coupon of that campaign. */
function redeemed() {
  return kit.platform.warehouse.row<{ contacts: number; redeemed: number }>({
    sql: `
      with contacts as (
        select person_id, toString(properties.campaignId) as campaign from events where workspace_id = {workspaceId:UInt32} and event = 'Message Accepted'
      ), redemptions as (
        select distinct person_id, properties.campaign::String as code from events where workspace_id = {workspaceId:UInt32} and event = 'Coupon Redeemed'
      )
      select count() as contacts, countIf((person_id, campaign) in (select person_id, transform(code, {codes:Array(String)}, {ids:Array(String)}, '') from redemptions)) as redeemed from contacts`,
    params: {
      workspaceId: ctx.workspaceId,
      codes: Array.from({ length: 27 }, (_, index) => String(index + 1)),
      ids: Array.from({ length: 27 }, (_, index) => stableUuid('campaign', String(index + 1))),
    },
  })
}
