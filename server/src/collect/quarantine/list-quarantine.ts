import { sql } from 'kysely'
import type { Quarantined, QuarantineGroup } from '../../../../contracts/quarantine.ts'
import type { Context } from '../../access/index.ts'
import { pageOf, uuidCursor } from '../../platform/paging.ts'
import { decodeBody } from '../inbox-body.ts'
import { maskMessage } from '../mask-message.ts'
import { chosen, quarantinedNotFound, setAside, type SetAsideRow } from './set-aside.ts'

const groupsMax = 200

/** What was set aside by reason, the latest first. */
export async function listQuarantineGroups(ctx: Context): Promise<QuarantineGroup[]> {
  const { rows } = await sql<Omit<QuarantineGroup, 'firstAt' | 'lastAt'> & { firstAt: Date; lastAt: Date }>`
    with groups as (
      select "group", min(reason) as reason, (array_agg(problem order by id desc))[1] as problem, (array_agg(event order by id desc))[1] as event,
        sum(items)::bigint as count, min(received_at) as first_at, max(received_at) as last_at, array_agg(distinct source_id) as source_ids
      from ${setAside(ctx.workspaceId)} group by "group" order by max(received_at) desc limit ${groupsMax})
    select "group", reason, problem, case when reason = 'tooManyNames' then null else event end as event, count, first_at as "firstAt", last_at as "lastAt",
      (select coalesce(jsonb_agg(jsonb_build_object('id', id, 'name', name) order by name), '[]')
        from sources where workspace_id = ${ctx.workspaceId} and id = any(source_ids)) as sources
    from groups order by last_at desc`.execute(ctx.platform.db)
  return rows.map(({ firstAt, lastAt, ...group }) => ({ ...group, firstAt: firstAt.toISOString(), lastAt: lastAt.toISOString() }))
}

interface Ask {
  group?: string | undefined
  cursor?: string | undefined
  limit: number
}

/** What was set aside, newest first. */
export async function listQuarantine(ctx: Context, { group, cursor, limit }: Ask): Promise<{ items: Quarantined[]; nextCursor?: string }> {
  const before = uuidCursor(cursor)
  const { rows } = await sql<SetAsideRow>`
    select id, "group", reason, problem, event, (select name from sources where sources.id = source_id) as source, items, received_at as "receivedAt"
    from ${setAside(ctx.workspaceId)}
    where ${chosen({ group })} and (${before}::uuid is null or id < ${before}::uuid) order by id desc limit ${limit + 1}`.execute(ctx.platform.db)
  const page = pageOf(rows, limit, (last) => last.id)
  const items = page.rows.map(quarantinedAnswer)
  return page.nextCursor === undefined ? { items } : { items, nextCursor: page.nextCursor }
}

/** One thing with what was sent, masked for whoever may not see personal data. Throws `not-found`. */
export async function readQuarantined(ctx: Context, id: string): Promise<Quarantined & { payload: unknown }> {
  const { rows } = await sql<SetAsideRow & { body: Buffer }>`
    select id, "group", reason, problem, event, (select name from sources where sources.id = source_id) as source, items, received_at as "receivedAt", body
    from ${setAside(ctx.workspaceId)} where id = ${id}::uuid`.execute(ctx.platform.db)
  const row = rows[0]
  if (!row) throw quarantinedNotFound()
  const { body, ...answer } = row
  const payload = await decodeBody<{ event?: string }>(await ctx.platform.vaults.of(ctx.workspaceId), body).catch(() => null)
  const shown = payload?.length === 1 ? payload[0] : payload
  return { ...quarantinedAnswer(answer), payload: await maskMessage(ctx, shown, row.event ?? payload?.[0]?.event ?? null) }
}

function quarantinedAnswer({ receivedAt, ...row }: SetAsideRow): Quarantined {
  return { ...row, receivedAt: receivedAt.toISOString() }
}
