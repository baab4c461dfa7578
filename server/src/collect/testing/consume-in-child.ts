// A process that consumes the inbox of a test's database into a warehouse of its own, and kills itself on the way when told to.
import { sql } from 'kysely'
import { workAsChild, type ChildOrder } from '../../../test/child.ts'
import type { Platform } from '../../platform/platform.ts'
import { InboxConsumer } from '../consume-inbox.ts'

export interface ConsumeOrder extends ChildOrder {
  workspaceId: number
}

export interface ConsumeReport {
  events: number
  distinctEvents: number
  eventsByPerson: number
  /** `person version` of the mirror, ascending by person. */
  mirror: string[]
}

workAsChild<ConsumeOrder, ConsumeReport>(async (platform, { workspaceId }) => {
  const consumer = new InboxConsumer(platform)
  await Promise.all([drain(consumer), drain(consumer)])
  while (await anythingLeft(platform)) await drain(consumer)
  return count(platform, workspaceId)
})

async function drain(consumer: InboxConsumer): Promise<void> {
  while (await consumer.step());
}

async function anythingLeft(platform: Platform): Promise<boolean> {
  const { rows } = await sql`select from inbox where failed_at is null limit 1`.execute(platform.db)
  return rows.length > 0
}

async function count({ warehouse }: Platform, workspaceId: number): Promise<ConsumeReport> {
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
