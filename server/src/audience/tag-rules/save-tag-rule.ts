import { sql } from 'kysely'
import type { Problem } from '../../../../contracts/errors.ts'
import type { RuleTag, TagCase, TagRuleInput } from '../../../../contracts/tag-rules.ts'
import { mutate, type Context } from '../../access/index.ts'
import { AppError } from '../../platform/errors.ts'
import type { Database } from '../../platform/platform.ts'
import { resolveRule } from '../rule/resolve-rule.ts'
import { noTagRule, readTagRule } from './tag-rule-row.ts'
import { tagsNamedBy } from './named-things.ts'

interface HeldTag {
  id: string
  name: string
  kind: 'flag' | 'value'
  values: string[]
}

/** What a rule is stored as; a preference has settings instead of cases. */
export interface NewTagRule extends TagRuleInput {
  source: RuleTag['source']
  preset: string | null
  settings: RuleTag['settings']
}

/**
 * Gives a tag a rule, or changes it; it is due at once.
 * @throws `not-found`, `validation` for a rule that is wrong, names what is not there or leads back to the tag, or for values the tag does not take
 */
export async function saveTagRule(ctx: Context, { tagId, ...input }: TagRuleInput & { tagId: string }): Promise<RuleTag> {
  await checkCases(ctx, input.cases)
  await mutate(ctx, { action: 'tagRule.save', targetKind: 'tag', targetId: tagId, detail: { cases: input.cases.length, live: input.live } }, async (tx) => {
    const tag = await holdTag(tx, ctx.workspaceId, tagId)
    checkValues(tag, input.cases)
    await refuseCircle(tx, ctx.workspaceId, { tag, cases: input.cases })
    await storeTagRule(tx, ctx, { tagId: tag.id, rule: { ...input, source: 'rule', preset: null, settings: null } })
  })
  ctx.platform.jobs.wake('tag rules')
  return readTagRule(ctx, tagId)
}

/** Writes the rule of a tag, in the place of the one it had; a built-in one that is changed by hand stays the built-in one. */
export async function storeTagRule(tx: Database, ctx: Context, { tagId, rule }: { tagId: string; rule: NewTagRule }): Promise<void> {
  const now = ctx.platform.clock.now()
  const createdBy = ctx.actor.kind === 'user' ? ctx.actor.userId : null
  await sql`
    insert into tag_rules (workspace_id, tag_id, source, preset, cases, settings, leaving, is_live, refresh_minutes, next_run_at, next_cause, created_by, created_at, updated_at)
    values (${ctx.workspaceId}, ${tagId}::uuid, ${rule.source}, ${rule.preset}, ${JSON.stringify(rule.cases)}::jsonb, ${rule.settings && JSON.stringify(rule.settings)}::jsonb,
      ${rule.leaving}, ${rule.live}, ${rule.refreshMinutes}, ${now}, 'saved', ${createdBy}::uuid, ${now}, ${now})
    on conflict (workspace_id, tag_id) do update set cases = excluded.cases, settings = excluded.settings, leaving = excluded.leaving, is_live = excluded.is_live,
      source = case when excluded.source = 'rule' and tag_rules.source = 'feedback' then 'feedback' else excluded.source end,
      preset = case when excluded.source = 'rule' and tag_rules.source = 'feedback' then tag_rules.preset else excluded.preset end,
      refresh_minutes = excluded.refresh_minutes, next_cause = 'saved', updated_at = excluded.updated_at, revision = tag_rules.revision + 1,
      next_run_at = case when tag_rules.paused_at is null then excluded.next_run_at end`.execute(tx)
}

/** Takes the rule from a tag; who has the tag keeps it, as if it were given by hand. @throws `not-found` */
export async function deleteTagRule(ctx: Context, tagId: string): Promise<void> {
  await mutate(ctx, { action: 'tagRule.delete', targetKind: 'tag', targetId: tagId }, async (tx) => {
    const { rows } = await sql`
      delete from tag_rules where workspace_id = ${ctx.workspaceId} and tag_id = ${tagId}::uuid returning id`.execute(tx)
    if (rows.length === 0) throw noTagRule()
  })
}

/** Pauses a rule, a run of it too, or lets it go on with a run. @throws `not-found` */
export async function pauseTagRule(ctx: Context, { tagId, paused }: { tagId: string; paused: boolean }): Promise<RuleTag> {
  const now = ctx.platform.clock.now()
  await mutate(ctx, { action: paused ? 'tagRule.pause' : 'tagRule.resume', targetKind: 'tag', targetId: tagId }, async (tx) => {
    const { rows } = await sql`
      update tag_rules set paused_at = ${paused ? now : null}, next_run_at = ${paused ? null : now}, updated_at = ${now}
      where workspace_id = ${ctx.workspaceId} and tag_id = ${tagId}::uuid returning id`.execute(tx)
    if (rows.length === 0) throw noTagRule()
  })
  if (!paused) ctx.platform.jobs.wake('tag rules')
  return readTagRule(ctx, tagId)
}

