import { sql } from 'kysely'
import type { Context } from '../../access/index.ts'
import type { Platform } from '../../platform/platform.ts'

/** Keeps today's coverage of every tag, in each workspace's own day. What was last counted on a day is what the day ends with. */
export async function keepTagDays(platform: Platform): Promise<void> {
  const now = platform.clock.now()
  await sql`
    insert into tag_days (workspace_id, tag_id, day, people)
    select tags.workspace_id, tags.id, (${now}::timestamptz at time zone workspaces.timezone)::date, tags.people
    from tags join workspaces on workspaces.id = tags.workspace_id
    where tags.deleted_at is null and tags.counted_at is not null
    on conflict (workspace_id, tag_id, day) do update set people = excluded.people where tag_days.people <> excluded.people`.execute(platform.db)
}

/** Coverage of a tag by day, the oldest first. */
export async function readTagDays(ctx: Context, { tagId, days }: { tagId: string; days: number }): Promise<{ day: string; people: number }[]> {
  const { rows } = await sql<{ day: string; people: number }>`
    select to_char(day, 'YYYY-MM-DD') as day, people::float8 as people from tag_days
    where workspace_id = ${ctx.workspaceId} and tag_id = ${tagId}::uuid
      and day > (${ctx.platform.clock.now()}::timestamptz - ${days} * interval '1 day')::date
    order by day`.execute(ctx.platform.db)
  return rows
}
