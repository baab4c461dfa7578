import { HttpClient } from '../../http-client.ts'
import { signatureHeader, signCallback, type WireCallback, type WireEvent } from '../wire.ts'

/** Where the events of an account go and the key that signs them. */
export interface CallbackTarget {
  url: string
  apiKey: string
}

interface Delivery {
  target: CallbackTarget
  body: string
  tries: number
}

const eventsPerCallbackMax = 500
const triesMax = 20

/** Delivers events to callback addresses at least once: again after anything but a 2xx, and now and then again for no reason. */
export class Callbacks {
  readonly #client = new HttpClient({ parallelMax: 4, timeoutMs: 10_000 })
  readonly #duplicate: () => boolean
  readonly #retryMs: number
  readonly #waiting = new Set<NodeJS.Timeout>()
  #stopped = false

  constructor(options: { duplicate: () => boolean; retryMs: number }) {
    this.#duplicate = options.duplicate
    this.#retryMs = options.retryMs
  }

  /** Sends the events of one moment, gathered by target. */
  send(events: readonly { target: CallbackTarget; event: WireEvent }[]): void {
    const byTarget = new Map<string, { target: CallbackTarget; events: WireEvent[] }>()
    for (const { target, event } of events) {
      const key = `${target.url}\n${target.apiKey}`
      const gathered = byTarget.get(key) ?? { target, events: [] }
      byTarget.set(key, gathered)
      gathered.events.push(event)
    }
    for (const { target, events: gathered } of byTarget.values()) {
      for (let at = 0; at < gathered.length; at += eventsPerCallbackMax) {
        const callback: WireCallback = { events: gathered.slice(at, at + eventsPerCallbackMax) }
        const delivery = { target, body: JSON.stringify(callback), tries: 0 }
        this.#start(delivery)
        if (this.#duplicate()) this.#later({ ...delivery, tries: 0 }, this.#retryMs)
      }
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true
    for (const timer of this.#waiting) clearTimeout(timer)
    await this.#client.close()
  }

  #start(delivery: Delivery): void {
    this.#deliver(delivery).catch(() => this.#again(delivery))
  }

  async #deliver(delivery: Delivery): Promise<void> {
    const headers = { 'content-type': 'application/json', [signatureHeader]: signCallback(delivery.target.apiKey, delivery.body) }
    const answer = await this.#client.post(delivery.target.url, headers, delivery.body)
    if (answer.kind !== 'answer' || answer.status < 200 || answer.status > 299) this.#again(delivery)
  }

  #again(delivery: Delivery): void {
    const tries = delivery.tries + 1
    if (tries < triesMax) this.#later({ ...delivery, tries }, this.#retryMs * Math.min(2 ** (tries - 1), 30))
  }

  #later(delivery: Delivery, afterMs: number): void {
    if (this.#stopped) return
    const timer = setTimeout(() => {
      this.#waiting.delete(timer)
      this.#start(delivery)
    }, afterMs)
    this.#waiting.add(timer)
  }
}
