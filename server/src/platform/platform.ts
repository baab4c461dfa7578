import type { Kysely } from 'kysely'
import type pg from 'pg'
import type { Clock } from './clock.ts'
import type { Config } from './config.ts'
import type { Jobs } from './jobs/jobs.ts'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'
import type { Vaults } from './vault/vaults.ts'
import type { Warehouse } from './warehouse/warehouse.ts'

/** PostgreSQL by Kysely's `sql` tag; tables are not typed here, rows are typed where the statement is. */
export type Database = Kysely<Record<string, never>>

/** Everything a capability needs from below, made once at start and passed in. */
export interface Platform {
  config: Config
  clock: Clock
  log: Log
  metrics: Metrics
  db: Database
  /** The pool behind `db`, for COPY streams and LISTEN. */
  pool: pg.Pool
  warehouse: Warehouse
  vaults: Vaults
  jobs: Jobs
}
