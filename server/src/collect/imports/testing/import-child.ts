/** A process that only reads, previews and undoes imports, to be killed: `node --import tsx import-child.ts` with JSON of the database's address and of how long after its first step it dies. */
import { systemClock } from '../../../platform/clock.ts'
import { readConfig } from '../../../platform/config.ts'
import { createJobs } from '../../../platform/jobs/create-jobs.ts'
import { createLog } from '../../../platform/log.ts'
import { createMetrics } from '../../../platform/metrics.ts'
import type { Platform } from '../../../platform/platform.ts'
import { connect } from '../../../platform/postgres/connect.ts'
import { createVaults } from '../../../platform/vault/create-vaults.ts'
import { stepDryRuns } from '../dry-run/run-dry-runs.ts'
import { stepImports } from '../run-imports.ts'
import { stepUndos } from '../undo/run-undo.ts'

const config = readConfig()
const log = createLog({ level: 'fatal' })
const { address, killAfterMs } = JSON.parse(process.argv[2] ?? '{}') as { address: Parameters<typeof connect>[0]; killAfterMs: number }
const { pool, db, close } = connect(address, { log, connectionsMax: 4 })
const metrics = createMetrics({ process: false })
const platform = {
  config,
  clock: systemClock,
  log,
  metrics,
  jobs: createJobs({ address, db, log, metrics, runs: false, graceMs: 2_000 }),
  db,
  pool,
  vaults: createVaults(db, config.masterKey ?? Buffer.alloc(32)),
} as unknown as Platform
const step = async () => (await stepImports(platform)) || (await stepDryRuns(platform)) || (await stepUndos(platform))
if (await step()) {
  // Of what is left to do, so that it dies at work however slow whoever watches is.
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), killAfterMs)
  while (await step());
}
await close()
