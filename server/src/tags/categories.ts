import { sql } from 'kysely'
import { proposedCategories, tagLimits, type TagCategory } from '../../../contracts/tags.ts'
import { mutate, type Context } from '../access/index.ts'
import { AppError, notFound } from '../platform/errors.ts'
import type { Database } from '../platform/platform.ts'

interface CategoryRow extends TagCategory {
  depth: number
}

/** Categories of the workspace, each after its parent, by name. */
export async function listTagCategories(ctx: Context, db: Database = ctx.platform.db): Promise<TagCategory[]> {
  return (await readTree(ctx, db)).map(withoutDepth)
}

async function readTree({ workspaceId }: Context, db: Database): Promise<CategoryRow[]> {
  const { rows } = await sql<CategoryRow>`
    with recursive tree as (
      select id, parent_id, key, name, 1 as depth, array[(key is null)::text, coalesce(created_at::text, ''), id::text] as path
      from tag_categories where workspace_id = ${workspaceId} and parent_id is null
      union all
      select below.id, below.parent_id, below.key, below.name, tree.depth + 1, tree.path || array[below.name, below.id::text]
      from tree join tag_categories as below on below.workspace_id = ${workspaceId} and below.parent_id = tree.id
    )
    select tree.id, tree.parent_id as "parentId", tree.key, tree.name, tree.depth, (
      select count(*)::int from tags
      where tags.workspace_id = ${workspaceId} and tags.category_id = tree.id and tags.deleted_at is null and tags.retired_at is null
    ) as tags
    from tree order by path limit ${tagLimits.categoriesMax + 1}`.execute(db)
  return rows
}

