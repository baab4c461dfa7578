import { sql } from 'kysely'
import type { LocaleText } from '../../../../contracts/common.ts'
import type { Rule } from '../../../../contracts/rule.ts'
import { systemContext, type Context } from '../../access/index.ts'
import { AppError, errorMessage } from '../../platform/errors.ts'
import type { Platform } from '../../platform/platform.ts'
import type { Statement } from '../../platform/warehouse/warehouse.ts'
import { ruleMoment } from '../audience-statement.ts'
import { dayInZone } from '../rule/date-text.ts'
import { resolveRule } from '../rule/resolve-rule.ts'
import type { ResolvedRule } from '../rule/resolved-rule.ts'
import { changesKeptMs, writeChangedPeople } from './changed-people.ts'
import { computeSets, type Computed } from './compute-sets.ts'
import { addSensitivity, emptySensitivity, fingerprintOf } from './rule-changes.ts'
import { showSets, type NewSet } from './show-sets.ts'
import { compareSets, nextRun, warehouseNow } from './stored-sets.ts'

/** A refresh that was begun this long ago and never ended has died with its process. */
const refreshDiesAfterMs = 30 * 60_000
/** Between two refreshes, or so many times as long as the last one took: a large workspace is not always at it. */
const pauseMs = 30_000
const pauseTimes = 5
/** When more of the people than this have changed, reading everybody is no dearer. */
const usualShareMax = 0.3
/** Reading so few people costs less than the statement does. */
const smallPeopleMax = 200_000

export type RefreshMode = 'full' | 'incremental'

interface Options {
  signal?: AbortSignal
  /** Reads everybody, whatever the stored sets have seen: the repair, and the proof. */
  full?: boolean
  /** Also when it is not due. */
  now?: boolean
  changedShareMax?: number
  /** What one statement may take. */
  limits?: Statement['limits']
}

/**
 * Brings the stored sets of a workspace's dynamic segments up to date, all at one moment: for everybody where a set is new, of another rule, or of
 * another day; else only for the people about whom something came in or time went over an edge of a window. Null when it is not due, or someone else is at it.
 */
export async function refreshWorkspace(platform: Platform, workspaceId: number, options: Options = {}): Promise<RefreshMode | null> {
  const ctx = systemContext(platform, workspaceId, 'segments')
  if (!(await begin(ctx, options))) return null
  const startedMs = performance.now()
  try {
    const outcome = await refreshAll(ctx, options)
    await end(ctx, { ...outcome, tookMs: performance.now() - startedMs })
    return outcome.mode
  } catch (error) {
    await end(ctx, { mode: null, segments: 0, peopleChanged: null, rowsRead: null, tookMs: performance.now() - startedMs })
    throw error
  }
}

async function begin(ctx: Context, { now: isForced = false }: Options): Promise<boolean> {
  const now = ctx.platform.clock.now()
  const dead = new Date(now.getTime() - refreshDiesAfterMs)
  const { rows } = await sql`
    insert into segment_refreshes as known (workspace_id, running_since) values (${ctx.workspaceId}, ${now})
    on conflict (workspace_id) do update set running_since = ${now}
    where (known.running_since is null or known.running_since <= ${dead}) and (${isForced} or known.next_at is null or known.next_at <= ${now})
    returning workspace_id`.execute(ctx.platform.db)
  return rows.length > 0
}

interface Outcome {
  mode: RefreshMode | null
  segments: number
  peopleChanged: number | null
  rowsRead: number | null
}

async function end(ctx: Context, { mode, segments, peopleChanged, rowsRead, tookMs }: Outcome & { tookMs: number }): Promise<void> {
  const now = ctx.platform.clock.now()
  const nextAt = new Date(now.getTime() + Math.max(pauseMs, tookMs * pauseTimes))
  await sql`
    update segment_refreshes set running_since = null, next_at = ${nextAt}, mode = coalesce(${mode}, mode), finished_at = case when ${mode}::text is null then finished_at else ${now} end,
      took_ms = ${tookMs}, segments = ${segments}, people_changed = ${peopleChanged}::bigint, rows_read = ${rowsRead}::bigint
    where workspace_id = ${ctx.workspaceId}`.execute(ctx.platform.db)
}

/** What became of a set; one that nothing changed for was not read, and its cost stays that of the reading before. */
type Reading = Omit<Computed, 'tookMs' | 'rowsRead'> & { tookMs: number | null; rowsRead: number | null }

interface Candidate {
  segmentId: string
  rule: Rule
  count: number
  run: number | null
  asOf: Date | null
  seenAt: Date | null
  fingerprint: string | null
}

interface Readable extends Candidate {
  resolved: ResolvedRule
  print: string
}

