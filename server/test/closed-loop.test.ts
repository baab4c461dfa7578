import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accessRoutes } from '../../contracts/access.ts'
import { audienceRoutes } from '../../contracts/audience.ts'
import { campaignRoutes, type Campaign, type CampaignReport } from '../../contracts/campaigns.ts'
import { channelRoutes } from '../../contracts/channels.ts'
import { collectRoutes, orderEvent } from '../../contracts/collect.ts'
import { contentRoutes } from '../../contracts/content.ts'
import { deliveryRoutes } from '../../contracts/delivery.ts'
import { insightRoutes } from '../../contracts/insight.ts'
import { peopleRoutes } from '../../contracts/people.ts'
import type { Rule } from '../../contracts/rule.ts'
import { defaultContactPolicy, workspaceRoutes } from '../../contracts/workspaces.ts'
import { startSandboxNetwork, type SandboxNetwork } from '../src/channels/index.ts'
import { startPeer } from '../src/channels/smpp/testing/peer.ts'
import { startLiveServer, until, type LiveServer, type LiveWorkspace } from './live-server.ts'

/** Noon in the shop's zone, outside quiet hours. */
const noon = '2026-03-02T04:00:00Z'
const hourMs = 3_600_000

/** The shop's customers, whose numbers decide what the sandbox network makes of a message: see `fateByLastDigits` there. */
interface Customer {
  memberNo: string
  phone: string | null
  consents: boolean
  city: string
  /** Fen of one earlier order, if any. */
  orderedFen: number | null
  /** Last digit of a number with a fate; null for a number like any other. */
  fate: number | null
}

const customers: Customer[] = Array.from({ length: 300 }, (_, index) => {
  const fate = index < 80 ? index % 8 : null
  const number = fate === null ? `1390001${1000 + index}` : `1380${100 + Math.floor(index / 8)}000${fate}`
  return {
    memberNo: `M${1000 + index}`,
    phone: index >= 290 ? null : number,
    consents: index < 270,
    city: index % 3 === 0 ? '上海' : '杭州',
    orderedFen: index % 2 === 0 ? 10_000 + index : null,
    fate,
  }
})
/** Nobody answers for a number whose receipt never comes (digit 4). */
const silent = 4
const byMemberNo = new Map(customers.map((customer) => [customer.memberNo, customer]))

let server: LiveServer
let shop: LiveWorkspace
let network: SandboxNetwork
let writeKey: string

beforeAll(async () => {
  server = await startLiveServer({ now: noon })
  shop = await server.workspace()
  writeKey = (await shop.client.call(collectRoutes.createSource, { params: shop.params, body: { name: '商城' } })).writeKey
  network = await startSandboxNetwork({
    port: 0,
    seed: 7,
    speed: 100,
    clock: server.kit.clock,
    behaviour: {
      // Only the last digits of a number decide.
      emptyNumberShare: 0,
      blacklistedShare: 0,
      switchedOffShare: 0,
      flowControlShare: 0,
      blockedShare: 0,
      noReceiptShare: 0,
      replyShare: 0,
      duplicateCallbackShare: 0.5,
    },
    // Whoever is reached orders, so that what must come back is known.
    shop: { collectUrl: server.baseUrl, writeKey, orderShare: 1e9, orderSeconds: [5, 40], totalYuan: [39, 480] },
  })
})
afterAll(async () => {
  await network?.stop()
  await server?.stop()
})

const csv = (rows: readonly (readonly unknown[])[]): string => rows.map((row) => row.join(',')).join('\n')
const now = (): string => server.kit.clock.now().toISOString()
const at = (path: { id: string }) => ({ ...shop.params, id: path.id })
const report = (campaign: { id: string }): Promise<CampaignReport> => shop.client.call(campaignRoutes.readCampaignReport, { params: at(campaign) })

async function makeCampaign(name: string, settings: { segmentId: string; templateId: string; accountId: string; controlPercent?: number }): Promise<Campaign> {
  const goal = { event: orderEvent, windowDays: 7 }
  return shop.client.call(campaignRoutes.createCampaign, { params: shop.params, body: { name, type: '促销', controlPercent: 0, goal, ...settings } })
}

async function launch(campaign: Campaign) {
  const estimate = await shop.client.call(campaignRoutes.estimateCampaign, { params: at(campaign) })
  expect(estimate.problems.filter(({ blocking }) => blocking)).toEqual([])
  await shop.client.call(campaignRoutes.launchCampaign, { params: at(campaign), body: { confirmRecipients: estimate.recipients } })
  return estimate
}

