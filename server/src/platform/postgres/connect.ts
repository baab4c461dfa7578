import { Kysely, PostgresDialect } from 'kysely'
import { Pool, type ClientConfig, type CustomTypesConfig } from 'pg'
import type { Log } from '../log.ts'
import type { Database } from '../platform.ts'
import { valueTypes } from './types.ts'

/** Where a PostgreSQL is: a URL, or the socket of the embedded one. */
export type PostgresAddress = { url: string } | { host: string; port: number; user: string; database: string }

export interface Connection {
  pool: Pool
  db: Database
  close(): Promise<void>
}

/** What `pg` needs to reach an address. */
export function clientSettings(address: PostgresAddress): ClientConfig {
  return 'url' in address ? { connectionString: address.url } : address
}

/**
 * A pool that outlives restarts of the server: a broken connection is logged and dropped, the next query opens a new one.
 * The statement that was running fails and is for its caller to repeat.
 */
export function connect(address: PostgresAddress, options: { log: Log; connectionsMax?: number }): Connection {
  const pool = createPool(address, { ...options, types: valueTypes })
  const db: Database = new Kysely({ dialect: new PostgresDialect({ pool }) })
  return { pool, db, close: () => db.destroy() }
}

/** A pool with error handlers on itself and on every client: without them a killed backend would end this process. */
export function createPool(address: PostgresAddress, options: { log: Log; connectionsMax?: number; types?: CustomTypesConfig }): Pool {
  const { log, connectionsMax = 20, types } = options
  const pool = new Pool({
    ...clientSettings(address),
    max: connectionsMax,
    connectionTimeoutMillis: 15_000,
    idleTimeoutMillis: 30_000,
    application_name: 'hongyan',
    options: '-c timezone=UTC',
    ...(types ? { types } : {}),
  })
  pool.on('error', (error) => {
    // While closing, the server may be faster than we are.
    if (!pool.ending) log.warn({ error }, 'a PostgreSQL connection was lost')
  })
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}
