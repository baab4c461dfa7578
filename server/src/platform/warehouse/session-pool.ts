import { Session } from 'chdb'

interface SessionPoolOptions {
  path: string
  /** Sessions that may run at once; a Session runs one statement at a time. */
  sessionsMax: number
  /** The first statement of every Session. */
  prepare: string
  connectionArgs: readonly string[]
}

interface Waiter {
  resolve(session: Session): void
  reject(reason: unknown): void
}

/** Sessions on one data directory: opened when needed, kept when idle. One more, the control Session, is kept free for killing. */
export class SessionPool {
  readonly #options: SessionPoolOptions
  readonly #control: Session
  readonly #idle: Session[] = []
  readonly #waiters = new Set<Waiter>()
  #leased = 0
  #closing: { done: () => void } | undefined

  /** Throws when the directory cannot be opened, e.g. because another process holds it. */
  constructor(options: SessionPoolOptions) {
    this.#options = options
    this.#control = this.#open()
  }

  #open(): Session {
    const session = new Session(this.#options.path, { connectionArgs: this.#options.connectionArgs })
    session.query(this.#options.prepare)
    return session
  }

  /** A Session for this caller alone, in order of asking; give it back with `release`. */
  async acquire(signal?: AbortSignal): Promise<Session> {
    signal?.throwIfAborted()
    if (this.#closing) throw new Error('The warehouse is closed')
    if (this.#leased < this.#options.sessionsMax) {
      const session = this.#idle.pop() ?? this.#open()
      this.#leased += 1
      return session
    }
    return new Promise((resolve, reject) => {
      const abort = () => {
        this.#waiters.delete(waiter)
        reject(signal?.reason)
      }
      const settled = () => signal?.removeEventListener('abort', abort)
      const waiter: Waiter = {
        resolve: (session) => (settled(), resolve(session)),
        reject: (reason) => (settled(), reject(reason)),
      }
      signal?.addEventListener('abort', abort, { once: true })
      this.#waiters.add(waiter)
    })
  }

  /** Takes a Session back. One that was killed or left in the middle of a stream is discarded: closing it is cheap and surely clean. */
  release(session: Session, outcome: 'reusable' | 'discard'): void {
    if (outcome === 'discard') session.close()
    const [waiter] = this.#waiters
    if (waiter !== undefined) {
      this.#waiters.delete(waiter)
      try {
        waiter.resolve(outcome === 'reusable' ? session : this.#open())
      } catch (error) {
        this.#leased -= 1
        waiter.reject(error)
      }
      return
    }
    this.#leased -= 1
    if (outcome === 'reusable') this.#idle.push(session)
    if (this.#leased === 0) this.#closing?.done()
  }

  /**
   * Runs a statement of some milliseconds on the control Session, at once and on this thread: a kill must get through even when every
   * thread of the pool below Node is busy with statements.
   */
  control(sql: string): string {
    return this.#control.query(sql, 'TabSeparated')
  }

  /** Refuses new statements, waits for the running ones, at most `graceMs`, and closes; `kill` is called for what is left then. */
  async close(graceMs: number, kill: () => void): Promise<void> {
    if (this.#closing) return
    const idle = new Promise<void>((resolve) => {
      this.#closing = { done: resolve }
    })
    for (const waiter of this.#waiters) waiter.reject(new Error('The warehouse is closed'))
    this.#waiters.clear()
    if (this.#leased > 0) {
      const timer = setInterval(kill, graceMs)
      await idle
      clearInterval(timer)
    }
    for (const session of [...this.#idle, this.#control]) session.close()
  }
}
