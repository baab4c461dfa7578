import { sql, type RawBuilder } from 'kysely'
import type { MergeReason, PersonMerge } from '../../../../contracts/one-id.ts'
import type { Context } from '../../access/index.ts'
import { notFound } from '../../platform/errors.ts'
import { idCursor, pageOf } from '../../platform/paging.ts'
import { nameMask } from '../attributes/personal-data.ts'
import { findPerson } from '../profile/read-person.ts'
import { allIdsOf } from './aliases.ts'

interface Page {
  cursor?: string | undefined
  limit: number
}

interface MergeRow extends Omit<PersonMerge, 'mergedAt' | 'undoneAt'> {
  merged_at: Date
  undone_at: Date | null
}

/** Merges of the workspace, newest first. */
export async function listMerges(
  ctx: Context,
  { reason, ...page }: Page & { reason?: MergeReason | undefined },
): Promise<{ items: PersonMerge[]; nextCursor?: string }> {
  return readMerges(ctx, page, reason ? [sql`merge.reason = ${reason}`] : [])
}

/** Merges in which a person, today or under a former id, took part; newest first. @throws `not-found` */
export async function listPersonMerges(
  ctx: Context,
  { personId, ...page }: Page & { personId: number },
): Promise<{ items: PersonMerge[]; nextCursor?: string }> {
  const { id } = await findPerson(ctx, personId)
  const ids = await allIdsOf(ctx, id)
  return readMerges(ctx, page, [sql`(merge.kept_id = any(${ids}::bigint[]) or merge.merged_id = any(${ids}::bigint[]))`])
}

/** One merge. @throws `not-found` */
export async function readMerge(ctx: Context, mergeId: number): Promise<PersonMerge> {
  const { items } = await readMerges(ctx, { limit: 1 }, [sql`merge.id = ${mergeId}`])
  if (!items[0]) throw notFound({ zh: '合并记录', en: 'merge' })
  return items[0]
}

async function readMerges(ctx: Context, { cursor, limit }: Page, conditions: RawBuilder<unknown>[]): Promise<{ items: PersonMerge[]; nextCursor?: string }> {
  const before = idCursor(cursor)
  const all = [sql`merge.workspace_id = ${ctx.workspaceId}`, ...conditions, ...(before === null ? [] : [sql`merge.id < ${before}`])]
  const { rows } = await sql<MergeRow>`
    select merge.id as "mergeId", merge.kept_id as "keptId", coalesce(former.person_id, merge.kept_id) as "personId", merge.merged_id as "mergedId",
      ${nameOf(ctx, sql`merge.kept_id`)} as "keptName", ${nameOf(ctx, sql`merge.merged_id`)} as "mergedName",
      merge.reason, merge.namespace, decider.name as "decidedBy", merge.merged_at, merge.undone_at, undoer.name as "undoneBy"
    from person_merges as merge
    left join person_aliases as former on former.alias_id = merge.kept_id
    left join users as decider on decider.id = merge.decided_by
    left join users as undoer on undoer.id = merge.undone_by
    where ${sql.join(all, sql` and `)} order by merge.id desc limit ${limit + 1}`.execute(ctx.platform.db)
  const page = pageOf(rows, limit, (row) => row.mergeId)
  const shownName = await nameMask(ctx)
  const items = page.rows.map(({ merged_at, undone_at, ...row }) => ({
    ...row,
    keptName: shownName(row.keptName),
    mergedName: shownName(row.mergedName),
    mergedAt: merged_at.toISOString(),
    undoneAt: undone_at?.toISOString() ?? null,
  }))
  return { items, nextCursor: page.nextCursor }
}

/** The name of somebody, also of one who is part of another now; whoever shows it goes by `nameMask`. */
export function nameOf({ workspaceId }: Pick<Context, 'workspaceId'>, id: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`coalesce(
    (select attributes ->> 'name' from people where people.workspace_id = ${workspaceId} and people.id = ${id}),
    (select row -> 'attributes' ->> 'name' from merged_people where merged_people.workspace_id = ${workspaceId} and merged_people.id = ${id}))`
}
