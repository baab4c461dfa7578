import { execFile } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import type { TestProject } from 'vitest/node'
import { createLog } from '../src/platform/log.ts'
import { migrateJobs } from '../src/platform/jobs/task-runner.ts'
import { createPool, type PostgresAddress } from '../src/platform/postgres/connect.ts'
import { startEmbeddedPostgres } from '../src/platform/postgres/embedded.ts'
import { migrate } from '../src/platform/postgres/migrate.ts'
import { throwawaySettings } from '../src/platform/postgres/settings.ts'

export interface TestPostgres {
  host: string
  port: number
  user: string
  /** The migrated database that every test file clones. */
  template: string
}

declare module 'vitest' {
  interface ProvidedContext {
    postgres: TestPostgres
    /** The migrated warehouse that every kit copies. */
    warehouse: string
  }
}

/** One PostgreSQL for the whole run with a migrated template database, and a migrated warehouse to copy. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hongyan-test-'))
  fs.chmodSync(folder, 0o755)
  const warehouse = path.join(folder, 'warehouse')
  const startingPostgres = startEmbeddedPostgres({ dataDir: path.join(folder, 'postgres'), settings: throwawaySettings })
  const [postgres] = await Promise.all([startingPostgres, makeWarehouse(warehouse)])
  const { host, port, user } = postgres.address
  const template = 'hongyan_template'
  await makeTemplate(postgres.address, template)
  project.provide('postgres', { host, port, user, template })
  project.provide('warehouse', warehouse)
  return async () => {
    await postgres.stop()
    fs.rmSync(folder, { recursive: true, force: true })
  }
}

/** In a process of its own: the engine would stay in this one for as long as the run goes. */
async function makeWarehouse(folder: string): Promise<void> {
  await promisify(execFile)(process.execPath, ['--import', 'tsx', path.join(import.meta.dirname, 'make-warehouse.ts'), folder])
}

async function makeTemplate(address: Extract<PostgresAddress, { host: string }>, template: string): Promise<void> {
  const log = createLog({ level: 'warn' })
  const first = createPool(address, { log })
  await first.query(`create database ${template}`)
  await first.end()
  const pool = createPool({ ...address, database: template }, { log })
  await migrate(pool)
  await migrateJobs(pool, log)
  await pool.end()
}
