import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Clock, systemClock } from '../../../platform/clock.ts'
import { splitText } from '../../sms-parts.ts'
import { WireBatch, type WireEvent, type WireMessage, type WireResult, WireSingle } from '../wire.ts'
import { type Behaviour, fateOf, usualBehaviour } from './behaviour.ts'
import { Callbacks, type CallbackTarget } from './callbacks.ts'
import { chance } from './random.ts'
import { type Shop, Shoppers } from './shoppers.ts'
import { Timeline } from './timeline.ts'

export interface SandboxNetworkOptions {
  /** 0 takes a free port. */
  port: number
  host?: string
  seed: number
  /** Divides all waiting times; tests use some hundreds. */
  speed?: number
  /** Messages per second and API key; more are refused with 429. */
  ratePerSecond?: number
  /** Keys that are let in; any key of 8 characters or more when left out. */
  apiKeys?: readonly string[]
  behaviour?: Partial<Behaviour>
  shop?: Shop
  clock?: Clock
}

export interface SandboxNetwork {
  /** What an account has as `endpoint`. */
  url: string
  /** Messages accepted so far. */
  accepted(): number
  stop(): Promise<void>
}

const bodyBytesMax = 2 * 1024 * 1024

/** Starts the network on its own HTTP port. It keeps nothing: like a carrier, it forgets a message when its last report is out. */
export async function startSandboxNetwork(options: SandboxNetworkOptions): Promise<SandboxNetwork> {
  const network = new Network(options)
  const server = createServer((request, response) => {
    network.answer(request, response).catch(() => {
      if (!response.headersSent) response.writeHead(400)
      response.end('{"error":"BAD_REQUEST"}')
    })
  })
  const host = options.host ?? '127.0.0.1'
  await listen(server, options.port, host)
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    accepted: () => network.accepted,
    stop: async () => {
      await network.stop()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => resolve())
  })
}

interface Later {
  target: CallbackTarget | null
  event: WireEvent
}

class Network {
  readonly #options: SandboxNetworkOptions
  readonly #speed: number
  readonly #clock: Clock
  readonly #behaviour: Behaviour
  readonly #buckets = new Map<string, { tokens: number; atMs: number }>()
  readonly #callbacks: Callbacks
  readonly #timeline: Timeline<Later>
  readonly #shoppers: Shoppers | null
  #callbackCount = 0
  accepted = 0

  constructor(options: SandboxNetworkOptions) {
    this.#options = options
    this.#speed = options.speed ?? 1
    this.#clock = options.clock ?? systemClock
    this.#behaviour = { ...usualBehaviour, ...options.behaviour }
    this.#callbacks = new Callbacks({
      duplicate: () => chance(options.seed, 'duplicate', this.#callbackCount++) < this.#behaviour.duplicateCallbackShare,
      retryMs: 1000 / Math.min(this.#speed, 20),
    })
    this.#timeline = new Timeline(this.#speed > 1 ? 10 : 100, (items) => this.#happen(items))
    this.#shoppers = options.shop ? new Shoppers(options.shop, { seed: options.seed, clock: this.#clock }) : null
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request)
    const apiKey = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? ''
    if (request.method !== 'POST') return reply(response, 404, { error: 'NOT_FOUND' })
    if (!this.#isAllowed(apiKey)) return reply(response, 401, { error: 'WRONG_KEY' })
    if (request.url === '/check') return reply(response, 200, { ok: true })
    if (request.url === '/message') return this.#takeSingle(response, apiKey, body)
    if (request.url === '/messages') return this.#takeBatch(response, apiKey, body)
    return reply(response, 404, { error: 'NOT_FOUND' })
  }

