import { sql } from 'kysely'
import type { Tag, TagColour, TagKind } from '../../../contracts/tags.ts'
import type { Context } from '../access/index.ts'
import { notFound, type AppError } from '../platform/errors.ts'
import { countPeople } from '../people/index.ts'
import type { Database } from '../platform/platform.ts'

interface TagRow {
  id: string
  categoryId: string | null
  name: string
  description: string
  kind: TagKind
  values: string[]
  many: boolean
  colour: TagColour
  ownerId: string | null
  ownerName: string | null
  expiresAfterDays: number | null
  people: number
  topValues: { value: string; people: number }[]
  countedAt: Date | null
  retiredAt: Date | null
  createdAt: Date
  updatedAt: Date
}

const columns = sql`
  tags.id, tags.category_id as "categoryId", tags.name, tags.description, tags.kind, tags.values, tags.many, tags.colour, tags.owner_id as "ownerId",
  users.name as "ownerName", tags.expires_after_days as "expiresAfterDays", tags.people::float8 as people, tags.top_values as "topValues",
  tags.counted_at as "countedAt", tags.retired_at as "retiredAt", tags.created_at as "createdAt", tags.updated_at as "updatedAt"`
const tables = sql`tags left join users on users.id = tags.owner_id`

export interface TagQuery {
  search?: string | undefined
  state: 'active' | 'retired' | 'all'
}

/** Tags of the workspace, the widest first; `search` is part of a name, a description or an allowed value. */
export async function listTags(ctx: Context, { search = '', state }: TagQuery): Promise<{ items: Tag[]; people: number }> {
  const needle = search.toLowerCase()
  const [{ rows }, everyone] = await Promise.all([
    sql<TagRow>`
      select ${columns} from ${tables}
      where tags.workspace_id = ${ctx.workspaceId} and tags.deleted_at is null
        and case ${state} when 'active' then tags.retired_at is null when 'retired' then tags.retired_at is not null else true end
        and (${needle} = '' or position(${needle} in lower(tags.name || ' ' || tags.description || ' ' || array_to_string(tags.values, ' '))) > 0)
      order by tags.people desc, tags.name, tags.id limit 2000`.execute(ctx.platform.db),
    countPeople(ctx),
  ])
  return { items: rows.map((row) => asTag(row, everyone)), people: everyone }
}

/** One tag that is not deleted. @throws `not-found` */
export async function readTag(ctx: Context, id: string): Promise<Tag> {
  const { rows } = await sql<TagRow>`
    select ${columns} from ${tables} where tags.workspace_id = ${ctx.workspaceId} and tags.id = ${id}::uuid and tags.deleted_at is null`.execute(
    ctx.platform.db,
  )
  if (!rows[0]) throw noTag()
  return asTag(rows[0], await countPeople(ctx))
}

export interface StoredTag {
  id: string
  name: string
  kind: TagKind
  values: string[]
  many: boolean
  retiredAt: Date | null
}

/** A tag as a verb needs it, held until the transaction ends. @throws `not-found` */
export async function holdTag(tx: Database, workspaceId: number, id: string): Promise<StoredTag> {
  const { rows } = await sql<StoredTag>`
    select id, name, kind, values, many, retired_at as "retiredAt" from tags
    where workspace_id = ${workspaceId} and id = ${id}::uuid and deleted_at is null for update`.execute(tx)
  if (!rows[0]) throw noTag()
  return rows[0]
}

export function noTag(): AppError {
  return notFound({ zh: '标签', en: 'tag' })
}

function asTag(row: TagRow, everyone: number): Tag {
  return {
    ...row,
    share: everyone === 0 ? 0 : Math.min(1, row.people / everyone),
    countedAt: row.countedAt?.toISOString() ?? null,
    retiredAt: row.retiredAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  }
}
