import { createRequire } from 'node:module'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createSource } from '../src/collect/sources/create-source.ts'
import { startFlakyProxy, type FlakyProxy } from './flaky-proxy.ts'
import { startLiveServer, until, type LiveServer, type LiveWorkspace } from './live-server.ts'
import { arrived, peopleOf } from './tracked.ts'

/** As far as it is used here; the package has no types. */
interface SensorsAnalytics {
  submitTo(options: { url: string; gzip?: boolean; mode?: string; timeout?: number }): { catch(handler: (error: Error) => void): void }
  subscribe(observer: unknown): void
  registerSuperProperties(values: object): void
  track(distinctId: string, event: string, properties: object): void
  trackSignup(distinctId: string, originalId: string, properties: object): void
  profileSet(distinctId: string, properties: object): void
  profileSetOnce(distinctId: string, properties: object): void
  profileIncrement(distinctId: string, properties: object): void
  profileAppend(distinctId: string, properties: object): void
  profileUnset(distinctId: string, keys: string[]): void
  itemSet(itemType: string, itemId: string, properties: object): void
}
const require = createRequire(import.meta.url)
const Sdk = require('sa-sdk-node') as { new (): SensorsAnalytics; Submitter: new (options: object) => unknown }

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
  ;({ writeKey } = await createSource(workspace.ctx, { name: '后端', kind: 'sensors' }))
})

/** The client as its users set it up, with what went wrong; it allows one submitter per process unless asked to forget. */
function client(host: string, options: { gzip?: boolean; mode?: string } = {}): { sa: SensorsAnalytics; errors: string[] } {
  const sa = new Sdk()
  Object.assign(globalThis, { isRunSubmitTo: false })
  const errors: string[] = []
  sa.submitTo({ url: `${host}/sa?project=default&token=${writeKey}`, timeout: 60_000, ...options }).catch((error) => errors.push(error.message))
  return { sa, errors }
}

test.each([{ gzip: true }, { gzip: false }])('every call of the node client arrives as what it means, gzip $gzip', async ({ gzip }) => {
  const { sa, errors } = client(server.baseUrl, { gzip })
  sa.registerSuperProperties({ platform: 'node', $app_version: '1.2' })
  sa.track('anon-1', 'ViewProduct', { product_id: 'P1', price: 9.9, items: ['a', 'b'], when: '2026-01-02 03:04:05.000' })
  await arrived(workspace.ctx, 1)
  sa.trackSignup('user-1', 'anon-1', { channel: 'app' })
  sa.track('user-1', 'OrderPaid', { order_id: 'O1', amount: 12.5, $time: new Date('2026-01-02T03:04:05.678Z') })
  sa.profileSet('user-1', { name: '张三', $city: '杭州', level: '银' })
  sa.profileSetOnce('user-1', { level: '金', first_channel: 'app' })
  sa.profileIncrement('user-1', { points: 5 })
  sa.profileIncrement('user-1', { points: 7 })
  sa.profileAppend('user-1', { likes: ['茶', '酒'] })
  sa.profileAppend('user-1', { likes: ['茶', '咖啡'] })
  sa.profileSet('user-1', { temporary: 'x' })
  await until(
    () => peopleOf(workspace.ctx),
    ([person]) => person?.attributes['temporary'] === 'x',
  )
  sa.profileUnset('user-1', ['temporary'])
  sa.itemSet('sku', 'S1', { price: 9.9 })

  const events = await arrived(workspace.ctx, 3)
  expect(events.map(({ event }) => event).toSorted()).toEqual(['$SignUp', 'OrderPaid', 'ViewProduct'])
  expect(events.find(({ event }) => event === 'OrderPaid')).toMatchObject({ time: '2026-01-02 03:04:05.678', amount_fen: 1250 })
  expect(events.find(({ event }) => event === 'ViewProduct')?.properties).toMatchObject({
    platform: 'node',
    items: ['a', 'b'],
    when: '2026-01-02T03:04:05.000+08:00',
  })
  const people = await until(
    () => peopleOf(workspace.ctx),
    (found) => found.length === 1 && !('temporary' in found[0]!.attributes),
  )
  expect(people).toEqual([
    {
      attributes: { platform: 'node', name: '张三', city: '杭州', level: '银', first_channel: 'app', points: 12, likes: ['茶', '酒', '咖啡'] },
      names: ['anonymous_id:anon-1', 'user_id:user-1'],
      hasPhone: false,
    },
  ])
  expect(errors).toEqual([])
})

