import { sql } from 'kysely'
import type { TagAction, TagTargets } from '../../../contracts/tags.ts'
import { mutate, type Context } from '../access/index.ts'
import { pagePersonIds } from '../people/index.ts'
import { AppError } from '../platform/errors.ts'
import type { Database } from '../platform/platform.ts'
import { asQuery } from './action-query.ts'
import { readTagAction } from './action-row.ts'
import { checkTagValue } from './person-tags.ts'
import { refuseUsed } from './retire-tag.ts'
import { runAction } from './run-actions.ts'
import { holdTag, readTag } from './tag-row.ts'

interface ActionInput {
  tagId: string
  kind: 'add' | 'remove'
  value: string
  expiresAt?: string | null | undefined
  targets: TagTargets
}

/**
 * Begins to tag or untag many people. People by id are done when this answers; everyone of a list or rule in the background.
 * @throws `not-found`, `validation` for a value the tag does not take, a retired tag, or a query that is no list
 */
export async function startTagAction(ctx: Context, input: ActionInput): Promise<TagAction> {
  const { targets } = input
  // Says now, and not in the background, when the list or rule is none.
  if (targets.kind !== 'people') await pagePersonIds(ctx, asQuery(targets), { before: null, limit: 1 })
  const detail = { kind: input.kind, people: targets.kind === 'people' ? targets.personIds.length : targets.kind }
  const id = await mutate(ctx, { action: 'tag.people', targetKind: 'tag', targetId: input.tagId, detail }, async (tx) => {
    const tag = await holdTag(tx, ctx.workspaceId, input.tagId)
    if (input.kind === 'add') {
      if (tag.retiredAt)
        throw new AppError('precondition', { zh: `标签「${tag.name}」已停用，请先恢复它`, en: `The tag “${tag.name}” is retired; bring it back first` })
      checkTagValue(tag, input.value, 'body.value')
      if (input.expiresAt && new Date(input.expiresAt) <= ctx.platform.clock.now()) {
        const words = { zh: '到期时间应晚于现在', en: 'The expiry lies in the past' }
        throw new AppError('validation', { ...words, problems: [{ at: 'body.expiresAt', ...words }] })
      }
    }
    const expiresAt = await expiryOf(ctx, tx, input)
    const action = await insertAction(tx, ctx, { ...input, tagId: tag.id, value: tag.kind === 'flag' ? '' : input.value, expiresAt })
    if (targets.kind === 'people') await stagePeople(tx, ctx.workspaceId, { action, personIds: targets.personIds })
    return action
  })
  if (targets.kind === 'people') await runAction(ctx.platform, id)
  else ctx.platform.jobs.wake('tag actions')
  return readTagAction(ctx, id)
}

/** Begins to move everyone of a tag to another. @throws `not-found`, `validation`, `precondition` while something uses the tag */
export async function mergeTags(ctx: Context, { id, intoId, value }: { id: string; intoId: string; value?: string | undefined }): Promise<TagAction> {
  await refuseUsed(ctx, await readTag(ctx, id))
  const action = await mutate(ctx, { action: 'tag.merge', targetKind: 'tag', targetId: id, detail: { intoId } }, async (tx) => {
    // Always in the same order, so that two merges do not wait for each other.
    for (const each of [id, intoId].toSorted()) await holdTag(tx, ctx.workspaceId, each)
    const [tag, into] = [await holdTag(tx, ctx.workspaceId, id), await holdTag(tx, ctx.workspaceId, intoId)]
    if (tag.id === into.id) throw wrongMerge({ zh: '不能与自己合并，请选择另一个标签', en: 'A tag cannot be merged into itself; choose another one' })
    if (tag.kind === 'value' && into.kind === 'flag')
      throw wrongMerge({ zh: '取值标签不能合并到普通标签，它的值会丢失', en: 'A tag with values cannot go into one without; its values would be lost' })
    const target = into.kind === 'flag' ? '' : tag.kind === 'flag' ? (value ?? '').trim() || tag.name : ''
    const action = await insertAction(tx, ctx, { tagId: tag.id, intoTagId: into.id, kind: 'merge', value: target, expiresAt: null })
    if (into.values.length > 0) await allowValues(tx, ctx, { from: tag.id, into: into.id, also: target })
    await stageTag(tx, ctx.workspaceId, { action, tagId: tag.id })
    return action
  })
  ctx.platform.jobs.wake('tag actions')
  return readTagAction(ctx, action)
}