async function refreshAll(ctx: Context, { signal, limits, full: isFull = false, changedShareMax = usualShareMax }: Options): Promise<Outcome> {
  const seenAt = await warehouseNow(ctx.platform)
  const moment = await ruleMoment(ctx)
  const readable = await resolveAll(ctx, await readCandidates(ctx), moment)
  const isCurrent = (each: Readable): each is Readable & { asOf: Date; seenAt: Date } =>
    each.run !== null &&
    each.print === each.fingerprint &&
    each.asOf !== null &&
    each.asOf <= moment.now &&
    dayInZone(each.asOf, moment.timezone) === dayInZone(moment.now, moment.timezone) &&
    each.seenAt !== null &&
    seenAt.getTime() - each.seenAt.getTime() < changesKeptMs
  const current = isFull ? [] : readable.filter(isCurrent)
  const anew = readable.filter((each) => !current.some((one) => one.segmentId === each.segmentId))
  const run = await nextRun(ctx.platform.db)
  const scope = { workspaceId: ctx.workspaceId, ...moment }
  let peopleChanged: number | null = null
  const computed: Reading[] = []
  if (current.length > 0) {
    const sensitivity = emptySensitivity()
    for (const each of current) addSensitivity(sensitivity, each.resolved)
    const [oldest, earliest] = [current.map((each) => each.seenAt), current.map((each) => each.asOf)].map((times) => new Date(Math.min(...times.map(Number))))
    peopleChanged = await writeChangedPeople(ctx, { run, sensitivity, seenAt: oldest!, asOf: earliest!, now: moment.now, person: moment.person, signal })
    const people = Math.max(1, await countRows(ctx))
    if (peopleChanged > people * changedShareMax) anew.push(...current.splice(0))
    else if (peopleChanged > 0)
      computed.push(...(await computeSets(ctx, { rules: current, run, scope, changed: true, isSmall: peopleChanged <= smallPeopleMax, limits, signal })))
    else computed.push(...current.map(({ segmentId }) => ({ segmentId, isWritten: false, tookMs: null, rowsRead: null, error: null })))
  }
  if (anew.length > 0) {
    const apart = await nextRun(ctx.platform.db)
    computed.push(
      ...(await computeSets(ctx, { rules: anew, run: apart, scope, changed: false, isSmall: (await countRows(ctx)) <= smallPeopleMax, limits, signal })).map(
        (each) => ({ ...each, run: apart }),
      ),
    )
  }
  await show(ctx, { computed, readable, run, asOf: moment.now, seenAt })
  return {
    mode: anew.length > 0 || current.length === 0 ? 'full' : 'incremental',
    segments: readable.length,
    peopleChanged: current.length > 0 ? peopleChanged : null,
    rowsRead: computed.reduce((sum, each) => sum + (each.rowsRead ?? 0), 0),
  }
}

async function readCandidates(ctx: Context): Promise<Candidate[]> {
  const { rows } = await sql<Omit<Candidate, 'run'> & { run: string | null }>`
    select id as "segmentId", rule, coalesce(count, 0)::float8 as count, set_run::text as run, set_as_of as "asOf", set_seen_at as "seenAt", set_fingerprint as fingerprint
    from segments where workspace_id = ${ctx.workspaceId} and kind = 'dynamic' and paused_at is null order by id`.execute(ctx.platform.db)
  return rows.map((row) => ({ ...row, run: row.run === null ? null : Number(row.run) }))
}

/** Follows the references of all rules; one that names what is gone is marked and left out. */
async function resolveAll(ctx: Context, candidates: readonly Candidate[], moment: { timezone: string }): Promise<Readable[]> {
  const readable: Readable[] = []
  for (const candidate of candidates) {
    try {
      const resolved = await resolveRule(ctx, candidate.rule, { segmentId: candidate.segmentId })
      readable.push({ ...candidate, resolved, print: fingerprintOf(resolved, { timezone: moment.timezone }) })
    } catch (error) {
      await markProblem(ctx, candidate.segmentId, error)
    }
  }
  return readable
}

async function markProblem(ctx: Context, segmentId: string, error: unknown): Promise<void> {
  if (!(error instanceof AppError) || error.errorName === 'unavailable') throw error
  const [first] = error.problems
  const texts: LocaleText = first ?? error
  const problem = { kind: error.errorName === 'rule-too-costly' ? 'costly' : 'broken', zh: texts.zh, en: texts.en, at: first?.at ?? '' }
  await sql`
    update segments set problem = ${JSON.stringify(problem)}::jsonb where workspace_id = ${ctx.workspaceId} and id = ${segmentId}::uuid`.execute(
    ctx.platform.db,
  )
  ctx.platform.log.warn({ segmentId, error: errorMessage(error) }, 'a segment could not be read')
}

/** Copies of people, an upper bound of people that costs next to nothing. */
async function countRows(ctx: Context): Promise<number> {
  const sql = 'select count() as copies from people where workspace_id = {workspaceId:UInt32}'
  return (await ctx.platform.warehouse.row<{ copies: number }>({ sql, params: { workspaceId: ctx.workspaceId } })).copies
}

interface Results {
  computed: (Reading & { run?: number })[]
  readable: readonly Readable[]
  run: number
  asOf: Date
  seenAt: Date
}

async function show(ctx: Context, { computed, readable, run: shared, asOf, seenAt }: Results): Promise<void> {
  const rules = new Map(readable.map((each) => [each.segmentId, each]))
  const written = computed.filter((each) => each.isWritten).map(({ segmentId, run = shared }) => ({ segmentId, run, previousRun: rules.get(segmentId)!.run }))
  const changes = written.length === 0 ? new Map() : await compareSets(ctx, written)
  const sets = computed
    .filter((each) => each.error === null)
    .map(({ segmentId, isWritten, tookMs, rowsRead, run = shared }): NewSet => {
      const { run: previousRun, count, print } = rules.get(segmentId)!
      const change = isWritten ? (changes.get(segmentId) ?? { count: 0, entered: 0, left: 0 }) : { count, entered: 0, left: 0 }
      return { segmentId, run: isWritten ? run : previousRun!, previousRun, asOf, seenAt, fingerprint: print, tookMs, rowsRead, ...change }
    })
  await ctx.platform.db.transaction().execute((tx) => showSets(tx, ctx, { sets, cause: 'refresh' }))
  for (const { segmentId, error } of computed) if (error !== null) await markProblem(ctx, segmentId, error)
}
