import { fork } from 'node:child_process'
import { Client } from 'pg'
import { systemClock } from '../src/platform/clock.ts'
import { readConfig } from '../src/platform/config.ts'
import { createJobs } from '../src/platform/jobs/create-jobs.ts'
import { createLog } from '../src/platform/log.ts'
import { createMetrics } from '../src/platform/metrics.ts'
import type { Platform } from '../src/platform/platform.ts'
import { connect, type PostgresAddress } from '../src/platform/postgres/connect.ts'
import { createVaults } from '../src/platform/vault/create-vaults.ts'
import { migrateWarehouse } from '../src/platform/warehouse/migrate-warehouse.ts'
import { openWarehouse } from '../src/platform/warehouse/open-warehouse.ts'
import type { TestKit } from './kit.ts'

/** What a process that is killed on its way works with. */
export interface ChildOrder {
  address: PostgresAddress
  masterKey: string
  /** Of the warehouse, which is the child's own; null when what it does never asks it. */
  warehousePath: string | null
  /** SIGKILL at this crossing to either store, odd ones before a statement is sent, even ones after its answer; 0 for never. */
  killAt: number
}

/** What the test says; the stores are the kit's. */
export type Asked<Order extends ChildOrder> = Omit<Order, 'address' | 'masterKey'>

/** Runs `program` to its end and answers what it reports; null when it has killed itself. */
export async function runChild<Order extends ChildOrder, Report>(kit: TestKit, program: URL, asked: Asked<Order>): Promise<Report | null> {
  const { pool, config } = kit.platform
  const { host, port, user, database } = pool.options as { host: string; port: number; user: string; database: string }
  const child = fork(program, { execArgv: ['--import', 'tsx'] })
  child.send({ ...asked, address: { host, port, user, database }, masterKey: config.masterKey!.toString('base64') })
  return new Promise((resolve, reject) => {
    child.once('message', (message) => resolve(message as Report))
    child.once('exit', (code, signal) => (signal === 'SIGKILL' ? resolve(null) : reject(new Error(`the child ended with ${code ?? signal}`))))
  })
}

/** The child's side of `runChild`: does the work it is sent, with all of a platform but background work, reports and ends. */
export function workAsChild<Order extends ChildOrder, Report>(
  work: (platform: Platform, order: Order, crossings: () => number) => Promise<Report>,
  environment: Record<string, string> = {},
): void {
  process.once('message', (order: Order) => {
    withPlatform(order, environment, (platform) => work(platform, order, killOnTheWay(platform, order.killAt))).then(
      (report) => process.send?.(report, () => process.exit(0)),
      (error: unknown) => {
        process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
        process.exit(1)
      },
    )
  })
}

async function withPlatform<Report>(
  { address, masterKey, warehousePath }: ChildOrder,
  environment: Record<string, string>,
  work: (platform: Platform) => Promise<Report>,
): Promise<Report> {
  const config = readConfig({ HONGYAN_MASTER_KEY: masterKey, HONGYAN_LOG_LEVEL: 'fatal', ...environment })
  const log = createLog(config.log)
  const metrics = createMetrics({ process: false })
  const { pool, db } = connect(address, { log })
  const jobs = createJobs({ address, db, log, metrics, runs: false })
  const warehouse = warehousePath === null ? null : await openWarehouse({ kind: 'embedded', path: warehousePath })
  if (warehouse) await migrateWarehouse(warehouse)
  const report = await work({ config, clock: systemClock, log, metrics, db, pool, warehouse, vaults: createVaults(db, config.masterKey!), jobs } as Platform)
  await warehouse?.close()
  await pool.end()
  return report
}

/** Counts what crosses to the stores, and dies at the n-th crossing. Answers how many there were so far. */
function killOnTheWay({ warehouse }: Partial<Platform>, killAt: number): () => number {
  let crossings = 0
  const cross = () => {
    if (++crossings === killAt) process.kill(process.pid, 'SIGKILL')
  }
  const query = Reflect.get(Client.prototype, 'query') as (...given: unknown[]) => unknown
  Object.assign(Client.prototype, {
    query(this: Client, ...given: unknown[]) {
      cross()
      const answer = query.apply(this, given)
      if (answer instanceof Promise) answer.then(cross, cross)
      return answer
    },
  })
  const around =
    <Given extends unknown[]>(statement: (...given: Given) => Promise<void>) =>
    async (...given: Given) => {
      cross()
      await statement(...given)
      cross()
    }
  if (warehouse) {
    warehouse.insertJsonLines = around(warehouse.insertJsonLines.bind(warehouse))
    warehouse.run = around(warehouse.run.bind(warehouse))
  }
  return () => crossings
}
