import { Analytics } from '@segment/analytics-node'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createSource } from '../src/collect/sources/create-source.ts'
import { startFlakyProxy, type FlakyProxy } from './flaky-proxy.ts'
import { startLiveServer, until, type LiveServer, type LiveWorkspace } from './live-server.ts'
import { arrived, peopleOf } from './tracked.ts'

let server: LiveServer
let proxy: FlakyProxy
let workspace: LiveWorkspace
let writeKey: string

beforeAll(async () => {
  server = await startLiveServer()
  proxy = await startFlakyProxy(server.baseUrl)
})
afterAll(async () => {
  await proxy?.stop()
  await server?.stop()
})
beforeEach(async () => {
  workspace = await server.workspace()
  ;({ writeKey } = await createSource(workspace.ctx, { name: '商城', kind: 'http' }))
})

/** How long the client may take to get rid of what it has; what is left then it drops. */
const patienceMs = 300_000

/** The client as its users set it up; only the address and its patience are ours. */
function client(host: string, options: { maxEventsInBatch?: number } = {}): Analytics {
  return new Analytics({ writeKey, host, flushInterval: 50, maxRetries: 10, httpRequestTimeout: 60_000, ...options })
}

test('every call of the node client arrives as what it means', async () => {
  const analytics = client(server.baseUrl)
  const context = { externalIds: [{ id: 'wx1:o-1', type: 'wechat_openid', collection: 'users', encoding: 'none' }] }
  analytics.track({ anonymousId: 'a1', event: 'Product Viewed', properties: { sku: 'S1', price: 9.9 } })
  analytics.identify({
    userId: 'u1',
    anonymousId: 'a1',
    context,
    traits: { name: '张三', phone: '138 0000 1234', email: 'Z@Example.com', city: '杭州', age: 30, vip: true },
  })
  analytics.track({
    userId: 'u1',
    event: 'Order Completed',
    timestamp: new Date('2026-01-02T03:04:05.678Z'),
    properties: { order_id: 'O1', total: 12.5, currency: 'CNY' },
  })
  analytics.page({ userId: 'u1', category: 'Docs', name: 'Home', properties: { url: 'https://x/y' } })
  analytics.screen({ anonymousId: 'a1', name: 'Home' })
  analytics.group({ userId: 'u1', groupId: 'g1', traits: { name: 'Acme' } })
  analytics.track({ anonymousId: 'a0', event: 'Product Viewed', properties: { sku: 'S2' } })
  analytics.alias({ userId: 'u1', previousId: 'a0' })
  await analytics.closeAndFlush({ timeout: patienceMs })

  const events = await arrived(workspace.ctx, 6)
  expect(events.map(({ event }) => event).toSorted()).toEqual([
    'Group Joined',
    'Order Completed',
    'Page Viewed',
    'Product Viewed',
    'Product Viewed',
    'Screen Viewed',
  ])
  expect(events.find(({ event }) => event === 'Order Completed')).toMatchObject({ time: expect.stringMatching(/^2026-01-02 03:0[34]:/), amount_fen: 1250 })
  expect(events.find(({ event }) => event === 'Page Viewed')?.properties).toMatchObject({ category: 'Docs', name: 'Home', url: 'https://x/y' })
  const people = await until(
    () => peopleOf(workspace.ctx),
    (found) => found.length === 1 && found[0]!.names.length === 6,
  )
  expect(people).toEqual([
    {
      attributes: { name: '张三', city: '杭州', age: 30, vip: true, group_id: 'g1', group_name: 'Acme' },
      names: ['anonymous_id:a0', 'anonymous_id:a1', 'email:', 'phone:', 'user_id:u1', 'wechat_openid:wx1:o-1'],
      hasPhone: true,
    },
  ])
  expect(new Set(await arrivedPeople()).size).toBe(1)
})

test('what it sends again after 503, after 429 and after a cut connection is stored once', async () => {
  const analytics = client(proxy.url, { maxEventsInBatch: 5 })
  proxy.prepare({ refuse: 503 }, { refuse: 429, retryAfterSeconds: 1 }, 'cut', 'cut', { refuse: 500 })
  for (let number = 0; number < 12; number++) analytics.track({ userId: `u${number % 3}`, event: 'Counted', properties: { number } })
  await analytics.closeAndFlush({ timeout: patienceMs })
  expect(proxy.requests.filter(({ mishap }) => mishap !== 'pass')).toHaveLength(5)
  const events = await arrived(workspace.ctx, 12)
  expect(events.map(({ properties }) => properties['number']).toSorted((left, right) => Number(left) - Number(right))).toEqual(
    Array.from({ length: 12 }, (_, number) => number),
  )
  expect(await peopleOf(workspace.ctx)).toHaveLength(3)
})

test('past the limit of its source it is told when to come again, and comes', async () => {
  await sql`update sources set rate_per_second = 5 where workspace_id = ${workspace.ctx.workspaceId}`.execute(server.kit.platform.db)
  const analytics = client(server.baseUrl, { maxEventsInBatch: 5 })
  const statuses: number[] = []
  analytics.on('http_response', ({ status }) => statuses.push(status))
  let number = 0
  // However long requests take: sooner or later there are more than five a second.
  while (!statuses.includes(429)) {
    for (const end = number + 15; number < end; number++) analytics.track({ userId: 'u1', event: 'Counted', properties: { number } })
    await analytics.flush({ timeout: patienceMs })
  }
  await analytics.closeAndFlush({ timeout: patienceMs })
  expect(await arrived(workspace.ctx, number)).toHaveLength(number)
})

async function arrivedPeople(): Promise<number[]> {
  const { rows } = await sql<{ person_id: number }>`
    select person_id from identities where workspace_id = ${workspace.ctx.workspaceId}`.execute(server.kit.platform.db)
  return rows.map(({ person_id: personId }) => personId)
}
