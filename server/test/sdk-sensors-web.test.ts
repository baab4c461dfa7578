import fs from 'node:fs'
import http from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startBrowser } from '../../e2e/support.ts'
import { createSource } from '../src/collect/sources/create-source.ts'
import { startFlakyProxy, type FlakyProxy } from './flaky-proxy.ts'
import { startLiveServer, until, type LiveServer, type LiveWorkspace } from './live-server.ts'
import { arrived, peopleOf } from './tracked.ts'

let server: LiveServer
let proxy: FlakyProxy
let shop: http.Server
let shopUrl: string
let browser: Browser
let workspace: LiveWorkspace
let writeKey: string

beforeAll(async () => {
  server = await startLiveServer()
  proxy = await startFlakyProxy(server.baseUrl)
  const require = createRequire(import.meta.url)
  const script = fs.readFileSync(require.resolve('sa-sdk-javascript/sensorsdata.min.js'))
  shop = http.createServer((request, response) => {
    if (request.url?.startsWith('/sdk.js')) response.setHeader('content-type', 'text/javascript').end(script)
    else response.setHeader('content-type', 'text/html; charset=utf-8').end('<title>商城</title><h1>商城</h1><script src="/sdk.js"></script>')
  })
  await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve))
  shopUrl = `http://127.0.0.1:${(shop.address() as AddressInfo).port}`
  browser = await startBrowser()
})
afterAll(async () => {
  await browser?.close()
  shop?.close()
  await proxy?.stop()
  await server?.stop()
})
beforeEach(async () => {
  workspace = await server.workspace()
  ;({ writeKey } = await createSource(workspace.ctx, { name: '官网', kind: 'sensors' }))
})

type Sdk = Record<string, (...args: unknown[]) => unknown>
declare const sensorsDataAnalytic201505: Sdk

/** A page of the shop, of another origin than the server's, with the SDK as its users set it up. */
async function openShop(host: string, options: object): Promise<Page> {
  const page = await (await browser.newContext({ locale: 'zh-CN', timezoneId: 'Asia/Shanghai' })).newPage()
  await page.goto(`${shopUrl}/goods?utm_source=wx`)
  await page.evaluate((para) => sensorsDataAnalytic201505['init']!(para), {
    server_url: `${host}/sa?project=default&token=${writeKey}`,
    show_log: false,
    is_track_single_page: false,
    // What takes longer is given up and sent again, which counts as a failed request here.
    datasend_timeout: 60_000,
    ...options,
  })
  return page
}

/** A visit: a view, a purchase, a sign-in with a phone, and what is known of the visitor. */
function visit(page: Page): Promise<void> {
  return page.evaluate(() => {
    const sa = sensorsDataAnalytic201505
    sa['registerPage']!({ app_name: 'shop' })
    sa['quick']!('autoTrack')
    sa['track']!('ViewProduct', { product_id: 'P1', price: 9.9, when: new Date(2026, 0, 2, 3, 4, 5) })
    sa['login']!('user-1')
    sa['bind']!('$identity_mobile', '13800001234')
    sa['setProfile']!({ name: '张三', level: '银', consent: true })
    sa['setOnceProfile']!({ level: '金' })
    sa['incrementProfile']!({ points: 5 })
    sa['appendProfile']!({ likes: ['茶', '酒'] })
    sa['track']!('OrderPaid', { amount: 12.5 })
  })
}

test.each([
  // One message a request, which may overtake one another: of two words on one thing either may come first. In a batch they have their order.
  { name: 'image', options: { send_type: 'image' }, level: /^[银金]$/ },
  { name: 'ajax', options: { send_type: 'ajax' }, level: /^[银金]$/ },
  { name: 'beacon', options: { send_type: 'beacon' }, level: /^[银金]$/ },
  { name: 'batch', level: /^银$/, options: { batch_send: { send_interval: 400, datasend_timeout: 60_000 } } },
])('a visit arrives from the web client, sent by $name', async ({ options, level }) => {
  const page = await openShop(server.baseUrl, options)
  const blocked: string[] = []
  page.on('requestfailed', (request) => blocked.push(`${request.url().slice(0, 60)} ${request.failure()?.errorText}`))
  await visit(page)
  const events = await arrived(workspace.ctx, 5)
  expect(events.map(({ event }) => event).toSorted()).toEqual(['$BindID', '$SignUp', 'OrderPaid', 'Page Viewed', 'ViewProduct'])
  const people = await until(
    () => peopleOf(workspace.ctx),
    (found) => found.length === 1 && found[0]!.attributes['points'] === 5 && 'likes' in found[0]!.attributes && 'name' in found[0]!.attributes,
  )
  expect(people[0]).toMatchObject({
    attributes: { name: '张三', level: expect.stringMatching(level), points: 5, likes: ['茶', '酒'], consent: true },
    hasPhone: true,
  })
  expect(people[0]!.names.filter((named) => !named.startsWith('anonymous_id'))).toEqual(['phone:', 'user_id:user-1'])
  expect(events.find(({ event }) => event === 'Page Viewed')?.properties).toMatchObject({
    url: `${shopUrl}/goods?utm_source=wx`,
    title: '商城',
    app_name: 'shop',
  })
  expect(events.find(({ event }) => event === 'ViewProduct')?.properties).toMatchObject({ when: '2026-01-02T03:04:05.000+08:00' })
  expect(events.find(({ event }) => event === 'OrderPaid')).toMatchObject({ amount_fen: 1250 })
  expect(new Set(events.map(({ person_id: personId }) => personId)).size).toBeLessThanOrEqual(2)
  expect(blocked).toEqual([])
  await page.context().close()
})

test('what the web client kept and sent again after 503 and a cut connection is stored once', async () => {
  proxy.prepare({ refuse: 503 }, 'cut', { refuse: 429 }, 'cut')
  const page = await openShop(proxy.url, { batch_send: { send_interval: 300, datasend_timeout: 2_000 } })
  await visit(page)
  await until(
    async () => proxy.requests.filter(({ mishap }) => mishap === 'pass').length,
    (count) => count >= 1,
  )
  expect(await arrived(workspace.ctx, 5)).toHaveLength(5)
  const [person] = await until(
    () => peopleOf(workspace.ctx),
    (found) => found.length === 1 && found[0]!.attributes['points'] !== undefined,
  )
  expect(person).toMatchObject({ attributes: { points: 5 } })
  await page.context().close()
})
