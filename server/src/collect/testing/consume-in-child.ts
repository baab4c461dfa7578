// A process that consumes the inbox of a test's database into a warehouse of its own, and kills itself on the way when told to.
import { Client } from 'pg'
import { sql } from 'kysely'
import { systemClock } from '../../platform/clock.ts'
import { readConfig } from '../../platform/config.ts'
import { createJobs } from '../../platform/jobs/create-jobs.ts'
import { createLog } from '../../platform/log.ts'
import { createMetrics } from '../../platform/metrics.ts'
import type { Platform } from '../../platform/platform.ts'
import { connect, type PostgresAddress } from '../../platform/postgres/connect.ts'
import { createVaults } from '../../platform/vault/create-vaults.ts'
import { migrateWarehouse } from '../../platform/warehouse/migrate-warehouse.ts'
import { openWarehouse } from '../../platform/warehouse/open-warehouse.ts'
import { InboxConsumer } from '../consume-inbox.ts'

export interface ChildOrder {
  address: PostgresAddress
  warehousePath: string
  masterKey: string
  workspaceId: number
  /** SIGKILL at this crossing (a statement or an insert, before or after it); 0 for never. */
  killAt: number
}

export interface ChildReport {
  events: number
  distinctEvents: number
  eventsByPerson: number
  /** `person version` of the mirror, ascending by person. */
  mirror: string[]
}

process.once('message', (order: ChildOrder) => {
  consume(order).then(
    (report) => process.send?.(report, () => process.exit(0)),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`)
      process.exit(1)
    },
  )
})

async function consume(order: ChildOrder): Promise<ChildReport> {
  const config = readConfig({ HONGYAN_MASTER_KEY: order.masterKey, HONGYAN_LOG_LEVEL: 'fatal' })
  const log = createLog(config.log)
  const metrics = createMetrics({ process: false })
  const { pool, db } = connect(order.address, { log })
  const warehouse = await openWarehouse({ kind: 'embedded', path: order.warehousePath })
  await migrateWarehouse(warehouse)
  const jobs = createJobs({ address: order.address, db, log, metrics, runs: false })
  const platform: Platform = { config, clock: systemClock, log, metrics, db, pool, warehouse, vaults: createVaults(db, config.masterKey!), jobs }
  killOnTheWay(platform, order.killAt)
  const consumer = new InboxConsumer(platform)
  await Promise.all([drain(consumer), drain(consumer)])
  while (await anythingLeft(platform)) await drain(consumer)
  const report = await count(platform, order.workspaceId)
  await warehouse.close()
  await pool.end()
  return report
}

async function drain(consumer: InboxConsumer): Promise<void> {
  while (await consumer.step());
}

async function anythingLeft(platform: Platform): Promise<boolean> {
  const { rows } = await sql`select from inbox where failed_at is null limit 1`.execute(platform.db)
  return rows.length > 0
}

/** Counts what crosses to either store and dies at the n-th crossing: odd ones before the statement is sent, even ones after its answer. */
function killOnTheWay(platform: Platform, killAt: number): void {
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
  const insert = platform.warehouse.insertJsonLines.bind(platform.warehouse)
  platform.warehouse.insertJsonLines = async (...given) => {
    cross()
    await insert(...given)
    cross()
  }
}

async function count({ warehouse }: Platform, workspaceId: number): Promise<ChildReport> {
  const params = { workspaceId }
  const events = await warehouse.row<{ events: number; distinctEvents: number }>({
    sql: 'select count() as events, uniqExact(event_id) as distinctEvents from events where workspace_id = {workspaceId:UInt32}',
    params,
  })
  const { eventsByPerson } = await warehouse.row<{ eventsByPerson: number }>({
    sql: 'select count() as eventsByPerson from events_by_person where workspace_id = {workspaceId:UInt32}',
    params,
  })
  const mirror = await warehouse.rows<{ person_id: number; version: number }>({
    sql: 'select person_id, version from people final where workspace_id = {workspaceId:UInt32} order by person_id',
    params,
  })
  return { ...events, eventsByPerson, mirror: mirror.map((row) => `${row.person_id} ${row.version}`) }
}
