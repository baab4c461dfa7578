import { randomUUID } from 'node:crypto'
import type { Clock } from '../../../platform/clock.ts'
import { HttpClient } from '../../http-client.ts'
import { between, chance } from './random.ts'
import { Timeline } from './timeline.ts'

/** A shop whose customers order after a message reached them. */
export interface Shop {
  /** Base address of the collector, e.g. `http://127.0.0.1:3900`. */
  collectUrl: string
  writeKey: string
  /** Chance that a person who got a message orders because of it. People differ: from none to four times as much, the same person always alike. */
  orderShare: number
  orderSeconds: readonly [number, number]
  /** Order totals in yuan. */
  totalYuan: readonly [number, number]
}

const ordersPerRequestMax = 200
const triesMax = 5

/** Posts orders of people who were reached to `/v1/batch`, as a shop's own system would. */
export class Shoppers {
  readonly #shop: Shop
  readonly #seed: number
  readonly #clock: Clock
  readonly #client = new HttpClient({ parallelMax: 2, timeoutMs: 10_000 })
  readonly #timeline: Timeline<string>

  constructor(shop: Shop, options: { seed: number; clock: Clock }) {
    this.#shop = shop
    this.#seed = options.seed
    this.#clock = options.clock
    this.#timeline = new Timeline(200, (phones) => this.#order(phones))
  }

  /** A message reached `phone`: it may lead to an order. `speed` divides the waiting time. */
  reached(phone: string, messageId: string, speed: number): void {
    const inclination = 4 * chance(this.#seed, phone, 'inclination') ** 3
    if (chance(this.#seed, messageId, 'order') >= this.#shop.orderShare * inclination) return
    this.#timeline.add((between(...this.#shop.orderSeconds, chance(this.#seed, messageId, 'order delay')) * 1000) / speed, phone)
  }

  async stop(): Promise<void> {
    this.#timeline.stop()
    await this.#client.close()
  }

  #order(phones: string[]): void {
    for (let at = 0; at < phones.length; at += ordersPerRequestMax) {
      const batch = phones.slice(at, at + ordersPerRequestMax).map((phone) => this.#orderOf(phone))
      this.#post(JSON.stringify({ batch }), 1).catch(() => undefined)
    }
  }

  #orderOf(phone: string): Record<string, unknown> {
    const orderId = `SB${randomUUID().slice(0, 13).replace('-', '').toUpperCase()}`
    const total = Math.round(between(...this.#shop.totalYuan, chance(this.#seed, orderId)) * 100) / 100
    return {
      type: 'track',
      event: 'Order Completed',
      messageId: orderId,
      timestamp: this.#clock.now().toISOString(),
      context: { traits: { phone } },
      properties: { order_id: orderId, total },
    }
  }

  async #post(body: string, tries: number): Promise<void> {
    const authorization = `Basic ${Buffer.from(`${this.#shop.writeKey}:`).toString('base64')}`
    const answer = await this.#client.post(`${this.#shop.collectUrl}/v1/batch`, { 'content-type': 'application/json', authorization }, body)
    if ((answer.kind === 'answer' && answer.status < 500) || tries >= triesMax) return
    await this.#post(body, tries + 1)
  }
}
