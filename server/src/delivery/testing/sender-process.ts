import { createLog } from '../../platform/log.ts'
import { createMetrics } from '../../platform/metrics.ts'
import { connect } from '../../platform/postgres/connect.ts'
import { createVaults } from '../../platform/vault/create-vaults.ts'
import { systemClock } from '../../platform/clock.ts'
import { readConfig } from '../../platform/config.ts'
import { createJobs } from '../../platform/jobs/create-jobs.ts'
import type { Platform } from '../../platform/platform.ts'
import { readConsumerRow } from './callback-row.ts'
import { receiveCallbacks } from '../receive-callbacks.ts'
import { Sender } from '../sender.ts'

/**
 * A real process that sends (`send`) or reads callbacks (`receive`) until it is killed. Arguments: what, then JSON of
 * `{ address, masterKey, clockAtMs, beganAtMs }`: what its clock said, and when. It needs no warehouse.
 */
const [what, settings = '{}'] = process.argv.slice(2)
const { address, masterKey, clockAtMs, beganAtMs } = JSON.parse(settings) as {
  address: { host: string; port: number; user: string; database: string }
  masterKey: string
  clockAtMs: number
  beganAtMs: number
}
const log = createLog({ level: 'fatal' })
const { pool, db } = connect(address, { log })
const metrics = createMetrics({ process: false })
const clock = { now: () => new Date(clockAtMs + systemClock.now().getTime() - beganAtMs) }
const platform: Platform = {
  config: readConfig({}),
  clock,
  log,
  metrics,
  db,
  pool,
  warehouse: undefined as never,
  vaults: createVaults(db, Buffer.from(masterKey, 'hex')),
  jobs: createJobs({ address, db, log, metrics, runs: false }),
}
process.stdout.write('ready\n')
if (what === 'send') {
  const sender = new Sender(platform)
  const work = async (): Promise<never> => {
    for (;;) if (!(await sender.step(new AbortController().signal))) await new Promise((resolve) => setTimeout(resolve, 20))
  }
  await Promise.all([work(), work(), work()])
} else {
  for (;;) {
    const found = await readConsumerRow(platform)
    if (found) await receiveCallbacks(platform, found.workspaceId, [found.row]).then(found.finish)
    else await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