/** Begins to take a tag from everyone and then delete it. @throws `not-found`, `precondition` while something uses it or when more people have it than was confirmed */
export async function deleteTag(ctx: Context, { id, confirmPeople }: { id: string; confirmPeople: number }): Promise<TagAction> {
  await refuseUsed(ctx, await readTag(ctx, id))
  const action = await mutate(ctx, { action: 'tag.delete', targetKind: 'tag', targetId: id }, async (tx, audit) => {
    const tag = await holdTag(tx, ctx.workspaceId, id)
    audit.detail = { name: tag.name }
    const action = await insertAction(tx, ctx, { tagId: tag.id, kind: 'delete', value: '', expiresAt: null })
    const people = await stageTag(tx, ctx.workspaceId, { action, tagId: tag.id })
    if (people > confirmPeople)
      throw new AppError('precondition', {
        zh: `现在有 ${people} 位客户带有该标签，多于您确认的 ${confirmPeople} 位，请重新确认`,
        en: `${people} people have the tag now, more than the ${confirmPeople} you confirmed; confirm again`,
      })
    return action
  })
  ctx.platform.jobs.wake('tag actions')
  return readTagAction(ctx, action)
}

async function expiryOf(ctx: Context, tx: Database, { tagId, kind, expiresAt }: ActionInput): Promise<Date | null> {
  if (kind === 'remove') return null
  if (expiresAt !== undefined) return expiresAt === null ? null : new Date(expiresAt)
  const { rows } = await sql<{ expires_at: Date | null }>`
    select ${ctx.platform.clock.now()}::timestamptz + expires_after_days * interval '1 day' as expires_at from tags
    where workspace_id = ${ctx.workspaceId} and id = ${tagId}::uuid`.execute(tx)
  return rows[0]?.expires_at ?? null
}

interface NewAction {
  tagId: string
  intoTagId?: string
  kind: TagAction['kind']
  value: string
  expiresAt: Date | null
  targets?: TagTargets
}

async function insertAction(tx: Database, ctx: Context, action: NewAction): Promise<string> {
  const { actor, workspaceId, platform } = ctx
  const isOpen = action.targets !== undefined && action.targets.kind !== 'people'
  const { rows } = await sql<{ id: string }>`
    insert into tag_actions (workspace_id, tag_id, into_tag_id, kind, value, expires_at, targets, state, created_by, created_by_name, created_at)
    values (${workspaceId}, ${action.tagId}, ${action.intoTagId ?? null}::uuid, ${action.kind}, ${action.value}, ${action.expiresAt},
      ${isOpen ? JSON.stringify(action.targets) : null}::jsonb, ${isOpen ? 'collecting' : 'running'}, ${actor.kind === 'user' ? actor.userId : null},
      ${actor.name}, ${platform.clock.now()})
    returning id`.execute(tx)
  return rows[0]!.id
}

async function stagePeople(tx: Database, workspaceId: number, { action, personIds }: { action: string; personIds: readonly number[] }): Promise<void> {
  await sql`
    with staged as (
      insert into tag_action_people (action_id, person_id)
      select ${action}::uuid, id from people where workspace_id = ${workspaceId} and id = any(${personIds}::bigint[]) returning 1
    )
    update tag_actions set people_total = (select count(*) from staged) where workspace_id = ${workspaceId} and id = ${action}::uuid`.execute(tx)
}

async function stageTag(tx: Database, workspaceId: number, { action, tagId }: { action: string; tagId: string }): Promise<number> {
  const { rows } = await sql<{ people: number }>`
    with staged as (
      insert into tag_action_people (action_id, person_id)
      select distinct ${action}::uuid, person_id from person_tags where workspace_id = ${workspaceId} and tag_id = ${tagId}::uuid returning 1
    )
    update tag_actions set people_total = (select count(*) from staged) where workspace_id = ${workspaceId} and id = ${action}::uuid
    returning people_total::float8 as people`.execute(tx)
  return rows[0]!.people
}

/** A tag that takes listed values only learns those that come to it. */
async function allowValues(tx: Database, ctx: Context, { from, into, also }: { from: string; into: string; also: string }): Promise<void> {
  await sql`
    update tags set updated_at = ${ctx.platform.clock.now()}, values = tags.values || array(
      select value from (
        select distinct value from person_tags where workspace_id = ${ctx.workspaceId} and tag_id = ${from}::uuid and value <> ''
        union select ${also} where ${also} <> ''
      ) as coming where value <> all(tags.values) order by value)
    where workspace_id = ${ctx.workspaceId} and id = ${into}::uuid`.execute(tx)
}

function wrongMerge(words: { zh: string; en: string }): AppError {
  return new AppError('validation', { ...words, problems: [{ at: 'body.intoId', ...words }] })
}
