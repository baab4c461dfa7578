import { sql, type RawBuilder } from 'kysely'
import type { TagChange } from '../../../contracts/tags.ts'
import type { Context } from '../access/index.ts'
import { allIdsOf, nameMask } from '../people/index.ts'
import { idCursor, pageOf } from '../platform/paging.ts'
import { findPerson } from './person-tags.ts'
import { readTag } from './tag-row.ts'

interface Page {
  cursor?: string | undefined
  limit: number
}

type Row = Omit<TagChange, 'at' | 'expiresAt'> & { at: Date; expiresAt: Date | null }
export interface TagChanges {
  items: TagChange[]
  nextCursor?: string
}

/** Who got and lost a tag, newest first. */
export async function readTagHistory(ctx: Context, { id, ...page }: Page & { id: string }): Promise<TagChanges> {
  await readTag(ctx, id)
  return readChanges(ctx, sql`changes.tag_id = ${id}::uuid`, page)
}

/** Which tags a person got and lost, newest first, also under former ids. */
export async function readPersonTagHistory(ctx: Context, { personId, ...page }: Page & { personId: number }): Promise<TagChanges> {
  const ids = await allIdsOf(ctx, await findPerson(ctx, personId))
  return readChanges(ctx, sql`changes.person_id = any(${ids}::bigint[])`, page)
}

async function readChanges(ctx: Context, condition: RawBuilder<unknown>, { cursor, limit }: Page): Promise<TagChanges> {
  const before = idCursor(cursor)
  const { rows } = await sql<Row>`
    with page as (
      select * from person_tag_changes as changes
      where changes.workspace_id = ${ctx.workspaceId} and ${condition} and (${before}::bigint is null or changes.id < ${before}::bigint)
      order by id desc limit ${limit + 1}
    )
    select page.id, page.at, page.change, page.tag_id as "tagId", tags.name as "tagName", page.person_id as "personId", people.attributes ->> 'name' as "personName",
      page.value, page.expires_at as "expiresAt", page.source, page.origin_id as "originId", users.name as "setBy"
    from page join tags on tags.workspace_id = ${ctx.workspaceId} and tags.id = page.tag_id
    left join people on people.workspace_id = ${ctx.workspaceId} and people.id = page.person_id
    left join users on users.id = page.set_by
    order by page.id desc`.execute(ctx.platform.db)
  const page = pageOf(rows, limit, (row) => row.id)
  const shownName = await nameMask(ctx)
  const items = page.rows.map((row) => ({
    ...row,
    personName: shownName(row.personName),
    at: row.at.toISOString(),
    expiresAt: row.expiresAt?.toISOString() ?? null,
  }))
  return page.nextCursor === undefined ? { items } : { items, nextCursor: page.nextCursor }
}
