import fs from 'node:fs/promises'
import path from 'node:path'
import { systemClock, type Clock } from './clock.ts'
import type { Config } from './config.ts'
import { createJobs } from './jobs/create-jobs.ts'
import { migrateJobs } from './jobs/task-runner.ts'
import { createLog, type Log } from './log.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import type { Platform } from './platform.ts'
import { advisoryLocks, withAdvisoryLock } from './postgres/advisory-lock.ts'
import { connect, createPool, type PostgresAddress } from './postgres/connect.ts'
import { startEmbeddedPostgres } from './postgres/embedded.ts'
import { lockInstallation } from './postgres/installation-lock.ts'
import { migrate } from './postgres/migrate.ts'
import { createVaults } from './vault/create-vaults.ts'
import { loadMasterKey } from './vault/master-key.ts'
import { migrateWarehouse } from './warehouse/migrate-warehouse.ts'
import { openWarehouse } from './warehouse/open-warehouse.ts'
import type { Warehouse } from './warehouse/warehouse.ts'

/** What is being done while the platform starts, for whoever waits. */
export type OnProgress = (words: { zh: string; en: string }) => void

interface Options {
  log?: Log
  clock?: Clock
  onProgress?: OnProgress
}

export interface StartedPlatform {
  platform: Platform
  /** Background work first, then the stores it uses, the engines last. */
  close(): Promise<void>
}

/** Starts or reaches both stores, brings their tables up to date and puts the parts together. Background work is started by the caller. */
export async function createPlatform(config: Config, options: Options = {}): Promise<StartedPlatform> {
  const { log = createLog(config.log), clock = systemClock, onProgress = () => {} } = options
  const closing = new Closing(log)
  try {
    await fs.mkdir(config.dataDir, { recursive: true })
    const metrics = createMetrics({ process: true })
    const address = await reachPostgres(config, { log, metrics, onProgress }, closing)
    const { pool, db, close } = connect(address, { log })
    closing.add('postgres connections', close)
    onProgress({ zh: '更新数据表', en: 'Updating tables' })
    await migrate(pool)
    await migrateJobQueue(address, log)
    const vaults = createVaults(db, await loadMasterKey(config))
    onProgress({
      zh: config.warehouse.url ? '连接 ClickHouse' : '打开内嵌 ClickHouse',
      en: config.warehouse.url ? 'Connecting to ClickHouse' : 'Opening the embedded ClickHouse',
    })
    const warehouse = await reachWarehouse(config)
    closing.add('warehouse', () => warehouse.close())
    await migrateWarehouse(warehouse, { withLock: (work) => withAdvisoryLock(pool, advisoryLocks.migrateWarehouse, work) })
    const jobs = createJobs({ address, db, log, metrics, runs: config.roles.has('worker') })
    closing.add('jobs', () => jobs.stop())
    return { platform: { config, clock, log, metrics, db, pool, warehouse, vaults, jobs }, close: () => closing.close() }
  } catch (error) {
    await closing.close()
    throw error
  }
}

async function reachPostgres(
  config: Config,
  { log, metrics, onProgress }: { log: Log; metrics: Metrics; onProgress: OnProgress },
  closing: Closing,
): Promise<PostgresAddress> {
  if (config.postgres.url !== null) {
    onProgress({ zh: '连接 PostgreSQL', en: 'Connecting to PostgreSQL' })
    return { url: config.postgres.url }
  }
  onProgress({ zh: '启动内嵌 PostgreSQL', en: 'Starting the embedded PostgreSQL' })
  const restarts = metrics.counter({ name: 'hongyan_postgres_restarts_total', help: 'Times the embedded PostgreSQL had to be started again' })
  const postgres = await startEmbeddedPostgres({
    dataDir: path.join(config.dataDir, 'postgres'),
    onOutput: (text) => log.debug({ postgres: text.trimEnd() }, 'PostgreSQL says'),
    onRestart: (reason) => {
      restarts.inc()
      log.error({ reason }, 'starting PostgreSQL again')
    },
  })
  // Taken before the stop is planned: a PostgreSQL that another process of ours uses is not ours to stop.
  const lock = await lockInstallation(postgres.address, config.dataDir).catch(async (error: unknown) => {
    if (!postgres.adopted) await postgres.stop()
    else postgres.leave()
    throw error
  })
  closing.add('postgres', () => postgres.stop())
  closing.add('installation lock', () => lock.release())
  return postgres.address
}

/** The job queue's own tables; its library wants a pool that gives 64-bit numbers as text. */
async function migrateJobQueue(address: PostgresAddress, log: Log): Promise<void> {
  const pool = createPool(address, { log, connectionsMax: 2 })
  try {
    await migrateJobs(pool, log)
  } finally {
    await pool.end()
  }
}

async function reachWarehouse(config: Config): Promise<Warehouse> {
  const { url } = config.warehouse
  return openWarehouse(url === null ? { kind: 'embedded', path: path.join(config.dataDir, 'warehouse') } : { kind: 'server', url })
}

/** Undoes what was started, the last first; one that fails does not keep the others open. */
class Closing {
  readonly #log: Log
  readonly #steps: { name: string; close: () => Promise<void> }[] = []

  constructor(log: Log) {
    this.#log = log
  }

  add(name: string, close: () => Promise<void>): void {
    this.#steps.push({ name, close })
  }

  async close(): Promise<void> {
    for (const { name, close } of this.#steps.splice(0).toReversed()) {
      await close().catch((error: unknown) => this.#log.error({ error, part: name }, 'a part did not close cleanly'))
    }
  }
}
