import { sql } from 'kysely'
import type { Context } from '../../../access/index.ts'

const keysPerStatement = 10_000

/**
 * Frees the keys of an import's events, so that the mended file can be imported again. Memory does not grow with their number; done again, it
 * changes nothing. Answers how many events there are.
 */
export async function freeEventKeys({ platform, workspaceId }: Context, importId: string): Promise<number> {
  let events = 0
  let rest = ''
  let keys: string[] = []
  const free = async () => {
    await sql`delete from event_keys where workspace_id = ${workspaceId} and key = any(${keys}::uuid[])`.execute(platform.db)
    events += keys.length
    keys = []
  }
  const statement = {
    sql: 'select event_id from events where workspace_id = {workspaceId:UInt32} and source_id = {importId:UUID}',
    params: { workspaceId, importId },
  }
  for await (const bytes of platform.warehouse.stream(statement, 'TabSeparated')) {
    const lines = (rest + bytes.toString('latin1')).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      keys.push(line)
      if (keys.length >= keysPerStatement) await free()
    }
  }
  if (rest !== '') keys.push(rest)
  if (keys.length > 0) await free()
  return events
}

/**
 * Takes an import's events out of the warehouse: by a mask on the rows that every reader respects (`delete from`, a lightweight delete), which
 * rewrites one small column of the parts concerned, not the events. Contacts of the past go with the events they were fed by. What is taken
 * out is a change of the people it was about, as what comes in is: noted when it is gone, of those who were written down while it was there,
 * so that doing it again after a kill anywhere still tells of them.
 */
export async function removeEvents({ platform, workspaceId }: Context, importId: string): Promise<void> {
  const params = { workspaceId, importId, removed: `removed ${importId}` }
  const own = 'workspace_id = {workspaceId:UInt32} and source_id = {importId:UUID}'
  const change = "insert into person_changes (workspace_id, minute, subject, people) select {workspaceId:UInt32}, toStartOfMinute(now('UTC'))"
  await platform.warehouse.run({ sql: `${change}, {removed:String}, groupBitmapState(person_id) from events where ${own} having count() > 0`, params })
  await platform.warehouse.run({
    sql: `delete from campaign_contacts where workspace_id = {workspaceId:UInt32} and (campaign_id, person_id) in (
      select toUUIDOrZero(ifNull(properties.campaignId::Nullable(String), '')), person_id from events
      where ${own} and event in ('Message Accepted', 'Control Assigned'))`,
    params,
  })
  await platform.warehouse.run({ sql: `delete from event_totals where ${own}`, params })
  await platform.warehouse.run({ sql: `delete from events_by_person where ${own}`, params })
  await platform.warehouse.run({ sql: `delete from events where ${own}`, params })
  await platform.warehouse.run({ sql: `delete from events_sample where ${own}`, params })
  await platform.warehouse.run({
    sql: `${change}, 'person', groupBitmapMergeState(people) from person_changes
      where workspace_id = {workspaceId:UInt32} and subject = {removed:String} having count() > 0`,
    params,
  })
}
