import { sql } from 'kysely'
import type { PreferenceSettings, TagCase, RuleTag, TagRuleRun } from '../../../../contracts/tag-rules.ts'
import type { Context } from '../../access/index.ts'
import { notFound, type AppError } from '../../platform/errors.ts'
import type { Database } from '../../platform/platform.ts'
import { describeRule } from '../rule/describe-rule.ts'
import { readRuleWords } from '../rule/rule-words.ts'

/** A rule of a tag as background work needs it. */
export interface StoredTagRule {
  id: string
  workspaceId: number
  tagId: string
  tagName: string
  /** Whether one person may have several values. */
  many: boolean
  source: RuleTag['source']
  preset: string | null
  cases: TagCase[]
  settings: PreferenceSettings | null
  leaving: RuleTag['leaving']
  isLive: boolean
  refreshMinutes: number
  revision: number
  nextCause: TagRuleRun['cause']
}

interface Row extends StoredTagRule {
  pausedAt: Date | null
  nextRunAt: Date | null
  liveAt: Date | null
  liveGiven: number
  liveTaken: number
  createdBy: string | null
  updatedAt: Date
  lastRun: RunRow | null
}

export interface RunRow extends Omit<TagRuleRun, 'error' | 'startedAt' | 'finishedAt'> {
  errorZh: string | null
  errorEn: string | null
  startedAt: Date | string
  finishedAt: Date | string | null
}

export const storedColumns = sql`
  tag_rules.id, tag_rules.workspace_id as "workspaceId", tag_rules.tag_id as "tagId", tags.name as "tagName", tags.kind = 'value' and tags.many as many,
  tag_rules.source, tag_rules.preset, tag_rules.cases, tag_rules.settings, tag_rules.leaving, tag_rules.is_live as "isLive",
  tag_rules.refresh_minutes as "refreshMinutes", tag_rules.revision, tag_rules.next_cause as "nextCause"`

/** Rules whose tag is there, and is not about to go by a deletion or a merge. */
export const liveTagRules = sql`
  tag_rules join tags on tags.workspace_id = tag_rules.workspace_id and tags.id = tag_rules.tag_id and tags.deleted_at is null
    and not exists (select from tag_actions as actions where actions.tag_id = tags.id and actions.kind in ('merge', 'delete')
      and actions.state in ('collecting', 'running'))`

export const runColumns = sql`
  runs.id, runs.cause, runs.state, runs.people::float8 as people, runs.given::float8 as given, runs.taken::float8 as taken, runs.error_zh as "errorZh",
  runs.error_en as "errorEn", runs.started_at as "startedAt", runs.finished_at as "finishedAt", runs.took_ms as "tookMs"`

/** Rules of tags by the tag's name; of one tag when asked for. */
export async function listTagRules(ctx: Context, { tagId = null, db = ctx.platform.db }: { tagId?: string | null; db?: Database } = {}): Promise<RuleTag[]> {
  const { rows } = await sql<Row>`
    select ${storedColumns}, tag_rules.paused_at as "pausedAt", tag_rules.next_run_at as "nextRunAt", tag_rules.live_at as "liveAt",
      tag_rules.live_given::float8 as "liveGiven", tag_rules.live_taken::float8 as "liveTaken", users.name as "createdBy",
      tag_rules.updated_at as "updatedAt", to_jsonb(last) as "lastRun"
    from tag_rules join tags on tags.workspace_id = tag_rules.workspace_id and tags.id = tag_rules.tag_id and tags.deleted_at is null
    left join users on users.id = tag_rules.created_by
    left join lateral (select ${runColumns} from tag_rule_runs as runs where runs.tag_rule_id = tag_rules.id order by runs.id desc limit 1) as last on true
    where tag_rules.workspace_id = ${ctx.workspaceId} and (${tagId}::uuid is null or tag_rules.tag_id = ${tagId}::uuid)
    order by tags.name limit 2000`.execute(db)
  const words = await readRuleWords(
    ctx,
    rows.flatMap((row) => row.cases.map((each) => each.rule)),
  )
  return rows.map(({ id: _id, workspaceId: _workspace, many: _many, revision: _revision, nextCause: _cause, isLive, lastRun, ...row }) => ({
    ...row,
    sentences: row.cases.map(({ rule }) => describeRule(rule, words)),
    live: isLive,
    pausedAt: row.pausedAt?.toISOString() ?? null,
    nextRunAt: row.nextRunAt?.toISOString() ?? null,
    liveAt: row.liveAt?.toISOString() ?? null,
    updatedAt: row.updatedAt.toISOString(),
    lastRun: lastRun && asRun(lastRun),
  }))
}

/** The rule of a tag; null when it has none. */
export async function findTagRule(ctx: Context, tagId: string, db?: Database): Promise<RuleTag | null> {
  const [rule] = await listTagRules(ctx, db ? { tagId, db } : { tagId })
  return rule ?? null
}

/** @throws `not-found` */
export async function readTagRule(ctx: Context, tagId: string): Promise<RuleTag> {
  const rule = await findTagRule(ctx, tagId)
  if (!rule) throw noTagRule()
  return rule
}

export function noTagRule(): AppError {
  return notFound({ zh: '标签规则', en: 'rule of the tag' })
}

export function asRun({ errorZh, errorEn, startedAt, finishedAt, ...run }: RunRow): TagRuleRun {
  return {
    ...run,
    error: errorZh !== null && errorEn !== null ? { zh: errorZh, en: errorEn } : null,
    startedAt: new Date(startedAt).toISOString(),
    finishedAt: finishedAt === null ? null : new Date(finishedAt).toISOString(),
  }
}