const sum = (rows: readonly { count: number }[]): number => rows.reduce((total, { count }) => total + count, 0)

/** Receipts are all in when nothing is left of what was sent but the messages that never get one. */
const isSettled = (now: CampaignReport, without: number): boolean =>
  now.campaign.state === 'completed' && now.waiting === 0 && now.sent > 0 && now.sent - now.delivered - sum(now.failed) - now.unknown === without

describe('from a customer file to what a campaign earned', () => {
  let parts: { segmentId: string; templateId: string; accountId: string }
  let first: CampaignReport
  let audience: Customer[]

  test('files come in, and a rule counts exactly the customers it means', async () => {
    const people = [
      ['会员号', '手机号', '姓名', '城市', '同意短信'],
      ...customers.map((each) => [each.memberNo, each.phone ?? '', `客户${each.memberNo}`, each.city, each.consents ? '是' : '否']),
    ]
    const arrived = await shop.importFile({ content: csv(people), fileName: '客户.csv', target: 'people', options: { consentProof: '注册页勾选' } })
    expect(arrived).toMatchObject({ state: 'finished', rowsGood: 300, rowsBad: 0, peopleNew: 300 })
    const orders = customers.flatMap(({ memberNo, orderedFen }) =>
      orderedFen === null ? [] : [[`D-${memberNo}`, memberNo, '2026-02-20 10:00', (orderedFen / 100).toFixed(2)]],
    )
    const ordered = await shop.importFile({ content: csv([['订单号', '会员号', '下单时间', '金额'], ...orders]), fileName: '订单.csv', target: 'orders' })
    expect(ordered).toMatchObject({ state: 'finished', rowsGood: 150, rowsBad: 0, peopleNew: 0 })

    const rule: Rule = {
      kind: 'all',
      rules: [
        { kind: 'attribute', attribute: 'city', test: { type: 'text', operator: 'is', values: ['杭州'] } },
        {
          kind: 'not',
          rule: {
            kind: 'event',
            event: orderEvent,
            filters: [],
            measure: { kind: 'sum', of: 'amount' },
            comparison: { operator: 'greaterThan', values: [102] },
            window: { kind: 'between', from: '2026-02-01T00:00:00Z', to: '2026-03-01T00:00:00Z' },
          },
        },
      ],
    }
    audience = customers.filter(({ city, orderedFen }) => city === '杭州' && (orderedFen ?? 0) <= 10_200)
    expect(await shop.client.call(audienceRoutes.countRule, { params: shop.params, body: { rule, exact: true } })).toMatchObject({ count: audience.length })
    const segment = await shop.client.call(audienceRoutes.createSegment, { params: shop.params, body: { name: '杭州低消费', rule } })
    const template = await shop.client.call(contentRoutes.createTemplate, {
      params: shop.params,
      body: { name: '周年庆', category: 'marketing', signature: '鸿雁优选', body: '{{ name | default: "会员" }}您好,周年庆全场八折,今日下单再送好礼。' },
    })
    const account = await shop.client.call(channelRoutes.createAccount, {
      params: shop.params,
      body: { provider: 'sandbox', name: '沙箱', config: { endpoint: network.url, apiKey: 'the-closed-loop' }, ratePerSecond: 500, partCostFen: 4.5 },
    })
    expect(await shop.client.call(channelRoutes.checkAccount, { params: at(account) })).toMatchObject({ ok: true })
    parts = { segmentId: segment.id, templateId: template.id, accountId: account.id }
  })

  test('a campaign goes out as estimated, and its numbers add up', async () => {
    const campaign = await makeCampaign('周年庆', { ...parts, controlPercent: 20 })
    const reachable = audience.filter(({ phone, consents }) => phone !== null && consents).length
    const estimate = await launch(campaign)
    expect(estimate).toMatchObject({
      audience: audience.length,
      suppressed: expect.arrayContaining([
        { reason: 'noAddress', count: audience.filter(({ phone }) => phone === null).length },
        { reason: 'noConsent', count: audience.filter(({ phone, consents }) => phone !== null && !consents).length },
      ]),
    })
    expect(estimate.recipients + estimate.control).toBe(reachable)
    // Six standard deviations of chance are some 0.2 of the share.
    expect(estimate.control).toBeGreaterThan(0)
    expect(estimate.control).toBeLessThan(reachable * 0.4)

    const tested = await shop.client.call(campaignRoutes.testSend, { params: at(campaign), body: { phones: ['13612340001'] } })
    expect(tested.results).toMatchObject([{ accepted: true, error: null }])

    const treated = await until(
      () => customersOf(campaign, 'sent'),
      (list) => list.length === estimate.recipients,
    )
    const of = (...fates: number[]): number => treated.filter(({ fate }) => fate !== null && fates.includes(fate)).length
    first = await until(
      () => report(campaign),
      (now) => isSettled(now, of(silent)) && now.optedOut === of(5, 6) && now.treated.orders >= now.delivered,
    )

    expect(first).toMatchObject({
      planned: audience.length,
      sent: estimate.recipients,
      delivered: treated.length - of(0, 1, 2, 3, silent),
      unknown: 0,
      waiting: 0,
      cancelled: 0,
      replied: of(5, 6, 7),
      optedOut: of(5, 6),
      costFen: Math.round(estimate.recipients * 4.5 * estimate.partsPerMessage.average),
      control: { people: estimate.control, converted: 0, orders: 0, revenueFen: 0 },
    })
    expect(reasons(first)).toEqual(reasons(estimate))
    expect(Object.fromEntries(first.failed.map(({ code, count }) => [code, count]))).toEqual({
      'MK:0001': of(0),
      'MK:0010': of(1),
      'DB:0144': of(2),
      'IB:0008': of(3),
    })
    expect(first.planned).toBe(sum(first.suppressed) + first.control.people + first.waiting + first.cancelled + first.sent)
    expect(first.sent).toBe(first.delivered + sum(first.failed) + first.unknown + of(silent))
  })

  test('what the network’s customers ordered is attributed, and compared with the control group', async () => {
    const overview = await shop.client.call(insightRoutes.readOverview, { params: shop.params, query: { days: 30 } })
    const earlier = customers.filter(({ orderedFen }) => orderedFen !== null)
    expect(first.treated).toMatchObject({ people: first.sent, converted: first.delivered, orders: first.delivered })
    expect(overview.orders.count.value).toBe(earlier.length + first.treated.orders)
    expect(overview.orders.revenueFen.value).toBe(earlier.reduce((total, { orderedFen }) => total + (orderedFen ?? 0), 0) + first.treated.revenueFen)
    expect(overview.messages.sent.value).toBe(first.sent)
    expect(first.lift).toMatchObject({ significant: true, sentence: { zh: expect.any(String), en: expect.any(String) } })
    expect(first.lift.conversionRateDifference!.value).toBeCloseTo(first.delivered / first.sent, 10)
    // The cost shown is rounded to a whole fen, the one that is divided by is not.
    expect(first.roi! / (first.treated.revenueFen / first.costFen - 1)).toBeCloseTo(1, 2)
  })

  test('every number opens its people', async () => {
    const numbers: Record<string, number> = {
      planned: first.planned,
      sent: first.sent,
      accepted: first.sent - first.delivered - sum(first.failed),
      delivered: first.delivered,
      failed: sum(first.failed),
      replied: first.replied,
      optedOut: first.optedOut,
      converted: first.treated.converted,
      control: first.control.people,
      controlConverted: 0,
      waiting: 0,
      unknown: 0,
      cancelled: 0,
      ...Object.fromEntries(first.suppressed.map(({ reason, count }) => [`suppressed:${reason}`, count])),
      ...Object.fromEntries(first.failed.map(({ code, count }) => [`failed:${code}`, count])),
    }
    const opened: typeof numbers = {}
    for (const outcome of Object.keys(numbers)) {
      const page = await shop.client.call(peopleRoutes.listPeople, { params: shop.params, query: { campaignId: first.campaign.id, outcome, limit: 200 } })
      expect([outcome, page.total ?? page.items.length]).toEqual([outcome, page.items.length])
      opened[outcome] = page.items.length
    }
    expect(opened).toEqual(numbers)
  })

  test('a person’s timeline tells the whole story once, though callbacks came twice', async () => {
    const { items } = await shop.client.call(deliveryRoutes.listReplies, { params: shop.params, query: { limit: 200 } })
    expect(items.filter(({ kind }) => kind === 'optOut')).toHaveLength(first.optedOut)
    expect(items).toHaveLength(first.replied)
    const params = { ...shop.params, personId: items.find(({ kind }) => kind === 'optOut')!.personId! }
    const timeline = await shop.client.call(peopleRoutes.readTimeline, { params, query: {} })
    const mine = timeline.items.filter(({ at: when }) => when >= new Date(noon).toISOString()).map(({ event }) => event)
    expect(mine.toSorted()).toEqual(['Message Accepted', 'Message Delivered', 'Message Opted Out', orderEvent])
    const person = await shop.client.call(peopleRoutes.readPerson, { params })
    expect(person.suppressions).toMatchObject([{ reason: 'optedOut' }])
  })

  test('the next campaigns leave out who opted out, is blacklisted, is no number, or was written to often enough', async () => {
    const contactPolicy = { ...defaultContactPolicy, frequencyCap: { enabled: true, messagesMax: 2, days: 30 } }
    await shop.client.call(workspaceRoutes.updateWorkspace, { params: shop.params, body: { contactPolicy } })
    server.kit.clock.advance(25 * hourMs)
    const before = await customersOf(first.campaign, 'sent')
    const fated = (list: readonly Customer[], ...fates: (number | null)[]): number => list.filter(({ fate }) => fates.includes(fate)).length

    const again = await makeCampaign('周年庆返场', parts)
    const estimate = await launch(again)
    expect(reasons(estimate)).toMatchObject({ optedOut: fated(before, 2, 5, 6) })
    expect(reasons(estimate)).not.toHaveProperty('frequencyCap')
    const sentTo = await until(
      () => customersOf(again, 'sent'),
      (list) => list.length === estimate.recipients,
    )
    const second = await until(
      () => report(again),
      (now) => isSettled(now, fated(sentTo, silent)) && now.optedOut === fated(sentTo, 5, 6) && now.treated.orders >= now.delivered,
    )
    expect(reasons(second)).toEqual(reasons(estimate))

    const third = await shop.client.call(campaignRoutes.estimateCampaign, { params: at(await makeCampaign('第三次', parts)) })
    const both = before.filter((customer) => sentTo.includes(customer))
    // A message that failed does not count; that there is no such number was said twice, a day apart.
    expect(reasons(third)).toMatchObject({ frequencyCap: fated(both, null, silent, 7), invalidNumber: fated(both, 0) })
    expect(reasons(third)['optedOut']).toBe(fated(before, 2, 5, 6) + fated(sentTo, 2, 5, 6))
  })

  test('orders count inside their window only, for the control group too', async () => {
    const [held] = await peopleOf(first.campaign, 'control')
    const before = await report(first.campaign)
    const ordersThen = await order(held!, 'K-1')
    const inside = await report(first.campaign)
    expect(inside.control.orders).toBe(before.control.orders + 1)
    expect(inside.control.revenueFen).toBe(before.control.revenueFen + 8_800)
    expect(inside.treated).toEqual(before.treated)
    server.kit.clock.advance(7 * 24 * hourMs)
    expect(await order(held!, 'K-2')).toBe(ordersThen + 1)
    expect((await report(first.campaign)).control).toEqual(inside.control)
  })

  test('who did what stands in the audit, without a phone in it', async () => {
    const { items } = await shop.client.call(accessRoutes.listAudit, { params: shop.params, query: { limit: 200 } })
    const actions = new Set(items.map(({ action }) => action))
    const expected = ['import.upload', 'import.start', 'segment.create', 'template.create', 'account.create', 'campaign.create', 'campaign.testSend']
    expect([...actions]).toEqual(
      expect.arrayContaining([...expected, 'campaign.launch', 'campaign.plan', 'campaign.complete', 'workspace.update', 'source.create']),
    )
    expect(JSON.stringify(items)).not.toMatch(/(?<![\da-f-])1[3-9]\d{9}(?![\da-f-])/)
  })

  async function peopleOf(campaign: { id: string }, outcome: string) {
    return (await shop.client.call(peopleRoutes.listPeople, { params: shop.params, query: { campaignId: campaign.id, outcome, limit: 200 } })).items
  }

  async function customersOf(campaign: { id: string }, outcome: string): Promise<Customer[]> {
    return (await peopleOf(campaign, outcome)).map(({ memberNo }) => byMemberNo.get(memberNo ?? '')!)
  }

  function reasons({ suppressed }: { suppressed: readonly { reason: string; count: number }[] }): Record<string, number> {
    return Object.fromEntries(suppressed.flatMap(({ reason, count }) => (reason === 'controlGroup' ? [] : [[reason, count]])))
  }

  /** Reports an order of 88 yuan as the shop's own system would, and waits until it stands in the person's timeline; answers how many do. */
  async function order({ personId, memberNo }: { personId: number; memberNo: string | null }, orderId: string): Promise<number> {
    const orders = async () =>
      (await shop.client.call(peopleRoutes.readTimeline, { params: { ...shop.params, personId }, query: { kind: 'order' } })).items.length
    const before = await orders()
    await track([
      {
        type: 'track',
        event: orderEvent,
        messageId: orderId,
        timestamp: now(),
        properties: { order_id: orderId, total: 88 },
        context: { traits: { member_no: memberNo } },
      },
    ])
    return until(orders, (after) => after > before)
  }
})

