// A process that merges people of a test's database and mirrors it into a warehouse of its own, and kills itself on the way when told to.
import { Client } from 'pg'
import { systemClock } from '../../../platform/clock.ts'
import { readConfig } from '../../../platform/config.ts'
import { createJobs } from '../../../platform/jobs/create-jobs.ts'
import { createLog } from '../../../platform/log.ts'
import { createMetrics } from '../../../platform/metrics.ts'
import type { Platform } from '../../../platform/platform.ts'
import { connect, type PostgresAddress } from '../../../platform/postgres/connect.ts'
import { createVaults } from '../../../platform/vault/create-vaults.ts'
import { migrateWarehouse } from '../../../platform/warehouse/migrate-warehouse.ts'
import { openWarehouse } from '../../../platform/warehouse/open-warehouse.ts'
import { runnerOf } from '../../query-runner.ts'
import { mappedPerson } from '../aliases.ts'
import { mergePeople } from '../merge-people.ts'
import { mirrorMerges } from '../mirror-merges.ts'

export interface MergeOrder {
  address: PostgresAddress
  warehousePath: string
  masterKey: string
  workspaceId: number
  /** None: only what earlier processes left to be mirrored is done. */
  pairs: { keptId: number; mergedId: number }[]
  /** SIGKILL at this crossing (a statement of either store, before or after it); 0 for never. */
  killAt: number
}

/** Pairs of a former id and the person of today as the warehouse's dictionary has them, and who is deleted in its mirror. */
export interface MergeReport {
  crossings: number
  aliases: [number, number][]
  deleted: number[]
}

process.once('message', (order: MergeOrder) => {
  work(order).then(
    (report) => process.send?.(report, () => process.exit(0)),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`)
      process.exit(1)
    },
  )
})

async function work({ workspaceId, pairs, ...order }: MergeOrder): Promise<MergeReport> {
  const config = readConfig({ HONGYAN_MASTER_KEY: order.masterKey, HONGYAN_LOG_LEVEL: 'fatal' })
  const log = createLog(config.log)
  const { pool, db } = connect(order.address, { log })
  const warehouse = await openWarehouse({ kind: 'embedded', path: order.warehousePath })
  await migrateWarehouse(warehouse)
  const jobs = createJobs({ address: order.address, db, log, metrics: createMetrics({ process: false }), runs: false })
  const platform: Platform = {
    config,
    clock: systemClock,
    log,
    metrics: createMetrics({ process: false }),
    db,
    pool,
    warehouse,
    vaults: createVaults(db, config.masterKey!),
    jobs,
  }
  const crossings = killOnTheWay(platform, order.killAt)
  if (pairs.length > 0) {
    const reasoned = pairs.map((pair) => ({ ...pair, reason: 'linked' as const }))
    await db.transaction().execute((tx) => mergePeople(runnerOf(tx), { platform, workspaceId, pairs: reasoned, decidedBy: null, now: systemClock.now() }))
  }
  await mirrorMerges(platform, workspaceId)
  const report = { crossings: crossings(), ...(await read(platform, workspaceId)) }
  await warehouse.close()
  await pool.end()
  return report
}

function killOnTheWay({ warehouse }: Platform, killAt: number): () => number {
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
  warehouse.insertJsonLines = around(warehouse.insertJsonLines.bind(warehouse))
  warehouse.run = around(warehouse.run.bind(warehouse))
  return () => crossings
}

async function read({ warehouse }: Platform, workspaceId: number): Promise<Omit<MergeReport, 'crossings'>> {
  const params = { workspaceId }
  const aliases = await warehouse.rows<{ id: number; person: number }>({
    sql: `select alias_id as id, ${mappedPerson.of('alias_id')} as person from person_aliases final where workspace_id = {workspaceId:UInt32} order by id`,
    params,
  })
  const deleted = await warehouse.rows<{ id: number }>({
    sql: `select distinct person_id as id from people where workspace_id = {workspaceId:UInt32} and is_deleted = 1 order by id`,
    params,
  })
  return { aliases: aliases.map(({ id, person }) => [id, person]), deleted: deleted.map(({ id }) => id) }
}
