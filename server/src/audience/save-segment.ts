import { sql } from 'kysely'
import type { Segment } from '../../../contracts/audience.ts'
import type { Rule } from '../../../contracts/rule.ts'
import { mutate, type Context } from '../access/index.ts'
import { AppError } from '../platform/errors.ts'
import type { Database } from '../platform/platform.ts'
import { countRule } from './audience-statement.ts'
import { resolveRule } from './rule/resolve-rule.ts'
import { lockSegments, readSegment } from './segment-row.ts'

interface SegmentInput {
  name: string
  description: string
  rule: Rule
}

/** Saves a segment with its count of now. @throws `validation` with node paths, `conflict` when the name is taken */
export async function createSegment(ctx: Context, input: SegmentInput): Promise<Segment> {
  const { count } = await countRule(ctx, input.rule, { exact: true })
  const { platform, actor, workspaceId } = ctx
  const now = platform.clock.now()
  const createdBy = actor.kind === 'user' ? actor.userId : null
  const id = await mutate(ctx, { action: 'segment.create', targetKind: 'segment', detail: { name: input.name } }, async (tx, audit) => {
    await lockSegments(tx, workspaceId)
    await resolveRule(ctx, input.rule, { db: tx })
    const { rows } = await sql<{ id: string }>`
      insert into segments (workspace_id, name, description, rule, count, counted_at, created_by, created_at, updated_at)
      values (${workspaceId}, ${input.name}, ${input.description}, ${JSON.stringify(input.rule)}::jsonb, ${count}, ${now}, ${createdBy}, ${now}, ${now})
      on conflict (workspace_id, name) do nothing returning id`.execute(tx)
    if (!rows[0]) throw nameTaken(input.name)
    audit.targetId = rows[0].id
    return rows[0].id
  })
  return readSegment(ctx, id)
}

/** Changes what is given. A new rule is counted at once; segments and campaigns that use the segment follow it from then on. */
export async function updateSegment(ctx: Context, input: { id: string } & Partial<SegmentInput>): Promise<Segment> {
  const { id, name, description, rule } = input
  await readSegment(ctx, id)
  if (rule) await resolveRule(ctx, rule, { segmentId: id })
  const count = rule ? (await countRule(ctx, rule, { exact: true })).count : null
  const now = ctx.platform.clock.now()
  const changed = Object.keys(input).filter((key) => key !== 'id')
  await mutate(ctx, { action: 'segment.update', targetKind: 'segment', targetId: id, detail: { changed } }, async (tx) => {
    // Two changes at once could close a circle that neither sees alone.
    if (rule) {
      await lockSegments(tx, ctx.workspaceId)
      await resolveRule(ctx, rule, { segmentId: id, db: tx })
    }
    if (name !== undefined) await refuseTakenName(tx, ctx.workspaceId, { id, name })
    await sql`
      update segments set name = coalesce(${name ?? null}, name), description = coalesce(${description ?? null}, description),
        rule = coalesce(${rule ? JSON.stringify(rule) : null}::jsonb, rule),
        count = coalesce(${count}::bigint, count), counted_at = case when ${count}::bigint is null then counted_at else ${now} end, updated_at = ${now}
      where workspace_id = ${ctx.workspaceId} and id = ${id}::uuid`.execute(tx)
  })
  return readSegment(ctx, id)
}

async function refuseTakenName(tx: Database, workspaceId: number, { id, name }: { id: string; name: string }): Promise<void> {
  const { rows } = await sql`select 1 from segments where workspace_id = ${workspaceId} and name = ${name} and id <> ${id}::uuid`.execute(tx)
  if (rows.length > 0) throw nameTaken(name)
}

function nameTaken(name: string): AppError {
  return new AppError('conflict', {
    zh: `已有名为「${name}」的分群,请换一个名称`,
    en: `There is a segment “${name}” already; choose another name`,
    problems: [{ at: 'body.name', zh: '名称已被使用', en: 'The name is taken' }],
  })
}
