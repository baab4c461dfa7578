import { sql } from 'kysely'
import { runnerOf } from '../people/index.ts'
import type { Platform } from '../platform/platform.ts'
import { asPrevious, lockTags, recordChanges } from './apply-tags.ts'

const rowsPerPage = 10_000

/** Takes away every tag whose time is over, page by page, each exactly once: the row and its place in the history go in one statement. Answers how many. */
export async function expireTags(platform: Platform, signal?: AbortSignal): Promise<number> {
  const now = platform.clock.now()
  let expired = 0
  for (;;) {
    if (signal?.aborted) break
    const { rows } = await sql<{ workspace_id: number }>`
      select workspace_id from person_tags where expires_at <= ${now} order by expires_at limit 1`.execute(platform.db)
    if (!rows[0]) break
    expired += await expirePage(platform, rows[0].workspace_id, now)
  }
  return expired
}

async function expirePage(platform: Platform, workspaceId: number, now: Date): Promise<number> {
  return platform.db.transaction().execute(async (tx) => {
    const client = runnerOf(tx)
    await lockTags(client, workspaceId)
    const { rows } = await client.query<{ changed: number }>({
      name: 'tags-expire',
      text: `
        with due as (
          select tag_id, person_id, value from person_tags where workspace_id = $1 and expires_at <= $2::timestamptz order by expires_at limit ${rowsPerPage}
        ), gone as (
          delete from person_tags using due
          where person_tags.workspace_id = $1 and person_tags.tag_id = due.tag_id and person_tags.person_id = due.person_id and person_tags.value = due.value
          returning person_tags.*
        ), changes as (select tag_id, person_id, value, expires_at, ${asPrevious('gone')} as previous from gone),
        ${recordChanges('expired')}`,
      values: [workspaceId, now, 'system', null, null],
    })
    return rows[0]!.changed
  })
}
