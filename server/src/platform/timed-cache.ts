import type { Clock } from './clock.ts'

/** Keeps answers of a lookup for a short time; what is not there is never remembered. The oldest entries make room. */
export class TimedCache<Value> {
  readonly #clock: Clock
  readonly #keepMs: number
  readonly #entriesMax: number
  readonly #entries = new Map<string, { value: Value; until: number }>()
  /** Grows with every `forget`: a lookup that was under way then is not kept. */
  #generation = 0

  constructor(options: { clock: Clock; keepMs: number; entriesMax?: number }) {
    this.#clock = options.clock
    this.#keepMs = options.keepMs
    this.#entriesMax = options.entriesMax ?? 10_000
  }

  async read(key: string, load: () => Promise<Value | null>): Promise<Value | null> {
    const nowMs = this.#clock.now().getTime()
    const known = this.#entries.get(key)
    // A clock that was set back must not keep an answer for longer.
    if (known && known.until > nowMs && known.until <= nowMs + this.#keepMs) return known.value
    const generation = this.#generation
    const value = await load()
    if (value !== null && generation === this.#generation) this.#keep(key, value, nowMs + this.#keepMs)
    return value
  }

  /** Drops every entry that `matches`, at once. */
  forget(matches: (value: Value) => boolean): void {
    this.#generation += 1
    for (const [key, { value }] of this.#entries) if (matches(value)) this.#entries.delete(key)
  }

  #keep(key: string, value: Value, until: number): void {
    this.#entries.delete(key)
    this.#entries.set(key, { value, until })
    const oldest = this.#entries.size > this.#entriesMax ? this.#entries.keys().next().value : undefined
    if (oldest !== undefined) this.#entries.delete(oldest)
  }
}
