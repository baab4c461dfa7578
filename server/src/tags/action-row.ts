import { sql } from 'kysely'
import type { TagAction } from '../../../contracts/tags.ts'
import type { Context } from '../access/index.ts'
import { notFound, type AppError } from '../platform/errors.ts'
import { pageOf, uuidCursor } from '../platform/paging.ts'
import type { Database } from '../platform/platform.ts'

interface Row extends Omit<TagAction, 'canUndo' | 'error' | 'expiresAt' | 'createdAt' | 'finishedAt'> {
  expiresAt: Date | null
  createdAt: Date
  finishedAt: Date | null
  errorZh: string | null
  errorEn: string | null
}

const columns = sql`
  actions.id, actions.tag_id as "tagId", tags.name as "tagName", actions.kind, actions.value, actions.expires_at as "expiresAt", into_tags.name as "intoTagName",
  actions.state, actions.people_total::float8 as "peopleTotal", actions.people_done::float8 as "peopleDone", actions.people_changed::float8 as "peopleChanged",
  actions.error_zh as "errorZh", actions.error_en as "errorEn", actions.created_by_name as "createdBy", actions.created_at as "createdAt",
  actions.finished_at as "finishedAt"`
const tables = sql`tag_actions as actions join tags on tags.id = actions.tag_id left join tags as into_tags on into_tags.id = actions.into_tag_id`

/** Changes to many people, newest first. */
export async function listTagActions(
  ctx: Context,
  { cursor, limit }: { cursor?: string | undefined; limit: number },
): Promise<{ items: TagAction[]; nextCursor?: string }> {
  const before = uuidCursor(cursor)
  const { rows } = await sql<Row>`
    select ${columns} from ${tables}
    where actions.workspace_id = ${ctx.workspaceId} and (${before}::uuid is null or actions.id < ${before}::uuid)
    order by actions.id desc limit ${limit + 1}`.execute(ctx.platform.db)
  const page = pageOf(rows, limit, (row) => row.id)
  const items = page.rows.map(asAction)
  return page.nextCursor === undefined ? { items } : { items, nextCursor: page.nextCursor }
}

/** One of them. @throws `not-found` */
export async function readTagAction(ctx: Context, id: string, db: Database = ctx.platform.db): Promise<TagAction> {
  const { rows } = await sql<Row>`
    select ${columns} from ${tables} where actions.workspace_id = ${ctx.workspaceId} and actions.id = ${id}::uuid`.execute(db)
  if (!rows[0]) throw noAction()
  return asAction(rows[0])
}

export function noAction(): AppError {
  return notFound({ zh: '批量操作', en: 'change' })
}

function asAction({ errorZh, errorEn, ...row }: Row): TagAction {
  return {
    ...row,
    expiresAt: row.expiresAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
    canUndo: (row.state === 'finished' || row.state === 'cancelled' || row.state === 'failed') && row.peopleChanged > 0,
    error: errorZh !== null && errorEn !== null ? { zh: errorZh, en: errorEn } : null,
  }
}
