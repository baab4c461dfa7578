import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { isSignedBy, signatureHeader, WireCallback, type WireEvent } from '../wire.ts'
import { fateOf, usualBehaviour } from './behaviour.ts'
import { type SandboxNetwork, type SandboxNetworkOptions, startSandboxNetwork } from './start-sandbox-network.ts'

const apiKey = 'sandbox-key'
const text = '【测试】您有新的优惠,拒收请回复R'
const running: { stop(): Promise<void> }[] = []

afterEach(async () => {
  for (const each of running.splice(0)) await each.stop()
})

async function network(options: Partial<SandboxNetworkOptions> = {}): Promise<SandboxNetwork> {
  const started = await startSandboxNetwork({ port: 0, seed: 7, speed: 500, ...options })
  running.push(started)
  return started
}

/** A server that takes what is posted to it; refuses the first `refusals` times. */
async function listener(take: (request: { url: string; headers: Record<string, string>; body: Buffer }) => void, refusals = 0): Promise<string> {
  let left = refusals
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      if (left-- > 0) return void response.writeHead(503).end()
      take({ url: request.url ?? '', headers: request.headers as Record<string, string>, body: Buffer.concat(chunks) })
      response.writeHead(200).end('{}')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  running.push({
    stop: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function post(
  url: string,
  body: unknown,
  key = apiKey,
): Promise<{ status: number; answer: { results?: ({ id: string; parts: number } | { error: string })[]; error?: string } }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  return { status: response.status, answer: (await response.json()) as never }
}

async function until(holds: () => boolean): Promise<void> {
  const deadline = performance.now() + 180_000
  while (!holds()) {
    if (performance.now() > deadline) throw new Error('not in time')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

it('takes messages, reports on each by the pattern of its number, and signs what it sends', async () => {
  const events: WireEvent[] = []
  const callbackUrl = await listener(({ headers, body }) => {
    expect(isSignedBy(apiKey, body, headers[signatureHeader])).toBe(true)
    events.push(...WireCallback.parse(JSON.parse(body.toString())).events)
  }, 2)
  const { url } = await network({ behaviour: { duplicateCallbackShare: 0, replyShare: 0 } })
  const fates = { '0000': 'MK:0001', '0001': 'MK:0010', '0002': 'DB:0144', '0003': 'IB:0008', '0008': 'DELIVRD' }
  const messages = Object.keys(fates).map((digits, index) => ({ to: `+861380013${digits}`, text, reference: String(index) }))
  const { status, answer } = await post(`${url}/messages`, { callbackUrl, messages })
  expect(status).toBe(200)
  await until(() => events.length >= 5)
  const byReference = events.toSorted((a, b) => ('reference' in a && 'reference' in b ? Number(a.reference) - Number(b.reference) : 0))
  expect(byReference.map((event) => event.type === 'receipt' && event.state)).toEqual(Object.values(fates))
  expect(byReference.map(({ id }) => id)).toEqual(answer.results?.map((result) => 'id' in result && result.id))
})

it('has people who answer, and never reports on some', async () => {
  const events: WireEvent[] = []
  const callbackUrl = await listener(({ body }) => events.push(...WireCallback.parse(JSON.parse(body.toString())).events))
  const { url } = await network({ behaviour: { duplicateCallbackShare: 0, replyShare: 0 } })
  await post(`${url}/messages`, { callbackUrl, messages: ['0004', '0005', '0006', '0007'].map((digits) => ({ to: `+861380013${digits}`, text })) })
  // A reply may overtake the receipt of another message.
  await until(() => events.length === 6)
  expect(events.flatMap((event) => (event.type === 'reply' ? [event.text] : [])).toSorted()).toEqual(['TD', '还有货吗?', '退订'].toSorted())
  expect(events.filter(({ type }) => type === 'receipt')).toHaveLength(3)
})

it('refuses what a network refuses', async () => {
  const { url } = await network({ ratePerSecond: 5, apiKeys: [apiKey] })
  expect(await post(`${url}/message`, { to: '+8613800138000', text }, 'another-key')).toMatchObject({ status: 401 })
  expect(await post(`${url}/message`, { to: 'abc', text })).toMatchObject({ status: 200, answer: { error: 'INVALID_NUMBER' } })
  expect(await post(`${url}/message`, { to: '+8613800138000', text: '没有签名' })).toMatchObject({ answer: { error: 'SIGNERR' } })
  expect(await post(`${url}/message`, { to: '+8613800138000', text })).toMatchObject({ answer: { parts: 1 } })
  expect(await post(`${url}/messages`, { messages: Array.from({ length: 9 }, () => ({ to: '+8613800138000', text })) })).toMatchObject({ status: 429 })
  expect(await post(`${url}/messages`, 'rubbish')).toMatchObject({ status: 400 })
  expect(await post(`${url}/messages`, { messages: [] })).toMatchObject({ status: 400 })
  expect(await post(`${url}/elsewhere`, {})).toMatchObject({ status: 404 })
})

it('like real vendors, sends twice what it is given twice, and calls back twice now and then', async () => {
  const ids: string[] = []
  const callbackUrl = await listener(({ body }) => ids.push(...WireCallback.parse(JSON.parse(body.toString())).events.map(({ id }) => id)))
  const sandbox = await network({ behaviour: { duplicateCallbackShare: 1, replyShare: 0 } })
  const message = { callbackUrl, to: '+8613800130008', text, reference: '1' }
  await post(`${sandbox.url}/message`, message)
  await post(`${sandbox.url}/message`, message)
  expect(sandbox.accepted()).toBe(2)
  await until(() => ids.length === 4)
  expect(new Set(ids).size).toBe(2)
})

it('has customers who order after a message, by their phone', async () => {
  const orders: { headers: Record<string, string>; batch: Record<string, unknown>[] }[] = []
  const collectUrl = await listener(({ url, headers, body }) => {
    expect(url).toBe('/v1/batch')
    orders.push({ headers, batch: (JSON.parse(body.toString()) as { batch: Record<string, unknown>[] }).batch })
  })
  const { url } = await network({ shop: { collectUrl, writeKey: 'wk', orderShare: 0.5, orderSeconds: [1, 60], totalYuan: [30, 300] } })
  await post(`${url}/messages`, { messages: Array.from({ length: 100 }, (_, index) => ({ to: `+8613900${String(10_000 + index)}9`, text })) })
  await until(() => orders.flatMap(({ batch }) => batch).length >= 20)
  expect(orders[0]!.headers.authorization).toBe(`Basic ${Buffer.from('wk:').toString('base64')}`)
  expect(orders[0]!.batch[0]).toMatchObject({
    type: 'track',
    event: 'Order Completed',
    context: { traits: { phone: expect.stringMatching(/^\+86139/) } },
    properties: { total: expect.any(Number), order_id: expect.any(String) },
  })
})

it('gives the same number the same nature, and realistic shares to many', () => {
  const fates = Array.from({ length: 20_000 }, (_, index) =>
    fateOf(usualBehaviour, 3, { to: `+86139${String(10_000_000 + index * 37).slice(0, 8)}`, id: `m${index}` }),
  )
  const share = (state: string | null) => fates.filter(({ receipt }) => receipt === state).length / fates.length
  expect(share('DELIVRD')).toBeGreaterThan(0.92)
  expect(share('DELIVRD')).toBeLessThan(0.97)
  expect(share('MK:0001')).toBeGreaterThan(0.008)
  expect(share('MK:0001')).toBeLessThan(0.016)
  expect(fates.filter(({ reply }) => reply !== null).length / fates.length).toBeCloseTo(0.0145, 2)
  const empty = Array.from({ length: 3000 }, (_, index) => `+86135${10_000_009 + index * 10}`).filter(
    (to) => fateOf(usualBehaviour, 3, { to, id: 'a' }).receipt === 'MK:0001',
  )
  expect(empty.length).toBeGreaterThan(10)
  expect(empty.every((to) => fateOf(usualBehaviour, 3, { to, id: 'b' }).receipt === 'MK:0001')).toBe(true)
})