describe('through an SMPP gateway', () => {
  test('a campaign goes out, and receipts and an opt-out come back by the same connection', async () => {
    const desk = await server.workspace()
    const gateway = await startPeer({ callback: () => {} })
    try {
      const people = Array.from({ length: 12 }, (_, index) => [`S${index}`, `1371234${1000 + index}`, '是'])
      await desk.importFile({ content: csv([['会员号', '手机号', '同意短信'], ...people]), target: 'people', options: { consentProof: '门店签字' } })
      const call = desk.client.call
      const params = desk.params
      const segment = await call(audienceRoutes.createSegment, { params, body: { name: '全部', rule: { kind: 'hasAddress', channel: 'sms' } } })
      // Long enough for three parts, which the gateway puts together again.
      const body = `{{ member_no }}您好,${'春季新品到店,'.repeat(20)}`
      const template = await call(contentRoutes.createTemplate, { params, body: { name: '长短信', category: 'marketing', signature: '鸿雁优选', body } })
      const account = await call(channelRoutes.createAccount, {
        params,
        body: { provider: 'smpp', name: '网关', config: gateway.config, ratePerSecond: 50, partCostFen: 5 },
      })
      const campaign = await call(campaignRoutes.createCampaign, {
        params,
        body: {
          name: '新品',
          segmentId: segment.id,
          templateId: template.id,
          accountId: account.id,
          controlPercent: 0,
          goal: { event: orderEvent, windowDays: 3 },
        },
      })
      const here = { ...params, id: campaign.id }
      await call(campaignRoutes.launchCampaign, { params: here, body: { confirmRecipients: 12 } })
      const { items } = await until(
        () => call(deliveryRoutes.listMessages, { params, query: { campaignId: campaign.id, state: 'accepted' } }),
        (page) => page.items.length === 12,
      )
      expect(gateway.arrived()).toHaveLength(12)
      expect(gateway.arrived().find(({ address }) => address === '+8613712341003')?.text).toBe(`【鸿雁优选】S3您好,${'春季新品到店,'.repeat(20)}拒收请回复R`)
      const phoneOf = (personId: number) => call(peopleRoutes.revealPerson, { params: { ...params, personId } })
      for (const [index, message] of items.entries()) {
        const { phone } = await phoneOf(message.personId)
        const verdict = index === 0 ? gateway.invalidNumberCode : 'DELIVRD'
        if (index < 11) for (const partId of message.vendorId!.split(',')) await gateway.report(partId, phone!, verdict)
        if (index === 1) await gateway.reply(phone!, 'TD')
      }
      const done = await until(
        () => call(campaignRoutes.readCampaignReport, { params: here }),
        (now) => now.delivered === 10 && sum(now.failed) === 1 && now.optedOut === 1,
      )
      expect(done).toMatchObject({ sent: 12, unknown: 0, failed: [{ class: 'invalidNumber', code: 'MK:0001', count: 1 }], costFen: 12 * 3 * 5 })
    } finally {
      await gateway.stop()
    }
  })
})

