import { sql } from 'kysely'
import { tagLimits, type Tag, type TagInput, type TagPatch } from '../../../contracts/tags.ts'
import { mutate, type Context } from '../access/index.ts'
import { AppError, notFound } from '../platform/errors.ts'
import type { Database } from '../platform/platform.ts'
import { checkCategory } from './categories.ts'
import { holdTag, readTag } from './tag-row.ts'

/** Creates a tag that nobody has yet. @throws `conflict` when the name is taken, `precondition` past the number of tags */
export async function createTag(ctx: Context, input: TagInput): Promise<Tag> {
  const { workspaceId, platform } = ctx
  const now = platform.clock.now()
  const values = input.kind === 'value' ? distinct(input.values) : []
  const id = await mutate(ctx, { action: 'tag.create', targetKind: 'tag', detail: { name: input.name, kind: input.kind } }, async (tx, audit) => {
    await checkCategory(tx, workspaceId, input.categoryId)
    await checkOwner(tx, workspaceId, input.ownerId)
    await refuseTooMany(tx, workspaceId)
    const { rows } = await sql<{ id: string }>`
      insert into tags (workspace_id, category_id, name, description, kind, values, many, colour, owner_id, expires_after_days, created_at, updated_at)
      values (${workspaceId}, ${input.categoryId}, ${input.name}, ${input.description}, ${input.kind}, ${values}::text[], ${input.many}, ${input.colour},
        ${input.ownerId}, ${input.expiresAfterDays}, ${now}, ${now})
      on conflict (workspace_id, lower(name)) where deleted_at is null do nothing returning id`.execute(tx)
    if (!rows[0]) throw nameTaken(input.name)
    audit.targetId = rows[0].id
    return rows[0].id
  })
  return readTag(ctx, id)
}

/** Changes what is given. A value that is allowed no longer stays with whoever has it. @throws `not-found`, `conflict` */
export async function updateTag(ctx: Context, { id, ...changes }: { id: string } & TagPatch): Promise<Tag> {
  const { workspaceId } = ctx
  const changed = Object.keys(changes)
  await mutate(ctx, { action: 'tag.update', targetKind: 'tag', targetId: id, detail: { changed } }, async (tx) => {
    const tag = await holdTag(tx, workspaceId, id)
    await checkCategory(tx, workspaceId, changes.categoryId)
    await checkOwner(tx, workspaceId, changes.ownerId)
    if (changes.name !== undefined) await refuseTakenName(tx, workspaceId, { id: tag.id, name: changes.name })
    const values = tag.kind === 'value' && changes.values ? distinct(changes.values) : null
    await sql`
      update tags set name = coalesce(${changes.name ?? null}, name), description = coalesce(${changes.description ?? null}, description),
        values = coalesce(${values}::text[], values), many = coalesce(${changes.many ?? null}::boolean, many),
        colour = coalesce(${changes.colour ?? null}, colour),
        category_id = case when ${changes.categoryId === undefined} then category_id else ${changes.categoryId ?? null}::uuid end,
        owner_id = case when ${changes.ownerId === undefined} then owner_id else ${changes.ownerId ?? null}::uuid end,
        expires_after_days = case when ${changes.expiresAfterDays === undefined} then expires_after_days else ${changes.expiresAfterDays ?? null}::integer end,
        updated_at = ${ctx.platform.clock.now()}
      where workspace_id = ${workspaceId} and id = ${tag.id}::uuid`.execute(tx)
  })
  return readTag(ctx, id)
}

/** Puts tags into a category; null is the top. @throws `not-found` when one of them is not there */
export async function moveTags(ctx: Context, { tagIds, categoryId }: { tagIds: string[]; categoryId: string | null }): Promise<void> {
  await mutate(ctx, { action: 'tag.move', targetKind: 'tagCategory', targetId: categoryId ?? undefined, detail: { tags: tagIds.length } }, async (tx) => {
    await checkCategory(tx, ctx.workspaceId, categoryId)
    const { rows } = await sql`
      update tags set category_id = ${categoryId}::uuid, updated_at = ${ctx.platform.clock.now()}
      where workspace_id = ${ctx.workspaceId} and id = any(${tagIds}::uuid[]) and deleted_at is null returning id`.execute(tx)
    if (rows.length < new Set(tagIds.map((id) => id.toLowerCase())).size) throw notFound({ zh: '标签', en: 'tag' })
  })
}

/** @throws `conflict` when another tag of the workspace has the name */
export async function refuseTakenName(tx: Database, workspaceId: number, { id, name }: { id: string; name: string }): Promise<void> {
  const { rows } = await sql`
    select 1 from tags where workspace_id = ${workspaceId} and lower(name) = lower(${name}) and deleted_at is null and id <> ${id}::uuid`.execute(tx)
  if (rows.length > 0) throw nameTaken(name)
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)]
}

async function checkOwner(tx: Database, workspaceId: number, ownerId: string | null | undefined): Promise<void> {
  if (ownerId === null || ownerId === undefined) return
  const { rows } = await sql`select 1 from members where workspace_id = ${workspaceId} and user_id = ${ownerId}::uuid`.execute(tx)
  if (rows.length === 0) throw notFound({ zh: '成员', en: 'member' })
}

async function refuseTooMany(tx: Database, workspaceId: number): Promise<void> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from tags where workspace_id = ${workspaceId} and deleted_at is null`.execute(tx)
  if (rows[0]!.count < tagLimits.tagsMax) return
  const max = tagLimits.tagsMax
  throw new AppError('precondition', { zh: `标签最多 ${max} 个，请先合并或删除不用的标签`, en: `At most ${max} tags; merge or delete unused ones first` })
}

function nameTaken(name: string): AppError {
  return new AppError('conflict', {
    zh: `已有名为「${name}」的标签，请换一个名称，或直接使用它`,
    en: `There is a tag “${name}” already; choose another name, or use that one`,
    problems: [{ at: 'body.name', zh: '名称已被使用', en: 'The name is taken' }],
  })
}
