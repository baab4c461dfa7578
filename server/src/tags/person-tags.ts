import { sql } from 'kysely'
import type { PersonTag, TagColour, TagKind } from '../../../contracts/tags.ts'
import { mutate, type Context } from '../access/index.ts'
import { currentPersonId, runnerOf } from '../people/index.ts'
import { AppError, notFound } from '../platform/errors.ts'
import { applyTags, type TagEntry } from './apply-tags.ts'
import { holdTag } from './tag-row.ts'

interface Row {
  tagId: string
  name: string
  categoryId: string | null
  colour: TagColour
  kind: TagKind
  value: string
  retired: boolean
  setAt: Date
  expiresAt: Date | null
  source: string
  setBy: string | null
}

/** Tags of a person, by name and value. @throws `not-found` */
export async function listPersonTags(ctx: Context, askedId: number): Promise<PersonTag[]> {
  const personId = await findPerson(ctx, askedId)
  const { rows } = await sql<Row>`
    select tags.id as "tagId", tags.name, tags.category_id as "categoryId", tags.colour, tags.kind, person_tags.value, tags.retired_at is not null as retired,
      person_tags.set_at as "setAt", person_tags.expires_at as "expiresAt", person_tags.source, users.name as "setBy"
    from person_tags join tags on tags.workspace_id = ${ctx.workspaceId} and tags.id = person_tags.tag_id
    left join users on users.id = person_tags.set_by
    where person_tags.workspace_id = ${ctx.workspaceId} and person_tags.person_id = ${personId}
    order by tags.retired_at is not null, tags.name, person_tags.value limit 2000`.execute(ctx.platform.db)
  return rows.map((row) => ({ ...row, setAt: row.setAt.toISOString(), expiresAt: row.expiresAt?.toISOString() ?? null }))
}

export interface PersonTagChanges {
  personId: number
  set: readonly { tagId: string; value: string; expiresAt?: string | null | undefined }[]
  remove: readonly { tagId: string; value?: string | undefined }[]
}

/**
 * Gives a person tags and takes tags away, by hand; what is taken goes first. Answers the tags as they are then.
 * @throws `not-found` for a person or a tag, `validation` for a value that the tag does not take or a retired tag
 */
export async function changePersonTags(ctx: Context, { personId: askedId, set, remove }: PersonTagChanges): Promise<PersonTag[]> {
  const personId = await findPerson(ctx, askedId)
  const { workspaceId, actor, platform } = ctx
  const entries: TagEntry[] = [
    ...remove.map(({ tagId, value }) => ({ personId, tagId, value: value ?? '', remove: true, anyValue: value === undefined })),
    ...set.map(({ tagId, value, expiresAt }) => ({ personId, tagId, value, expiresAt: expiresAt ? new Date(expiresAt) : (expiresAt as null | undefined) })),
  ]
  const detail = { set: set.map((entry) => entry.tagId), removed: remove.map((entry) => entry.tagId) }
  await mutate(ctx, { action: 'person.tag', targetKind: 'person', targetId: String(personId), detail }, async (tx) => {
    for (const [index, entry] of set.entries()) {
      const tag = await holdTag(tx, workspaceId, entry.tagId)
      if (tag.retiredAt) throw badEntry(index, { zh: `标签「${tag.name}」已停用，请选择其他标签`, en: `The tag “${tag.name}” is retired; choose another one` })
      if (entry.expiresAt && new Date(entry.expiresAt) <= platform.clock.now())
        throw badEntry(index, { zh: '到期时间应晚于现在', en: 'The expiry lies in the past' })
      checkTagValue(tag, entry.value, `body.set.${index}.value`)
    }
    for (const entry of remove) await holdTag(tx, workspaceId, entry.tagId)
    const setBy = actor.kind === 'user' ? actor.userId : null
    await applyTags(runnerOf(tx), { workspaceId, entries, source: 'manual', originId: null, setBy, now: platform.clock.now() })
  })
  return listPersonTags(ctx, personId)
}

/** @throws `validation` for a value that the tag does not take */
export function checkTagValue(tag: { name: string; kind: TagKind; values: string[] }, value: string, at: string): void {
  const problem = valueProblem(tag, value)
  if (problem) throw new AppError('validation', { ...problem, problems: [{ at, ...problem }] })
}

function valueProblem(tag: { name: string; kind: TagKind; values: string[] }, value: string): { zh: string; en: string } | null {
  if (tag.kind === 'flag') return null
  if (value === '') return { zh: `标签「${tag.name}」需要一个值，请选择或填写`, en: `The tag “${tag.name}” needs a value; choose or type one` }
  if (/\p{Cc}/u.test(value)) return { zh: '标签值不能含有换行等控制字符', en: 'A value is one line without control characters' }
  if (tag.values.length === 0 || tag.values.includes(value)) return null
  return { zh: `「${value}」不在标签「${tag.name}」允许的值里，请选择列出的值`, en: `“${value}” is not a value of the tag “${tag.name}”; choose a listed one` }
}

function badEntry(index: number, words: { zh: string; en: string }): AppError {
  return new AppError('validation', { ...words, problems: [{ at: `body.set.${index}`, ...words }] })
}

/** The person of today behind an id. @throws `not-found` */
export async function findPerson(ctx: Context, personId: number): Promise<number> {
  const current = await currentPersonId(ctx, personId)
  const { rows } = await sql`select 1 from people where workspace_id = ${ctx.workspaceId} and id = ${current}`.execute(ctx.platform.db)
  if (rows.length === 0) throw notFound({ zh: '客户', en: 'person' })
  return current
}
