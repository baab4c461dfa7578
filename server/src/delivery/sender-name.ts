import { randomUUID } from 'node:crypto'
import { sql, type RawBuilder } from 'kysely'
import { Client } from 'pg'
import type { Platform } from '../platform/platform.ts'

declare module 'pg' {
  interface Client {
    /** Left out by the types of `pg`. */
    unref(): void
  }
}

/** First half of the advisory locks that say "this sender is alive"; the second is the hash of its name. */
const lockSpace = 730_112_910

/**
 * The name under which this process claims, and the proof that it is alive: a connection of its own holds an advisory lock, which PostgreSQL
 * lets go of when the process dies. When that connection breaks the old name counts as dead and a new one is taken, so what was claimed
 * under the old one becomes `unknown`, which is the safe side.
 */
export class SenderName {
  readonly #platform: Platform
  #current: { name: string; client: Client } | null = null
  #taking: Promise<string> | null = null

  constructor(platform: Platform) {
    this.#platform = platform
  }

  /** The name to claim under, alive from before this resolves. */
  async get(): Promise<string> {
    if (this.#current) return this.#current.name
    this.#taking ??= this.#take().finally(() => (this.#taking = null))
    return this.#taking
  }

  async release(): Promise<void> {
    const client = this.#current?.client
    this.#current = null
    await client?.end().catch(() => undefined)
  }

  async #take(): Promise<string> {
    const client = new Client(this.#platform.pool.options)
    const name = randomUUID()
    const lost = (): void => {
      if (this.#current?.client === client) this.#current = null
    }
    client.on('error', lost)
    client.once('end', lost)
    await client.connect()
    // The connection alone does not keep the process running.
    client.unref()
    try {
      await client.query('select pg_advisory_lock_shared($1, hashtext($2))', [lockSpace, name])
    } catch (error) {
      await client.end().catch(() => undefined)
      throw error
    }
    this.#current = { name, client }
    return name
  }
}

/** Whether the sender whose name a column holds is alive, as a condition. */
export function isAlive(column: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql<boolean>`exists (
    select from pg_locks where locktype = 'advisory' and classid::bigint = ${lockSpace} and granted
      and objid::bigint = hashtext(${column})::bigint & 4294967295
      and database = (select oid from pg_database where datname = current_database()))`
}
