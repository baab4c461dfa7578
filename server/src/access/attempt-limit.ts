import type { Clock } from '../platform/clock.ts'
import { AppError } from '../platform/errors.ts'

interface Window {
  startedMs: number
  attempts: number
}

const windowMs = 15 * 60 * 1000
const keysMax = 100_000

/** Counts attempts per key in windows of fifteen minutes, in this process. */
export class AttemptLimit {
  readonly #clock: Clock
  readonly #windows = new Map<string, Window>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Counts one attempt for each key before its outcome is known; throws `throttled` when a key has had its share. */
  take(limits: readonly (readonly [key: string, attemptsMax: number])[]): void {
    const nowMs = this.#clock.now().getTime()
    for (const [key, attemptsMax] of limits) {
      const window = this.#windowOf(key, nowMs)
      if (window.attempts >= attemptsMax) throw throttled((window.startedMs + windowMs - nowMs) / 1000)
    }
    for (const [key] of limits) this.#windowOf(key, nowMs).attempts += 1
  }

  /** A success gives the attempts back. */
  forgive(keys: readonly string[]): void {
    for (const key of keys) this.#windows.delete(key)
  }

  #windowOf(key: string, nowMs: number): Window {
    const known = this.#windows.get(key)
    if (known && known.startedMs + windowMs > nowMs) return known
    const window = { startedMs: nowMs, attempts: 0 }
    this.#windows.delete(key)
    this.#windows.set(key, window)
    const oldest = this.#windows.size > keysMax ? this.#windows.keys().next().value : undefined
    if (oldest !== undefined) this.#windows.delete(oldest)
    return window
  }
}

function throttled(retryAfterSeconds: number): AppError {
  const minutes = Math.max(1, Math.ceil(retryAfterSeconds / 60))
  return new AppError('throttled', { zh: `尝试次数过多，请在 ${minutes} 分钟后再试`, en: `Too many attempts; try again in ${minutes} min`, retryAfterSeconds })
}