test('a user id used before anybody called it one belongs to the same person', async () => {
  const { sa } = client(server.baseUrl)
  sa.track('user-1', 'OrderPaid', { amount: 1 })
  await arrived(workspace.ctx, 1)
  await workspace.importFile({ target: 'people', content: 'user_id,name\nuser-1,王五\n', mapping: { user_id: 'user_id', name: 'attribute:name' } })
  sa.track('user-1', 'OrderPaid', { amount: 2 })
  await arrived(workspace.ctx, 2)
  expect(await peopleOf(workspace.ctx)).toMatchObject([{ attributes: { name: '王五' }, names: ['anonymous_id:user-1', 'user_id:user-1'] }])
})

/** Until a request arrives: on a kept connection that was closed meanwhile this client loses the request without a word. */
async function sendAgain(messages: readonly unknown[], hasArrived: () => boolean): Promise<void> {
  let sentAtMs = -Infinity
  await until(
    async () => {
      if (!hasArrived() && performance.now() - sentAtMs > 2_000) {
        sentAtMs = performance.now()
        const again = new Sdk.Submitter({ url: `${proxy.url}/sa?token=${writeKey}` }) as { onNext(messages: unknown): void }
        again.onNext(messages)
      }
      return hasArrived()
    },
    (arrivedNow) => arrivedNow,
  )
}

test('what was stored before the connection was cut is stored once when it is sent again; increments too', async () => {
  const { sa, errors } = client(proxy.url)
  const sent: unknown[] = []
  sa.subscribe({ onNext: (message: unknown) => sent.push(message), onError: () => undefined, onCompleted: () => undefined })
  proxy.prepare('cut', { refuse: 503 }, 'cut')
  sa.track('user-1', 'OrderPaid', { amount: 3 })
  sa.track('user-1', 'OrderPaid', { amount: 4 })
  sa.profileIncrement('user-1', { points: 5 })
  await until(
    async () => proxy.requests.length,
    (count) => count === 3,
  )
  // A request is counted before it is answered.
  await until(
    async () => errors.length,
    (count) => count > 0,
  )
  // This client gives up at once; whoever uses it sends what failed again, as it was.
  for (const requests of [4, 5]) await sendAgain(sent, () => proxy.requests.length >= requests)
  const events = await arrived(workspace.ctx, 2)
  expect(new Set(events.map(({ amount_fen: fen }) => fen))).toEqual(new Set([300, 400]))
  await until(
    () => peopleOf(workspace.ctx),
    ([person]) => person?.attributes['points'] === 5,
  )
  expect((await arrived(workspace.ctx, 2)).length).toBe(2)
  expect(await peopleOf(workspace.ctx)).toMatchObject([{ attributes: { points: 5 } }])
})

test('debug mode says what is wrong; a dry run stores nothing', async () => {
  const dry = client(server.baseUrl, { mode: 'debug_only' })
  dry.sa.track('user-1', 'OrderPaid', { amount: 3 })
  const debug = client(server.baseUrl, { mode: 'debug_and_track' })
  debug.sa.track('user-1', 'Kept', { amount: 3 })
  expect((await arrived(workspace.ctx, 1)).map(({ event }) => event)).toEqual(['Kept'])
  debug.sa.profileIncrement('user-1', { points: 1 })
  debug.sa.track('user-1', 'TooLarge', { note: 'x'.repeat(33_000) })
  await until(
    async () => debug.errors.length,
    (count) => count === 1,
  )
  expect(debug.errors[0]).toContain('32 KB')
  expect(dry.errors).toEqual([])
})