/** Until the transaction ends nobody else changes the tree: no circle is closed by two at once. */
async function lockTree(tx: Database, workspaceId: number): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('tag categories', ${workspaceId}))`.execute(tx)
}

/** @throws `conflict` for a name that is taken beside it, `precondition` past the limits of the tree */
export async function createTagCategory(ctx: Context, { name, parentId }: { name: string; parentId: string | null }): Promise<TagCategory> {
  return mutate(ctx, { action: 'tagCategory.create', targetKind: 'tagCategory', detail: { name } }, async (tx, audit) => {
    await lockTree(tx, ctx.workspaceId)
    const tree = await readTree(ctx, tx)
    if (tree.length >= tagLimits.categoriesMax) throw tooMany()
    checkPlace(tree, { id: null, parentId })
    checkName(tree, { id: null, name, parentId })
    const { rows } = await sql<{ id: string }>`
      insert into tag_categories (workspace_id, parent_id, name, created_at) values (${ctx.workspaceId}, ${parentId}, ${name}, ${ctx.platform.clock.now()})
      returning id`.execute(tx)
    audit.targetId = rows[0]!.id
    return find(await readTree(ctx, tx), rows[0]!.id)
  })
}

/** Makes those of the proposed categories that the workspace does not have. */
export async function adoptTagCategories(ctx: Context): Promise<TagCategory[]> {
  return mutate(ctx, { action: 'tagCategory.adopt', targetKind: 'tagCategory' }, async (tx) => {
    await lockTree(tx, ctx.workspaceId)
    const known = await readTree(ctx, tx)
    for (const { key, label } of proposedCategories) {
      if (known.some((category) => category.key === key || (category.parentId === null && category.name === label.zh))) continue
      await sql`
        insert into tag_categories (workspace_id, key, name, created_at) values (${ctx.workspaceId}, ${key}, ${label.zh}, clock_timestamp())`.execute(tx)
    }
    return listTagCategories(ctx, tx)
  })
}

/** Renames a category or moves it, with everything in it. @throws `not-found`, `conflict`, `precondition` for a circle or too deep a tree */
export async function updateTagCategory(
  ctx: Context,
  { id, name, parentId }: { id: string; name?: string | undefined; parentId?: string | null | undefined },
): Promise<TagCategory> {
  return mutate(ctx, { action: 'tagCategory.update', targetKind: 'tagCategory', targetId: id }, async (tx) => {
    await lockTree(tx, ctx.workspaceId)
    const tree = await readTree(ctx, tx)
    const now = find(tree, id)
    const next = { id: now.id, name: name ?? now.name, parentId: parentId === undefined ? now.parentId : parentId }
    checkPlace(tree, next)
    checkName(tree, next)
    await sql`
      update tag_categories set name = ${next.name}, parent_id = ${next.parentId}::uuid where workspace_id = ${ctx.workspaceId} and id = ${id}::uuid`.execute(
      tx,
    )
    return find(await readTree(ctx, tx), now.id)
  })
}

/** Deletes a category; its tags and the categories in it go one level up. */
export async function deleteTagCategory(ctx: Context, id: string): Promise<void> {
  await mutate(ctx, { action: 'tagCategory.delete', targetKind: 'tagCategory', targetId: id }, async (tx, audit) => {
    await lockTree(tx, ctx.workspaceId)
    const tree = await readTree(ctx, tx)
    const { id: goneId, name, parentId } = find(tree, id)
    audit.detail = { name }
    for (const child of tree.filter((category) => category.parentId === goneId)) checkName(tree, { id: child.id, name: child.name, parentId, leaving: goneId })
    await sql`update tag_categories set parent_id = ${parentId}::uuid where workspace_id = ${ctx.workspaceId} and parent_id = ${goneId}::uuid`.execute(tx)
    await sql`update tags set category_id = ${parentId}::uuid where workspace_id = ${ctx.workspaceId} and category_id = ${goneId}::uuid`.execute(tx)
    await sql`delete from tag_categories where workspace_id = ${ctx.workspaceId} and id = ${goneId}::uuid`.execute(tx)
  })
}

/** @throws `not-found` for a category that the workspace does not have; null is the top and always there */
export async function checkCategory(tx: Database, workspaceId: number, id: string | null | undefined): Promise<void> {
  if (id === null || id === undefined) return
  const { rows } = await sql`select 1 from tag_categories where workspace_id = ${workspaceId} and id = ${id}::uuid`.execute(tx)
  if (rows.length === 0) throw noCategory()
}

function noCategory(): AppError {
  return notFound({ zh: '标签分类', en: 'tag category' })
}

function find(tree: readonly CategoryRow[], id: string): TagCategory {
  const found = tree.find((category) => category.id === id.toLowerCase())
  if (!found) throw noCategory()
  return withoutDepth(found)
}

function withoutDepth({ id, parentId, key, name, tags }: CategoryRow): TagCategory {
  return { id, parentId, key, name, tags }
}

function checkPlace(tree: readonly CategoryRow[], { id, parentId }: { id: string | null; parentId: string | null }): void {
  if (parentId === null) return
  const parent = tree.find((category) => category.id === parentId.toLowerCase())
  if (!parent) throw noCategory()
  const parentOf = new Map(tree.map((category) => [category.id, category.parentId]))
  for (let up: string | null | undefined = parent.id; up; up = parentOf.get(up)) if (up === id) throw circle()
  const own = tree.find((category) => category.id === id)
  const below = own ? Math.max(...tree.filter((category) => isWithin(parentOf, category.id, own.id)).map((category) => category.depth)) - own.depth + 1 : 1
  if (parent.depth + below > tagLimits.categoryDepthMax) throw tooDeep()
}

function isWithin(parentOf: ReadonlyMap<string, string | null>, id: string, holder: string): boolean {
  for (let up: string | null | undefined = id; up; up = parentOf.get(up)) if (up === holder) return true
  return false
}

interface Placed {
  id: string | null
  name: string
  parentId: string | null
  leaving?: string
}

function checkName(tree: readonly CategoryRow[], { id, name, parentId, leaving }: Placed): void {
  const isTaken = tree.some((category) => category.id !== id && category.id !== leaving && category.parentId === parentId && category.name === name)
  if (!isTaken) return
  throw new AppError('conflict', {
    zh: `同一级已有名为「${name}」的分类，请换一个名称`,
    en: `There is a category “${name}” on the same level; choose another name`,
    problems: [{ at: 'body.name', zh: '名称已被使用', en: 'The name is taken' }],
  })
}

function circle(): AppError {
  return new AppError('precondition', { zh: '不能把分类移到它自己的下级，请选择别的位置', en: 'A category cannot go into itself; choose another place' })
}

function tooDeep(): AppError {
  const max = tagLimits.categoryDepthMax
  return new AppError('precondition', { zh: `分类最多 ${max} 级，请放到更高一级`, en: `At most ${max} levels of categories; put it higher up` })
}

function tooMany(): AppError {
  const max = tagLimits.categoriesMax
  return new AppError('precondition', { zh: `分类最多 ${max} 个，请先整理现有分类`, en: `At most ${max} categories; tidy up first` })
}
