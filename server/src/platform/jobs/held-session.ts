import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import type { Log } from '../log.ts'
import { clientSettings, type PostgresAddress } from '../postgres/connect.ts'

interface Options {
  address: PostgresAddress
  log: Log
  /** Runs on every new connection before anybody else uses it, e.g. LISTEN and locks that mark this process as alive. */
  onOpen(client: Client): Promise<void>
  onNotice(payload: string): void
}

/** The kind of thing, and which one. */
type LockKey = readonly [number, string]

const reopenMsMax = 5_000

/** One connection kept for what lives as long as a session: LISTEN and advisory locks. It is opened again whenever it breaks. */
export class HeldSession {
  readonly #options: Options
  #client: Client | null = null
  #closed = false
  #reopening: Promise<void> = Promise.resolve()
  /** A connection runs one statement at a time; this is the end of the line. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(options: Options) {
    this.#options = options
  }

  async open(): Promise<void> {
    this.#closed = false
    await this.#connect()
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#reopening
    await this.#client?.end().catch(() => {})
    this.#client = null
  }

  /** Runs `work` when nobody else of the installation is at `key`; answers whether it ran. Not at all while the connection is broken. */
  async alone(key: LockKey, work: () => Promise<void>): Promise<boolean> {
    const client = this.#client
    if (!client || !(await this.#query<{ locked: boolean }>(client, 'select pg_try_advisory_lock($1, hashtext($2)) as locked', key))?.locked) return false
    try {
      await work()
      return true
    } finally {
      await this.#query(client, 'select pg_advisory_unlock($1, hashtext($2))', key).catch(() => {})
    }
  }

  /** Takes a lock for as long as the session lives; others of ours may take it too. */
  async hold(key: LockKey): Promise<void> {
    if (this.#client) await this.#query(this.#client, 'select pg_advisory_lock_shared($1, hashtext($2))', key)
  }

  async #query<Row>(client: Client, text: string, values: LockKey): Promise<Row | undefined> {
    const answer = this.#last.then(() => client.query(text, [...values]))
    this.#last = answer.catch(() => {})
    return (await answer).rows[0] as Row | undefined
  }

  async #connect(): Promise<void> {
    const client = new Client({
      ...clientSettings(this.#options.address),
      application_name: 'hongyan-session',
      keepAlive: true,
      connectionTimeoutMillis: 10_000,
    })
    client.on('error', () => {})
    client.on('notification', ({ payload }) => this.#options.onNotice(payload ?? ''))
    await client.connect()
    client.once('end', () => this.#lost(client))
    this.#client = client
    await this.#options.onOpen(client)
  }

  #lost(client: Client): void {
    if (this.#closed || this.#client !== client) return
    this.#client = null
    this.#options.log.warn('the PostgreSQL session for signals was lost; opening it again')
    this.#reopening = this.#reopen()
  }

  async #reopen(): Promise<void> {
    for (let pauseMs = 100; !this.#closed; pauseMs = Math.min(pauseMs * 2, reopenMsMax)) {
      await sleep(pauseMs)
      try {
        return await this.#connect()
      } catch (error) {
        this.#client = null
        this.#options.log.debug({ error }, 'PostgreSQL does not answer yet')
      }
    }
  }
}
