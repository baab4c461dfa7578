import { afterAll, beforeAll, expect, it } from 'vitest'
import { orderEvent } from '../../../contracts/collect.ts'
import { startTestKit, type TestKit } from '../../test/kit.ts'
import type { Context } from '../access/index.ts'
import { appendToInbox, drainInbox, type KnownEvent } from '../collect/index.ts'
import { stableUuid } from '../platform/stable-uuid.ts'
import { ensureCampaigns } from './campaign-history.ts'
import { campaignPeople } from './campaign-population.ts'
import { readCampaignReport } from './read-campaign-report.ts'
import { bringIn, customer, order } from './testing/campaign-world.ts'

let kit: TestKit
beforeAll(async () => {
  kit = await startTestKit({ now: '2026-03-31T04:00:00Z' })
})
afterAll(() => kit.stop())

const contactedAt = new Date('2026-03-10T02:00:00Z')
const later = (days: number): Date => new Date(contactedAt.getTime() + days * 86_400_000)

/** Ids of the people M0…, in order. */
async function personIds(ctx: Context): Promise<number[]> {
  const { rows } = await kit.platform.pool.query<{ id: number }>(
    `select person_id as id from identities where workspace_id = $1 and namespace = 'member_no' order by substring(value from 2)::int`,
    [ctx.workspaceId],
  )
  return rows.map((row) => row.id)
}

async function remember(
  ctx: Context,
  campaignId: string,
  contacts: { personId: number; event: string; properties?: Record<string, unknown> }[],
): Promise<void> {
  const items = contacts.map(({ personId, event, properties }): KnownEvent => ({
    personId,
    event,
    timeMs: contactedAt.getTime(),
    key: stableUuid(event, personId, campaignId),
    properties: { campaignId, ...properties },
  }))
  await kit.platform.db.transaction().execute((tx) => appendToInbox(tx, { platform: kit.platform, workspaceId: ctx.workspaceId, kind: 'message', items }))
  await drainInbox(kit.platform)
}

it('measures both arms inside the window, from events alone', async () => {
  const ctx = await kit.workspace()
  await bringIn(
    ctx,
    [...Array(30).keys()].map((number) => customer(number)),
  )
  const ids = await personIds(ctx)
  const goal = { event: orderEvent, windowDays: 7, property: null }
  const campaignId = (await ensureCampaigns(ctx, [{ code: 'OLD1', name: '去年活动', type: '大促', endsAt: null, goal }])).get('OLD1')!
  await remember(ctx, campaignId, [
    ...ids.slice(0, 20).map((personId) => ({ personId, event: 'Message Accepted', properties: { costFen: 5.5 } })),
    ...ids.slice(0, 18).map((personId) => ({ personId, event: 'Message Delivered' })),
    ...ids.slice(20, 30).map((personId) => ({ personId, event: 'Control Assigned' })),
    { personId: ids[3]!, event: 'Message Opted Out' },
  ])
  await bringIn(ctx, [
    order(0, later(1), 10_000),
    order(0, later(2), 5_000),
    order(1, later(6.99), 20_000),
    // Too late, too early, and somebody who was not contacted at all.
    order(2, later(7), 99_000),
    order(3, later(-0.01), 99_000),
    order(20, later(3), 4_000),
  ])
  const report = await readCampaignReport(ctx, campaignId)
  expect(report.treated).toEqual({ people: 20, converted: 2, orders: 3, revenueFen: 35_000 })
  expect(report.control).toEqual({ people: 10, converted: 1, orders: 1, revenueFen: 4_000 })
  expect(report).toMatchObject({ sent: 20, delivered: 18, optedOut: 1, replied: 1, costFen: 110, planned: 30 })
  expect(report.lift.conversionRateDifference?.value).toBeCloseTo(0)
  expect(report.lift.revenuePerPersonDifferenceFen?.value).toBeCloseTo(35_000 / 20 - 400)
  // (1350 fen more per person × 20 people − 110) / 110
  expect(report.roi).toBeCloseTo((27_000 - 110) / 110)
  expect(report.series.reduce((sum, row) => sum + row.conversions, 0)).toBe(3)
  expect(report.campaign.state).toBe('imported')

  const page = { before: null, limit: 10 }
  expect(await campaignPeople(ctx, campaignId, 'converted', page)).toEqual({ personIds: [ids[1], ids[0]], total: 2 })
  expect(await campaignPeople(ctx, campaignId, 'controlConverted', page)).toEqual({ personIds: [ids[20]], total: 1 })
  expect((await campaignPeople(ctx, campaignId, 'sent', { before: ids[5]!, limit: 2 })).personIds).toEqual([ids[4], ids[3]])
  await expect(campaignPeople(ctx, campaignId, 'nonsense', page)).rejects.toMatchObject({ errorName: 'validation' })
})

it('counts a goal only where it names the campaign, until the campaign ends', async () => {
  const ctx = await kit.workspace()
  await bringIn(ctx, [customer(0), customer(1)])
  const ids = await personIds(ctx)
  const goal = { event: 'Coupon Redeemed', windowDays: 30, property: 'campaign' }
  const campaignId = (await ensureCampaigns(ctx, [{ code: '26', name: '26', type: 'A', endsAt: later(5), goal }])).get('26')!
  await remember(
    ctx,
    campaignId,
    ids.map((personId) => ({ personId, event: 'Message Accepted' })),
  )
  const redeemed = (number: number, campaign: string | number, days: number) => ({
    ...order(number, later(days), 0),
    event: 'Coupon Redeemed',
    key: stableUuid('redeemed', number, campaign, days),
    properties: { campaign },
  })
  await bringIn(ctx, [redeemed(0, 26, 1), redeemed(0, '26', 2), redeemed(1, '27', 1), redeemed(1, 26, 6)])
  const report = await readCampaignReport(ctx, campaignId)
  expect(report.treated).toMatchObject({ people: 2, converted: 1, orders: 2 })
})

it('takes history again without doubling it', async () => {
  const ctx = await kit.workspace()
  const goal = { event: orderEvent, windowDays: 7, property: null }
  const once = await ensureCampaigns(ctx, [{ code: 'X', name: 'X', type: '', endsAt: null, goal }])
  const again = await ensureCampaigns(ctx, [
    { code: 'X', name: 'X', type: '', endsAt: later(9), goal },
    { code: 'Y', name: 'Y', type: '', endsAt: null, goal },
  ])
  expect(again.get('X')).toBe(once.get('X'))
  expect(again.size).toBe(2)
})
