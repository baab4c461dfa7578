import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ConnectorDraft, HttpPullSettings } from '../../../../contracts/connector-settings.ts'
import type { Run } from '../../../../contracts/connectors.ts'
import type { Context } from '../../access/index.ts'
import { startTestKit, type TestKit } from '../../../test/kit.ts'
import { readConfig } from '../../platform/config.ts'
import { readConnector } from '../list-connectors.ts'
import { requirePreset } from '../presets/index.ts'
import { createConnector } from '../save-connector.ts'
import { storedEvents } from '../testing/stored-events.ts'
import { addressOf, mayConnectTo } from './outgoing-address.ts'
import { stepPulls } from './run-pulls.ts'
import { listRuns } from './run-row.ts'
import { startRun } from './start-run.ts'
import { tryPull } from './try-pull.ts'

type Asked = { url: URL; headers: IncomingMessage['headers']; method: string; body: string }

let kit: TestKit
let server: Server
let base: string
let asked: Asked[] = []
let answer: (asked: Asked, response: ServerResponse) => void

beforeAll(async () => {
  kit = await startTestKit({ now: '2026-02-01T00:00:00Z', environment: { HONGYAN_PRIVATE_ADDRESSES: '127.0.0.0/8' } })
  server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const one = {
        url: new URL(request.url ?? '', base),
        headers: request.headers,
        method: request.method ?? '',
        body: Buffer.concat(chunks).toString('utf8'),
      }
      asked.push(one)
      answer(one, response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve))
  await kit.stop()
})

const orders = Array.from({ length: 5 }, (_, index) => ({
  order_id: `90071992547409${90 + index}`,
  status: 'paid',
  user_id: `u${index}`,
  amount: '9.90',
  paid_at: `2026-01-0${index + 1}T00:00:00Z`,
  updated_at: `2026-01-0${index + 1}T00:00:00Z`,
}))

