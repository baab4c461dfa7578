// A process that refreshes and settles the segments of a test's database over a warehouse of its own, and kills itself on the way when told to.
import { workAsChild, type ChildOrder } from '../../../../test/child.ts'
import { drainInbox } from '../../../collect/index.ts'
import { refreshWorkspace } from '../refresh-workspace.ts'
import { settleRuns } from '../settle-runs.ts'

export interface RefreshOrder extends ChildOrder {
  workspaceId: number
  /** So many people, from the first id on, have ordered by now. */
  buyers: number
  people: number
}

export interface RefreshReport {
  crossings: number
  events: number
  distinctEvents: number
  people: number
  /** Of all differences written down, taken together. */
  moved: number
}

workAsChild<RefreshOrder, RefreshReport>(async (platform, { workspaceId, buyers, people }, crossings) => {
  const { warehouse } = platform
  const params = { workspaceId, buyers, people }
  const ids = (count: string) => `select toUInt32(number + 1) as id from numbers({${count}:UInt64})`
  await warehouse.run(
    {
      sql: `insert into people (workspace_id, person_id, attributes, created_at, version) select {workspaceId:UInt32}, id, '{}', now64(3), 1 from (${ids('people')})`,
      params,
    },
    { token: 'people' },
  )
  await warehouse.run(
    {
      sql: `insert into events (workspace_id, event, person_id, time, event_id, source_id, properties, received_at)
        select {workspaceId:UInt32}, 'Order Completed', id, toDateTime64('2026-01-01 00:00:00', 3), generateUUIDv4(), generateUUIDv4(), '{}', now64(3) from (${ids('buyers')})`,
      params,
    },
    { token: `buyers ${buyers}` },
  )
  await settleRuns(platform, workspaceId)
  await refreshWorkspace(platform, workspaceId, { now: true })
  await settleRuns(platform, workspaceId)
  const crossed = crossings()
  await drainInbox(platform)
  const events = await warehouse.row<Omit<RefreshReport, 'moved' | 'crossings'>>({
    sql: `select count() as events, uniqExact(event_id) as distinctEvents, uniqExact(person_id) as people from events
      where workspace_id = {workspaceId:UInt32} and event = 'Segment Entered'`,
    params: { workspaceId },
  })
  const { moved } = await warehouse.row<{ moved: number }>({
    sql: 'select bitmapCardinality(groupBitmapXorState(people)) as moved from segment_moves where workspace_id = {workspaceId:UInt32}',
    params: { workspaceId },
  })
  return { ...events, moved, crossings: crossed }
})