describe('what comes late', () => {
  test('orders of a file change the comparison of campaigns that were measured before', async () => {
    const past = await server.workspace()
    const contacts = Array.from({ length: 10 }, (_, index) => [`L${index}`, 'SPRING', '旧系统', '2025-03-01', '2025-03-31'])
    await past.importFile({
      content: csv([['会员号', '活动编号', '活动类型', '触达时间', '活动结束时间'], ...contacts]),
      target: 'campaignContacts',
      options: { goalEvent: orderEvent },
    })
    const compared = async () => (await past.client.call(insightRoutes.compareCampaigns, { params: past.params, query: { groupBy: 'type' } })).rows
    expect(await compared()).toMatchObject([{ key: '旧系统', contacted: 10, converted: 0, revenueFen: 0 }])
    const orders = ['2025-02-28', '2025-03-10', '2025-03-30', '2025-04-02'].map((day, index) => [`L${index}`, `O${index}`, day, '10.00'])
    await past.importFile({ content: csv([['会员号', '订单号', '下单时间', '金额'], ...orders]), target: 'orders' })
    expect(await compared()).toMatchObject([{ contacted: 10, converted: 2, revenueFen: 2_000 }])
  })
})

async function track(batch: readonly object[]): Promise<void> {
  const authorization = `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`
  const answer = await fetch(`${server.baseUrl}/v1/batch`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify({ batch }),
  })
  expect([answer.status, await answer.json()]).toEqual([200, { success: true, accepted: batch.length, quarantined: 0 }])
}
