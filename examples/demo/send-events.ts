import { api } from '../../contracts/api.ts'
import { Random } from './random.ts'
import type { Session } from './session.ts'
import { products } from './shop.ts'
import type { Customer } from './simulate.ts'

/** What the shop's site and app send, live: two sources with a key of their own. */
export interface LiveSources {
  siteKey: string
  appKey: string
}

export interface Live {
  session: Session
  customers: readonly Customer[]
  seed: number
  now: number
}

const visitors = 80
const visitorsSigningIn = 24
const surveyEvent = 'Survey Submitted'
const minuteMs = 60_000

/** Two sources, and visitors of the site whom nobody knows yet. */
export async function openSources(live: Live): Promise<LiveSources> {
  const { client, workspaceId } = live.session
  const params = { workspaceId }
  const site = await client.call(api.collect.createSource, { params, body: { name: '官网与小程序', kind: 'http' } })
  const app = await client.call(api.collect.createSource, { params, body: { name: 'App（神策 SDK）', kind: 'sensors' } })
  const random = new Random(live.seed + 3)
  const messages = Array.from({ length: visitors }, (_, index) => visit(random, index, live.now)).flat()
  await sendSegment(live.session, site.writeKey, [...messages, ...survey(live, 0, 30)])
  await sendSensors(live, app.writeKey)
  return { siteKey: site.writeKey, appKey: app.writeKey }
}

/** Some of the visitors sign in: whoever they are is one with what they looked at before. Members' ids in the shop at Youzan become known, too. */
export async function signVisitorsIn({ session, customers, now }: Live, { siteKey }: LiveSources, buyers: ReadonlyMap<string, string>): Promise<void> {
  const identify = Array.from({ length: Math.min(visitorsSigningIn, customers.length) }, (_, index) => ({
    type: 'identify',
    messageId: `demo-sign-in-${index}`,
    anonymousId: cookieOf(index),
    timestamp: new Date(now - (visitorsSigningIn - index) * minuteMs).toISOString(),
    traits: { member_no: customers[(index * 17) % customers.length]!.memberNo },
  }))
  const known = [...buyers].map(([memberNo, id]) => ({
    type: 'identify',
    messageId: `demo-buyer-${memberNo}`,
    timestamp: new Date(now - 90 * minuteMs).toISOString(),
    traits: { member_no: memberNo },
    context: { externalIds: [{ type: 'shop_user_id', id, collection: 'users', encoding: 'none' }] },
  }))
  await sendSegment(session, siteKey, [...identify, ...known])
}

/** From now on a survey must say a rating from the list; what does not, and messages without a name, stand in the quarantine. */
export async function sendMisfits(live: Live, { siteKey }: LiveSources): Promise<void> {
  const { client, workspaceId } = live.session
  const params = { workspaceId }
  await client.call(api.collect.updateEventSchema, {
    params,
    body: { event: surveyEvent, label: { zh: '提交问卷', en: 'Survey submitted' }, description: '签收三天后的满意度问卷', onViolation: 'quarantine' },
  })
  await client.call(api.collect.updateEventProperty, {
    params,
    body: { event: surveyEvent, key: 'rating', label: { zh: '评分', en: 'Rating' }, type: 'number', unit: '分', isRequired: true },
  })
  const misfits = survey(live, 30, 37).map(({ properties: { 题目 }, ...message }, index) => ({
    ...message,
    properties: index < 4 ? { 题目 } : { 题目, rating: '非常满意' },
  }))
  const nameless = Array.from({ length: 3 }, (_, index) => ({
    type: 'track',
    messageId: `demo-nameless-${index}`,
    anonymousId: cookieOf(index),
    properties: {},
  }))
  await sendSegment(live.session, siteKey, [...misfits, ...nameless])
}

const cookieOf = (index: number): string => `demo-cookie-${String(index + 1).padStart(3, '0')}`

function visit(random: Random, index: number, now: number): object[] {
  const anonymousId = cookieOf(index)
  const at = now - (2 + random.next() * 70) * 60 * minuteMs
  const views = Array.from({ length: 1 + random.below(4) }, (_, view) => {
    const product = random.pick(products)
    return {
      type: 'track',
      event: 'Product Viewed',
      messageId: `demo-view-${index}-${view}`,
      anonymousId,
      timestamp: new Date(at + (view + 1) * 2 * minuteMs).toISOString(),
      properties: { 商品编码: product.sku, 品类: product.category, 单价: product.priceYuan },
    }
  })
  const page = { type: 'page', name: '首页', messageId: `demo-page-${index}`, anonymousId, timestamp: new Date(at).toISOString() }
  return [{ ...page, properties: { path: '/', referrer: random.pick(['https://www.example.com/search', '', 'https://social.example.com/']) } }, ...views]
}

function survey({ customers, seed, now }: Live, from: number, to: number) {
  const random = new Random(seed + 4 + from)
  return Array.from({ length: to - from }, (_, index) => ({
    type: 'track',
    event: surveyEvent,
    messageId: `demo-survey-${from + index}`,
    timestamp: new Date(now - random.next() * 5 * 1440 * minuteMs).toISOString(),
    context: { traits: { member_no: customers[((from + index) * 31) % customers.length]!.memberNo } },
    properties: { 题目: random.pick(['包装', '物流', '客服']), rating: 3 + random.below(3) },
  }))
}

async function sendSegment({ baseUrl }: Session, writeKey: string, batch: readonly object[]): Promise<void> {
  const answer = await fetch(`${baseUrl}/v1/batch`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}` },
    body: JSON.stringify({ batch, sentAt: new Date().toISOString() }),
  })
  if (!answer.ok) throw new Error(`demo: events were answered ${answer.status} ${await answer.text()}`)
}

/** What the app's SDK sends: a form with Base64 of a JSON array. */
async function sendSensors({ session, customers, seed, now }: Live, writeKey: string): Promise<void> {
  const random = new Random(seed + 5)
  const messages = Array.from({ length: 200 }, (_, index) => {
    const { memberNo } = customers[random.below(customers.length)]!
    const isSearch = random.chance(0.4)
    return {
      type: 'track',
      event: isSearch ? 'ProductSearched' : 'AppOpened',
      time: Math.floor(now - random.next() * 10 * 1440 * minuteMs),
      _track_id: index + 1,
      distinct_id: memberNo,
      identities: { $identity_member_no: memberNo },
      properties: isSearch ? { keyword: random.pick(products).name, $lib: 'js' } : { $os: random.pick(['iOS', 'Android']), $lib: 'js' },
    }
  })
  const answer = await fetch(`${session.baseUrl}/sa?project=default&token=${encodeURIComponent(writeKey)}`, {
    method: 'POST',
    body: new URLSearchParams({ data_list: Buffer.from(JSON.stringify(messages)).toString('base64') }),
  })
  if (!answer.ok) throw new Error(`demo: the app's events were answered ${answer.status} ${await answer.text()}`)
}
