import { sql } from 'kysely'
import type { Segment, SegmentFreshness, SegmentState } from '../../../contracts/audience.ts'
import type { LocaleText } from '../../../contracts/common.ts'
import type { Rule } from '../../../contracts/rule.ts'
import type { Context } from '../access/index.ts'
import { notFound } from '../platform/errors.ts'
import type { Database } from '../platform/platform.ts'
import { describeRule, type RuleWords } from './rule/describe-rule.ts'
import { readRuleWords } from './rule/rule-words.ts'

interface SegmentRow {
  id: string
  name: string
  description: string
  kind: 'dynamic' | 'static'
  rule: Rule
  origin: LocaleText | null
  count: number | null
  countedAt: Date | null
  announces: boolean
  createdAt: Date
  updatedAt: Date
  createdBy: string | null
  asOf: Date | null
  tookMs: number | null
  rowsRead: number | null
  nextAt: Date | null
  isPaused: boolean
  isRead: boolean
  problem: (LocaleText & { at: string; kind: 'broken' | 'costly' }) | null
}

const columns = sql`
  segments.id, segments.name, segments.description, segments.kind, segments.rule, segments.origin, segments.count::float8 as count, segments.counted_at as "countedAt",
  segments.announces, segments.created_at as "createdAt", segments.updated_at as "updatedAt", users.name as "createdBy",
  segments.set_as_of as "asOf", segments.took_ms as "tookMs", segments.rows_read::float8 as "rowsRead", segment_refreshes.next_at as "nextAt",
  segments.paused_at is not null as "isPaused", segments.set_run is not null as "isRead", segments.problem`
const tables = sql`segments left join users on users.id = segments.created_by left join segment_refreshes on segment_refreshes.workspace_id = segments.workspace_id`

/** A set older than this is said to lag. */
export const freshForMs = 10 * 60_000

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

/** The rule of a static segment says only that one is in it. */
export function membersRule(segmentId: string): Rule {
  return { kind: 'segment', segmentId }
}

async function asSegments(ctx: Context, rows: SegmentRow[]): Promise<Segment[]> {
  if (rows.length === 0) return []
  const words = await readRuleWords(
    ctx,
    rows.map((row) => row.rule),
  )
  const now = ctx.platform.clock.now()
  return rows.map(({ origin, asOf, tookMs, rowsRead, nextAt, isPaused, isRead, problem, ...row }) => ({
    ...row,
    sentence: origin ?? describeRule(row.rule, words),
    countedAt: row.countedAt?.toISOString() ?? null,
    freshness: freshnessOf(
      { ...row, asOf, tookMs, rowsRead, nextAt, isPaused, isRead, problem: problem && { ...problem, node: wordsOfNode(row.rule, problem.at, words) } },
      now,
    ),
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  }))
}

/** The condition that a path of a problem leads to, as far as it is a node; null for the rule as a whole. */
function wordsOfNode(rule: Rule, at: string, words: RuleWords): LocaleText | null {
  let node = rule
  for (const [, index] of at.matchAll(/\.rules\.(\d+)|\.rule(?=\.|$)/g)) {
    const child = node.kind === 'not' ? node.rule : node.kind === 'all' || node.kind === 'any' ? node.rules[Number(index)] : undefined
    if (!child) break
    node = child
  }
  return node === rule ? null : describeRule(node, words)
}

type FreshnessRow = Pick<SegmentRow, 'kind' | 'asOf' | 'tookMs' | 'rowsRead' | 'nextAt' | 'isPaused' | 'isRead'> & {
  problem: (NonNullable<SegmentRow['problem']> & { node: LocaleText | null }) | null
}

function freshnessOf(row: FreshnessRow, now: Date): SegmentFreshness {
  const { asOf, tookMs, rowsRead, problem } = row
  const lagSeconds = row.kind === 'static' || asOf === null ? null : Math.max(0, (now.getTime() - asOf.getTime()) / 1000)
  const isRefreshed = row.kind === 'dynamic' && !row.isPaused
  return {
    state: stateOf(row, lagSeconds),
    asOf: asOf?.toISOString() ?? null,
    lagSeconds,
    tookMs,
    rowsRead,
    nextAt: isRefreshed ? (row.nextAt?.toISOString() ?? null) : null,
    problem: problem && { zh: problem.zh, en: problem.en, at: problem.at, node: problem.node },
  }
}

function stateOf(row: FreshnessRow, lagSeconds: number | null): SegmentState {
  if (row.kind === 'static') return 'static'
  if (row.problem) return row.problem.kind
  if (row.isPaused) return 'paused'
  if (!row.isRead || lagSeconds === null) return 'never'
  return lagSeconds * 1000 > freshForMs ? 'stale' : 'fresh'
}
