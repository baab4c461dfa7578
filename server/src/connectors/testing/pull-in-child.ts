// A process that works on the pulls of a test's database until it is killed, or until there is nothing left to do.
import { systemClock } from '../../platform/clock.ts'
import { readConfig } from '../../platform/config.ts'
import { createJobs } from '../../platform/jobs/create-jobs.ts'
import { createLog } from '../../platform/log.ts'
import { createMetrics } from '../../platform/metrics.ts'
import type { Platform } from '../../platform/platform.ts'
import { connect, type PostgresAddress } from '../../platform/postgres/connect.ts'
import { createVaults } from '../../platform/vault/create-vaults.ts'
import { stepPulls } from '../pulls/run-pulls.ts'

export interface PullOrder {
  address: PostgresAddress
  masterKey: string
  /** SIGKILL right before or right after this statement to the product's database; 0 for never. */
  killAt: number
}

process.once('message', (order: PullOrder) => {
  work(order).then(
    () => process.exit(0),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`)
      process.exit(1)
    },
  )
})

async function work({ address, masterKey, killAt }: PullOrder): Promise<void> {
  const config = readConfig({ HONGYAN_MASTER_KEY: masterKey, HONGYAN_LOG_LEVEL: 'fatal', HONGYAN_PRIVATE_ADDRESSES: '127.0.0.0/8' })
  const log = createLog(config.log)
  const metrics = createMetrics({ process: false })
  const { pool, db } = connect(address, { log })
  const jobs = createJobs({ address, db, log, metrics, runs: false })
  // Pulls end at the inbox: the warehouse is never asked.
  const platform = { config, clock: systemClock, log, metrics, db, pool, vaults: createVaults(db, config.masterKey!), jobs } as Platform
  killOnTheWay(platform, killAt)
  while (await stepPulls(platform, new AbortController().signal));
  await pool.end()
}

/** Every statement is two crossings: before it is sent and after it is answered. */
function killOnTheWay({ pool }: Platform, killAt: number): void {
  let crossing = 0
  const cross = () => {
    crossing += 1
    if (crossing === killAt) process.kill(process.pid, 'SIGKILL')
  }
  pool.on('connect', (client) => {
    const query = client.query.bind(client) as (...given: unknown[]) => unknown
    client.query = ((...given: unknown[]) => {
      cross()
      const answer = query(...given)
      if (answer instanceof Promise) answer.then(cross, () => undefined)
      return answer
    }) as typeof client.query
  })
}
