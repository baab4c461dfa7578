import { sql } from 'kysely'
import type { Segment } from '../../../contracts/audience.ts'
import type { Rule } from '../../../contracts/rule.ts'
import type { Context } from '../access/index.ts'
import { notFound } from '../platform/errors.ts'
import type { Database } from '../platform/platform.ts'
import { describeRule } from './rule/describe-rule.ts'
import { readRuleWords } from './rule/rule-words.ts'

interface SegmentRow {
  id: string
  name: string
  description: string
  rule: Rule
  count: number | null
  countedAt: Date | null
  createdAt: Date
  updatedAt: Date
  createdBy: string | null
}

const columns = sql`
  segments.id, segments.name, segments.description, segments.rule, segments.count::float8 as count, segments.counted_at as "countedAt",
  segments.created_at as "createdAt", segments.updated_at as "updatedAt", users.name as "createdBy"`
const tables = sql`segments left join users on users.id = segments.created_by`

/** Segments of the workspace, newest first; `search` is part of a name. */
export async function listSegments(ctx: Context, input: { search?: string }): Promise<Segment[]> {
  const { rows } = await sql<SegmentRow>`
    select ${columns} from ${tables}
    where segments.workspace_id = ${ctx.workspaceId} and (${input.search ?? null}::text is null or position(lower(${input.search ?? ''}) in lower(segments.name)) > 0)
    order by segments.id desc limit 1000`.execute(ctx.platform.db)
  return asSegments(ctx, rows)
}

/** One segment. @throws `not-found` */
export async function readSegment(ctx: Context, id: string, db: Database = ctx.platform.db): Promise<Segment> {
  const { rows } =
    await sql<SegmentRow>`select ${columns} from ${tables} where segments.workspace_id = ${ctx.workspaceId} and segments.id = ${id}::uuid`.execute(db)
  const [segment] = await asSegments(ctx, rows)
  if (!segment) throw notFound({ zh: '分群', en: 'segment' })
  return segment
}

/** Until the transaction ends, nobody else changes who refers to whom: references stay whole and free of circles. */
export async function lockSegments(tx: Database, workspaceId: number): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('segments', ${workspaceId}))`.execute(tx)
}

async function asSegments(ctx: Context, rows: SegmentRow[]): Promise<Segment[]> {
  if (rows.length === 0) return []
  const words = await readRuleWords(
    ctx,
    rows.map((row) => row.rule),
  )
  return rows.map((row) => ({
    ...row,
    sentence: describeRule(row.rule, words),
    countedAt: row.countedAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  }))
}