  async stop(): Promise<void> {
    this.#timeline.stop()
    await Promise.all([this.#callbacks.stop(), this.#shoppers?.stop()])
  }

  #takeSingle(response: ServerResponse, apiKey: string, body: string): void {
    const parsed = WireSingle.safeParse(JSON.parse(body))
    if (!parsed.success) return reply(response, 400, { error: 'BAD_REQUEST' })
    const { callbackUrl, ...message } = parsed.data
    const results = this.#take(apiKey, [message], callbackUrl)
    return results ? reply(response, 200, results[0]) : reply(response, 429, { error: 'THROTTLED' })
  }

  #takeBatch(response: ServerResponse, apiKey: string, body: string): void {
    const parsed = WireBatch.safeParse(JSON.parse(body))
    if (!parsed.success) return reply(response, 400, { error: 'BAD_REQUEST' })
    const results = this.#take(apiKey, parsed.data.messages, parsed.data.callbackUrl)
    return results ? reply(response, 200, { results }) : reply(response, 429, { error: 'THROTTLED' })
  }

  /** One result per message, or nothing when the key is above its rate: then none of them was taken. */
  #take(apiKey: string, messages: readonly WireMessage[], callbackUrl: string | null | undefined): WireResult[] | undefined {
    if (!this.#takeTokens(apiKey, messages.length)) return undefined
    const target = callbackUrl ? { url: callbackUrl, apiKey } : null
    return messages.map((message) => this.#takeOne(message, target))
  }

  #takeOne(message: WireMessage, target: CallbackTarget | null): WireResult {
    if (!/^\+?\d{8,15}$/.test(message.to)) return { error: 'INVALID_NUMBER' }
    if (message.text.trim() === '') return { error: 'EMPTY_TEXT' }
    if (!/^【[^【】]{2,16}】/u.test(message.text)) return { error: 'SIGNERR' }
    const id = randomUUID()
    this.accepted += 1
    this.#schedule({ ...message, id }, target)
    return { id, parts: splitText(message.text).length }
  }

  #schedule(message: WireMessage & { id: string }, target: CallbackTarget | null): void {
    const fate = fateOf(this.#behaviour, this.#options.seed, message)
    const at = (): string => this.#clock.now().toISOString()
    if (fate.receipt !== null) {
      const event = {
        type: 'receipt' as const,
        id: message.id,
        ...(message.reference ? { reference: message.reference } : {}),
        to: message.to,
        state: fate.receipt,
        at: at(),
      }
      this.#timeline.add((fate.receiptAfterSeconds * 1000) / this.#speed, { target, event })
    }
    if (fate.reply !== null) {
      const event = { type: 'reply' as const, id: randomUUID(), from: message.to, text: fate.reply, at: at() }
      this.#timeline.add((fate.replyAfterSeconds * 1000) / this.#speed, { target, event })
    }
  }

  #happen(items: readonly Later[]): void {
    const at = this.#clock.now().toISOString()
    const events: { target: CallbackTarget; event: WireEvent }[] = []
    for (const { target, event } of items) {
      if (target) events.push({ target, event: { ...event, at } })
      if (event.type === 'receipt' && event.state === 'DELIVRD') this.#shoppers?.reached(event.to, event.id, this.#speed)
    }
    this.#callbacks.send(events)
  }

  #isAllowed(apiKey: string): boolean {
    return this.#options.apiKeys ? this.#options.apiKeys.includes(apiKey) : apiKey.length >= 8
  }

  #takeTokens(apiKey: string, count: number): boolean {
    const rate = this.#options.ratePerSecond
    if (rate === undefined) return true
    const nowMs = performance.now()
    const bucket = this.#buckets.get(apiKey) ?? { tokens: rate, atMs: nowMs }
    const tokens = Math.min(rate, bucket.tokens + ((nowMs - bucket.atMs) / 1000) * rate)
    const isEnough = tokens >= count
    this.#buckets.set(apiKey, { tokens: isEnough ? tokens - count : tokens, atMs: nowMs })
    return isEnough
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > bodyBytesMax) throw new Error('body too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function reply(response: ServerResponse, status: number, answer: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(answer))
}