function json(response: ServerResponse, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

function draftOf(change: Partial<HttpPullSettings>): ConnectorDraft {
  const draft = structuredClone(requirePreset('http-pull').draft) as Extract<ConnectorDraft, { kind: 'httpPull' }>
  Object.assign(
    draft.settings,
    { url: `${base}/orders`, auth: { kind: 'none' }, itemsPath: 'items', paging: { kind: 'none' }, since: null, schedule: { kind: 'manual' } },
    change,
  )
  return draft
}

async function pull(ctx: Context, draft: ConnectorDraft, secrets: Record<string, string> = {}): Promise<{ id: string; run: Run }> {
  const { id } = await createConnector(ctx, { name: `接口 ${asked.length} ${Math.random()}`, draft, secrets })
  return { id, run: await again(ctx, id) }
}

async function again(ctx: Context, id: string): Promise<Run> {
  asked = []
  await startRun(ctx, id)
  while (await stepPulls(kit.platform, new AbortController().signal));
  return (await listRuns(ctx, id, { limit: 1 })).items[0]!
}

describe('paging', () => {
  const page = (number: number) => orders.slice(number * 2, number * 2 + 2)
  const ways: [string, HttpPullSettings['paging'], typeof answer][] = [
    ['by number', { kind: 'page', parameter: 'p', first: 1 }, ({ url }, response) => json(response, { items: page(Number(url.searchParams.get('p')) - 1) })],
    [
      'by offset',
      { kind: 'offset', parameter: 'skip' },
      ({ url }, response) => json(response, { items: orders.slice(Number(url.searchParams.get('skip')), Number(url.searchParams.get('skip')) + 2) }),
    ],
    [
      'by cursor',
      { kind: 'cursor', parameter: 'after', path: 'meta.next' },
      ({ url }, response) => {
        const at = Number(url.searchParams.get('after') ?? 0)
        json(response, { items: page(at), meta: { next: at < 2 ? String(at + 1) : null } })
      },
    ],
    [
      'by a link in the answer',
      { kind: 'nextLink', path: 'next' },
      ({ url }, response) => {
        const at = Number(url.searchParams.get('at') ?? 0)
        json(response, { items: page(at), next: at < 2 ? `/orders?at=${at + 1}` : null })
      },
    ],
    [
      'by the Link header',
      { kind: 'nextLink', path: null },
      ({ url }, response) => {
        const at = Number(url.searchParams.get('at') ?? 0)
        json(response, { items: page(at) }, at < 2 ? { link: `</orders>; rel="first", <${base}/orders?at=${at + 1}>; rel="next"` } : {})
      },
    ],
  ]
  test.each(ways)('%s reaches every item once', async (_, paging, answering) => {
    answer = answering
    const ctx = await kit.workspace()
    const { run } = await pull(ctx, draftOf({ paging }))
    expect(run).toMatchObject({ state: 'finished', rowsRead: 5, items: 5, error: null })
    const events = await storedEvents(ctx)
    expect(events.map(({ properties }) => properties['order_id'])).toEqual(orders.map(({ order_id: id }) => id))
  })

  test('that never ends is stopped in words', async () => {
    answer = (_, response) => json(response, { items: page(0), next: 'same' })
    const ctx = await kit.workspace()
    expect((await pull(ctx, draftOf({ paging: { kind: 'cursor', parameter: 'c', path: 'next' } }))).run).toMatchObject({
      state: 'failed',
      error: { en: expect.stringContaining('same cursor') },
    })
    expect((await pull(ctx, draftOf({ paging: { kind: 'page', parameter: 'c', first: 0 }, pagesMax: 3 }))).run.error?.en).toContain('3 pages')
  })
})

test('goes on from the furthest item, less the overlap, only after a run that came to its end', async () => {
  const ctx = await kit.workspace()
  let failing = true
  answer = ({ url }, response) => {
    const number = Number(url.searchParams.get('page'))
    if (failing && number === 2) response.writeHead(400).end()
    else json(response, { items: number === 1 ? orders.slice(3) : number === 2 ? orders.slice(0, 3) : [] })
  }
  const since = { parameter: 'from', path: 'updated_at', format: 'seconds', start: '1700000000', overlapSeconds: 60 } as const
  const { id, run } = await pull(ctx, draftOf({ paging: { kind: 'page', parameter: 'page', first: 1 }, since }))
  expect(run).toMatchObject({ state: 'failed', rowsRead: 2, error: { en: expect.stringContaining('HTTP 400') } })
  expect((await readConnector(ctx, id)).cursor).toBeNull()
  failing = false
  expect(await again(ctx, id)).toMatchObject({ state: 'finished', rowsRead: 5 })
  expect(asked[0]?.url.searchParams.get('from')).toBe('1700000000')
  await again(ctx, id)
  expect(asked[0]?.url.searchParams.get('from')).toBe(String(Date.UTC(2026, 0, 5) / 1000 - 60))
  expect(await storedEvents(ctx)).toHaveLength(5)
})

test('waits and asks again when the interface is busy', async () => {
  const ctx = await kit.workspace()
  let times = 0
  answer = (_, response) => {
    times += 1
    if (times < 3) response.writeHead(times === 1 ? 429 : 503, { 'retry-after': '1' }).end()
    else json(response, { items: orders })
  }
  expect((await pull(ctx, draftOf({}))).run).toMatchObject({ state: 'finished', items: 5 })
})

describe('says who it is', () => {
  const proofs = [
    { auth: { kind: 'bearer' }, secrets: { token: 'tok' }, header: 'authorization', value: 'Bearer tok' },
    { auth: { kind: 'header', name: 'X-Key' }, secrets: { token: 'tok' }, header: 'x-key', value: 'tok' },
    {
      auth: { kind: 'basic', user: '鸿雁' },
      secrets: { password: 'p:w' },
      header: 'authorization',
      value: `Basic ${Buffer.from('鸿雁:p:w').toString('base64')}`,
    },
  ] as const
  test.each(proofs)('by $auth.kind', async ({ auth, secrets, header, value }) => {
    answer = (_asked, response) => json(response, { items: [] })
    await pull(await kit.workspace(), draftOf({ auth }), secrets)
    expect(asked[0]?.headers[header]).toBe(value)
  })

  test('by OAuth client credentials, asked for anew with every run', async () => {
    answer = ({ url }, response) => json(response, url.pathname === '/token' ? { access_token: 'fresh', expires_in: 60 } : { items: orders })
    const auth = { kind: 'oauth', tokenUrl: `${base}/token`, clientId: 'me', scope: 'orders' } as const
    await pull(await kit.workspace(), draftOf({ auth }), { clientSecret: 's&c' })
    expect(Object.fromEntries(new URLSearchParams(asked[0]?.body))).toEqual({
      grant_type: 'client_credentials',
      client_id: 'me',
      client_secret: 's&c',
      scope: 'orders',
    })
    expect(asked[1]?.headers.authorization).toBe('Bearer fresh')
  })

  test('to nobody else: a next page elsewhere gets no credentials', async () => {
    const elsewhere = base.replace('127.0.0.1', '127.0.0.2')
    answer = ({ url }, response) => json(response, { items: [], next: url.searchParams.has('two') ? null : `${elsewhere}/orders?two` })
    const ctx = await kit.workspace()
    await pull(ctx, draftOf({ auth: { kind: 'bearer' }, paging: { kind: 'nextLink', path: 'next' } }), { token: 'tok' })
    expect(asked.map(({ headers }) => headers.authorization)).toEqual(['Bearer tok', undefined])
  })
})

test('posts page and since inside a JSON body', async () => {
  answer = ({ body }, response) => json(response, { items: (JSON.parse(body) as { page: number }).page === 1 ? orders : [] })
  const since = { parameter: 'from', path: 'updated_at', format: 'iso', start: '2026-01-01T00:00:00Z', overlapSeconds: 0 } as const
  await pull(await kit.workspace(), draftOf({ method: 'POST', body: '{"shop":7}', paging: { kind: 'page', parameter: 'page', first: 1 }, since }))
  expect(asked.map(({ body }) => JSON.parse(body))).toEqual([
    { shop: 7, from: '2026-01-01T00:00:00Z', page: 1 },
    { shop: 7, from: '2026-01-01T00:00:00Z', page: 2 },
  ])
})

test('previews what an interface answers, and says what is wrong with it', async () => {
  const ctx = await kit.workspace()
  const attempt = (change: Partial<HttpPullSettings>) => tryPull(ctx, { draft: draftOf(change), secrets: {}, rows: 10 })
  answer = (_, response) => json(response, { items: orders, note: 'text' })
  expect(await attempt({})).toMatchObject({ ok: true, rows: orders, items: [{ event: 'Order Completed', amountFen: 990 }, {}, {}, {}, {}] })
  expect((await attempt({ itemsPath: 'note' })).error?.en).toContain('no list')
  answer = (_, response) => json(response, { code: 0, data: { list: orders } })
  expect((await attempt({})).error?.zh).toContain('「data.list」')
  answer = (_, response) => json(response, { code: 40001, msg: 'invalid token of 13800001234' })
  expect((await attempt({})).error?.en).toMatch(/says: .*40001.*138\*{4}1234/)
  answer = (_, response) => json(response, { code: 0, total: 0 })
  expect(await attempt({})).toMatchObject({ ok: true, rows: [] })
  const blind = { ...ctx, permissions: new Set([...ctx.permissions].filter((permission) => permission !== 'people.reveal')) }
  answer = (_, response) => json(response, { items: [{ ...orders[0], buyer: { mobile: '13800001234' }, note: 'a@b.example' }] })
  const masked = JSON.stringify(await tryPull(blind, { draft: draftOf({}), secrets: {}, rows: 10 }))
  expect([masked.includes('13800001234'), masked.includes('a@b.example'), masked.includes('"items":[{')]).toEqual([false, false, true])
  answer = (_, response) => response.end('<html>')
  expect((await attempt({})).error?.en).toContain('Not valid JSON')
  answer = (_, response) => response.writeHead(302, { location: 'http://169.254.169.254/' }).end()
  expect((await attempt({})).error?.en).toContain('HTTP 302')
  expect((await attempt({ url: 'http://10.0.0.1/x' })).error?.zh).toContain('HONGYAN_PRIVATE_ADDRESSES')
  expect((await attempt({ url: 'http://[::ffff:10.0.0.1]/x' })).error?.zh).toContain('HONGYAN_PRIVATE_ADDRESSES')
  expect((await attempt({ url: 'http://2130706433:1/x' })).ok).toBe(false)
})

describe('addresses that a pull may connect to', () => {
  const config = (allowed: string) => readConfig({ HONGYAN_PRIVATE_ADDRESSES: allowed })
  const privates = [
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '100.64.0.1',
    '0.0.0.0',
    '169.254.1.1',
    '::1',
    '::',
    'fd12::1',
    'fe80::1',
    '::ffff:10.0.0.1',
    '64:ff9b::a00:1',
  ]
  test.each(privates)('%s is private', (address) => {
    expect(mayConnectTo(config(''), address)).toBe(false)
  })
  test.each(['1.1.1.1', '172.32.0.1', '47.96.0.1', '2400:3200::1'])('%s is public', (address) => {
    expect(mayConnectTo(config(''), address)).toBe(true)
  })
  test('the administrator allows blocks, or all; never where clouds keep credentials', () => {
    expect(mayConnectTo(config('10.0.0.0/8, fd12::/16'), '10.9.9.9')).toBe(true)
    expect(mayConnectTo(config('10.0.0.0/8, fd12::/16'), 'fd12::7')).toBe(true)
    expect(mayConnectTo(config('10.0.0.0/8'), '192.168.0.1')).toBe(false)
    expect(mayConnectTo(config('all'), '192.168.0.1')).toBe(true)
    for (const address of ['169.254.169.254', '100.100.100.200', 'fd00:ec2::254', '::ffff:169.254.169.254'])
      expect(mayConnectTo(config('all'), address)).toBe(false)
    expect(() => config('10.0.0.0/33')).toThrow(/HONGYAN_PRIVATE_ADDRESSES/)
  })
  test('a name is judged by every address it has', async () => {
    await expect(addressOf(config(''), 'localhost')).rejects.toThrow(/private or reserved/)
    expect(await addressOf(config('127.0.0.0/8 ::1'), 'localhost')).toMatch(/127\.0\.0\.1|::1/)
  })
})
