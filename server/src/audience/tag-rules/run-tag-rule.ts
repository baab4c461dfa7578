import { sql } from 'kysely'
import type pg from 'pg'
import type { LocaleText } from '../../../../contracts/common.ts'
import { systemContext, type Context } from '../../access/index.ts'
import { AppError, errorMessage } from '../../platform/errors.ts'
import type { Platform } from '../../platform/platform.ts'
import { applyTags, lockTags } from '../../tags/index.ts'
import { dropStaged, nextChanges, stageChanges } from './staged-changes.ts'
import { liveTagRules, storedColumns, type StoredTagRule } from './tag-rule-row.ts'
import { wantedStatements } from './wanted-statements.ts'

const changesPerPage = 5_000
/** A run that dies is begun again after so long. */
const leaseMinutes = 15

/** Runs the rule that is due longest; false when none is. */
export async function stepTagRules(platform: Platform, signal?: AbortSignal): Promise<boolean> {
  const rule = await claimDue(platform)
  if (!rule) return false
  await runTagRule(platform, rule, signal)
  return true
}

async function claimDue(platform: Platform): Promise<StoredTagRule | null> {
  const now = platform.clock.now()
  const { rows } = await sql<StoredTagRule>`
    with due as (
      select tag_rules.id from ${liveTagRules}
      where tag_rules.next_run_at <= ${now} order by tag_rules.next_run_at limit 1 for update of tag_rules skip locked
    ), claimed as (
      update tag_rules set next_run_at = ${now}::timestamptz + ${leaseMinutes} * interval '1 minute' from due where tag_rules.id = due.id returning tag_rules.id
    )
    select ${storedColumns} from tag_rules join claimed using (id) join tags on tags.id = tag_rules.tag_id`.execute(platform.db)
  return rows[0] ?? null
}

/**
 * Compares whom the rule wants with who has the tag from it, and gives and takes what differs, thousands in a transaction. One session at a time runs a
 * rule. What dies half way is done by the next run, which finds the rest to differ.
 */
async function runTagRule(platform: Platform, rule: StoredTagRule, signal?: AbortSignal): Promise<void> {
  const client = await platform.pool.connect()
  try {
    const { rows } = await client.query<{ mine: boolean }>(`select pg_try_advisory_lock(hashtextextended('tag rule', hashtextextended($1, 0))) as mine`, [
      rule.id,
    ])
    if (!rows[0]!.mine) return
    await runAlone(platform, client, rule, signal)
    await client.query('select pg_advisory_unlock_all()')
  } finally {
    // Closing the session also gives back its lock and its tables, whatever happened.
    client.release(true)
  }
}

async function runAlone(platform: Platform, client: pg.PoolClient, rule: StoredTagRule, signal?: AbortSignal): Promise<void> {
  const ctx = systemContext(platform, rule.workspaceId, 'tag rules')
  const runId = await beginRun(ctx, rule)
  const startedMs = performance.now()
  const took = () => Math.round(performance.now() - startedMs)
  try {
    await stageChanges(ctx, client, { rule, statements: await wantedStatements(ctx, rule), signal })
    const { rows } = await client.query<{ people: number }>('select count(*)::float8 as people from wanted_tags')
    await applyChanges(ctx, client, { rule, runId, signal })
    await dropStaged(client)
    await endRun(ctx, { rule, runId, people: rows[0]!.people, tookMs: took(), error: null })
  } catch (error) {
    await endRun(ctx, { rule, runId, people: null, tookMs: took(), error: wordsOf(error) })
    if (error instanceof AppError && error.errorName !== 'unavailable') return
    throw error
  }
}

async function applyChanges(
  ctx: Context,
  client: pg.PoolClient,
  { rule, runId, signal }: { rule: StoredTagRule; runId: string; signal?: AbortSignal | undefined },
): Promise<void> {
  for (let after = 0; ; after += changesPerPage) {
    signal?.throwIfAborted()
    await client.query('begin')
    try {
      await lockTags(client, ctx.workspaceId)
      const changes = (await isCurrent(client, rule)) ? await nextChanges(ctx, client, { rule, after, limit: changesPerPage }) : null
      if (changes) {
        const { tagId, id: originId, leaving, workspaceId } = rule
        const now = ctx.platform.clock.now()
        // The rule alone says how long; what stays after it holds no longer stays as long as the tag says.
        const expiresAt = leaving === 'take' ? null : undefined
        const entries = changes.map(({ person_id: personId, value, takes }) => ({ personId, tagId, value, remove: takes, expiresAt }))
        await applyTags(client, { workspaceId, entries, source: 'rule', originId, now })
        const taken = changes.filter((change) => change.takes).length
        await client.query('update tag_rule_runs set given = given + $2, taken = taken + $3 where id = $1', [runId, changes.length - taken, taken])
      }
      await client.query('commit')
      if (!changes) return
    } catch (error) {
      await client.query('rollback')
      throw error
    }
  }
}

/** Whether the rule is still the one that was read, held until the transaction ends. */
async function isCurrent(client: pg.PoolClient, { id, revision }: StoredTagRule): Promise<boolean> {
  const { rows } = await client.query('select from tag_rules where id = $1 and revision = $2 and paused_at is null for share', [id, revision])
  return rows.length > 0
}

async function beginRun(ctx: Context, rule: StoredTagRule): Promise<string> {
  const now = ctx.platform.clock.now()
  // One session at a time: whatever else is said to run has died.
  await sql`
    update tag_rule_runs set state = 'failed', finished_at = ${now}, error_zh = '运行中断，已重新开始', error_en = 'The run broke off and began again'
    where workspace_id = ${ctx.workspaceId} and tag_rule_id = ${rule.id}::uuid and state = 'running'`.execute(ctx.platform.db)
  const { rows } = await sql<{ id: string }>`
    insert into tag_rule_runs (workspace_id, tag_rule_id, cause, state, started_at)
    values (${ctx.workspaceId}, ${rule.id}::uuid, ${rule.nextCause}, 'running', ${now}) returning id`.execute(ctx.platform.db)
  return rows[0]!.id
}

interface RunEnd {
  rule: StoredTagRule
  runId: string
  people: number | null
  tookMs: number
  error: LocaleText | null
}

/** The next run is due after the rule's time; a rule that was saved meanwhile is due at once and stays so. */
async function endRun(ctx: Context, { rule, runId, people, tookMs, error }: RunEnd): Promise<void> {
  const now = ctx.platform.clock.now()
  await sql`
    update tag_rule_runs set state = ${error ? 'failed' : 'finished'}, people = ${people}, finished_at = ${now}, took_ms = ${tookMs},
      error_zh = ${error?.zh ?? null}, error_en = ${error?.en ?? null}
    where workspace_id = ${ctx.workspaceId} and id = ${runId}::uuid`.execute(ctx.platform.db)
  await sql`
    update tag_rules set next_run_at = ${now}::timestamptz + refresh_minutes * interval '1 minute', next_cause = 'schedule'
    where workspace_id = ${ctx.workspaceId} and id = ${rule.id}::uuid and revision = ${rule.revision} and paused_at is null`.execute(ctx.platform.db)
}

function wordsOf(error: unknown): LocaleText {
  if (!(error instanceof AppError)) return { zh: `运行失败：${errorMessage(error)}`, en: `The run failed: ${errorMessage(error)}` }
  const [problem] = error.problems
  return problem ? { zh: problem.zh, en: problem.en } : { zh: error.zh, en: error.en }
}
