import { sql } from 'kysely'
import type { Segment } from '../../../contracts/audience.ts'
import type { Rule } from '../../../contracts/rule.ts'
import { mutate, type Context } from '../access/index.ts'
import { AppError } from '../platform/errors.ts'
import type { Database } from '../platform/platform.ts'
import { resolveRule } from './rule/resolve-rule.ts'
import { lockSegments, readSegment } from './segment-row.ts'
import { settleRuns } from './segments/settle-runs.ts'
import { showSets } from './segments/show-sets.ts'
import { readShownRun } from './segments/shown-runs.ts'
import { writeRuleSet } from './segments/write-set.ts'

interface SegmentInput {
  name: string
  description: string
  rule: Rule
}

/** Saves a segment with its people of now. @throws `validation` with node paths, `conflict` when the name is taken */
export async function createSegment(ctx: Context, input: SegmentInput): Promise<Segment> {
  const id = await newSegmentId(ctx)
  const set = await writeRuleSet(ctx, input.rule, { segmentId: id, previousRun: null })
  const { platform, workspaceId } = ctx
  await mutate(ctx, { action: 'segment.create', targetKind: 'segment', targetId: id, detail: { name: input.name } }, async (tx) => {
    await lockSegments(tx, workspaceId)
    await resolveRule(ctx, input.rule, { db: tx })
    await insertSegment(tx, ctx, { id, ...input, kind: 'dynamic', origin: null })
    await showSets(tx, ctx, { sets: [set], cause: 'rule' })
  })
  await settleRuns(platform, workspaceId)
  return readSegment(ctx, id)
}

/** An id for a segment that is made, so that its people can be written before it is there. */
export async function newSegmentId(ctx: Context): Promise<string> {
  const { rows } = await sql<{ id: string }>`select uuidv7() as id`.execute(ctx.platform.db)
  return rows[0]!.id
}

/** @throws `conflict` when the name is taken */
export async function insertSegment(
  tx: Database,
  ctx: Context,
  row: SegmentInput & { id: string; kind: 'dynamic' | 'static'; origin: object | null },
): Promise<void> {
  const { platform, actor, workspaceId } = ctx
  const now = platform.clock.now()
  const createdBy = actor.kind === 'user' ? actor.userId : null
  const { rows } = await sql`
    insert into segments (id, workspace_id, name, description, kind, rule, origin, created_by, created_at, updated_at)
    values (${row.id}::uuid, ${workspaceId}, ${row.name}, ${row.description}, ${row.kind}, ${JSON.stringify(row.rule)}::jsonb,
      ${row.origin && JSON.stringify(row.origin)}::jsonb, ${createdBy}, ${now}, ${now})
    on conflict (workspace_id, name) do nothing returning id`.execute(tx)
  if (rows.length === 0) throw nameTaken(row.name)
}

type SegmentChange = { id: string } & Partial<SegmentInput> & { paused?: boolean; announces?: boolean }

/** Changes what is given. A new rule is read at once; segments and campaigns that use the segment follow it from then on. */
export async function updateSegment(ctx: Context, input: SegmentChange): Promise<Segment> {
  const { id, name, description, rule, paused, announces } = input
  const before = await readSegment(ctx, id)
  if (before.kind === 'static' && (rule !== undefined || paused !== undefined)) throw isStatic()
  const set = rule ? await writeRuleSet(ctx, rule, { segmentId: before.id, previousRun: await readShownRun(ctx, id) }) : null
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
        rule = coalesce(${rule ? JSON.stringify(rule) : null}::jsonb, rule), announces = coalesce(${announces ?? null}::boolean, announces),
        paused_at = case when ${paused ?? null}::boolean is null then paused_at when ${paused ?? null}::boolean then ${now} end, updated_at = ${now}
      where workspace_id = ${ctx.workspaceId} and id = ${id}::uuid`.execute(tx)
    if (set && (await showSets(tx, ctx, { sets: [set], cause: 'rule' })).length === 0) throw changedMeanwhile()
  })
  if (set) await settleRuns(ctx.platform, ctx.workspaceId)
  return readSegment(ctx, id)
}

/** The set was replaced between reading and showing; nothing was changed. */
export function changedMeanwhile(): AppError {
  return new AppError('conflict', {
    zh: '分群的人群刚好在这时更新了，请再试一次',
    en: 'The people of the segment were refreshed at this very moment; try again',
  })
}

function isStatic(): AppError {
  return new AppError('precondition', {
    zh: '静态分群没有规则，人员只能手工增减；需要跟随数据时请新建动态分群',
    en: 'A static segment has no rule; people are added and taken out by hand. Make a dynamic segment to follow the data',
  })
}

async function refuseTakenName(tx: Database, workspaceId: number, { id, name }: { id: string; name: string }): Promise<void> {
  const { rows } = await sql`select 1 from segments where workspace_id = ${workspaceId} and name = ${name} and id <> ${id}::uuid`.execute(tx)
  if (rows.length > 0) throw nameTaken(name)
}

function nameTaken(name: string): AppError {
  return new AppError('conflict', {
    zh: `已有名为「${name}」的分群，请换一个名称`,
    en: `There is a segment “${name}” already; choose another name`,
    problems: [{ at: 'body.name', zh: '名称已被使用', en: 'The name is taken' }],
  })
}