/** Makes a rule due now. @throws `not-found`, `precondition` while it is paused */
export async function askTagRule(ctx: Context, tagId: string): Promise<RuleTag> {
  const { pausedAt } = await readTagRule(ctx, tagId)
  if (pausedAt !== null) throw new AppError('precondition', { zh: '规则已暂停，请先恢复', en: 'The rule is paused; let it go on first' })
  await mutate(ctx, { action: 'tagRule.run', targetKind: 'tag', targetId: tagId }, async (tx) => {
    await sql`
      update tag_rules set next_run_at = ${ctx.platform.clock.now()}, next_cause = 'asked'
      where workspace_id = ${ctx.workspaceId} and tag_id = ${tagId}::uuid and paused_at is null`.execute(tx)
  })
  ctx.platform.jobs.wake('tag rules')
  return readTagRule(ctx, tagId)
}

/** @throws `validation` with the path of every node that is wrong */
export async function checkCases(ctx: Context, cases: readonly TagCase[]): Promise<void> {
  for (const [index, { rule }] of cases.entries()) await resolveRule(ctx, rule, { path: `body.cases.${index}.rule` })
}

/** @throws `validation` for values that the tag does not take */
export function checkValues(tag: HeldTag, cases: readonly TagCase[]): void {
  const problems: Problem[] = []
  const wrong = (index: number, zh: string, en: string) => problems.push({ at: `body.cases.${index}.value`, zh, en })
  if (tag.kind === 'flag' && cases.length > 1) wrong(1, '不带取值的标签只能有一条规则，请合并为一条', 'A tag without values has one rule; make one of them')
  const seen = new Set<string>()
  for (const [index, { value }] of cases.entries()) {
    if (tag.kind === 'flag') {
      if (value !== '') wrong(index, '该标签不带取值，请留空', 'This tag has no values; leave it empty')
    } else if (value === '') wrong(index, '请填写取值', 'Type the value')
    else if (/\p{Cc}/u.test(value)) wrong(index, '标签值不能含有换行等控制字符', 'A value is one line without control characters')
    else if (tag.values.length > 0 && !tag.values.includes(value))
      wrong(index, `「${value}」不在标签允许的值里，请选择列出的值`, `“${value}” is not a value of the tag; choose a listed one`)
    else if (seen.has(value)) wrong(index, `取值「${value}」重复，请把它的规则合并为一条`, `The value “${value}” stands twice; join its rules`)
    seen.add(value)
  }
  if (problems.length > 0) throw new AppError('validation', { problems })
}

/** A tag whose rule asks for the tag itself, also by the rules of others, would never come to rest. @throws `validation` */
async function refuseCircle(tx: Database, workspaceId: number, { tag, cases }: { tag: HeldTag; cases: readonly TagCase[] }): Promise<void> {
  // One save at a time, so that no two close a circle together.
  await sql`select pg_advisory_xact_lock(hashtextextended('tag rule circles', ${workspaceId}))`.execute(tx)
  const { rows } = await sql<{ tagId: string; cases: TagCase[] }>`
    select tag_id as "tagId", cases from tag_rules where workspace_id = ${workspaceId} and tag_id <> ${tag.id}::uuid`.execute(tx)
  const next = new Map(rows.map((row) => [row.tagId, tagsNamedBy(row.cases)]))
  const reached = new Set<string>()
  const open = [...tagsNamedBy(cases)]
  while (open.length > 0) {
    const id = open.pop()!
    if (reached.has(id)) continue
    reached.add(id)
    open.push(...(next.get(id) ?? []))
  }
  if (!reached.has(tag.id)) return
  const words = { zh: `规则又引用到标签「${tag.name}」自己`, en: `The rule leads back to the tag “${tag.name}”` }
  throw new AppError('validation', { ...words, problems: [{ at: 'body.cases', ...words }] })
}

/** @throws `not-found` */
async function holdTag(tx: Database, workspaceId: number, id: string): Promise<HeldTag> {
  const { rows } = await sql<HeldTag>`
    select id, name, kind, values from tags where workspace_id = ${workspaceId} and id = ${id}::uuid and deleted_at is null for update`.execute(tx)
  if (!rows[0]) throw noTagRule()
  return rows[0]
}
