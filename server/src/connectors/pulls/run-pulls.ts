import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { LocaleText } from '../../../../contracts/common.ts'
import { AppError } from '../../platform/errors.ts'
import type { Platform } from '../../platform/platform.ts'
import { workspaceTimezone } from '../../workspaces/index.ts'
import { draftOf, noteOutcome, openSecrets, requireConnector, type ConnectorRow } from '../connector-row.ts'
import { applyMapping, type MappingContext, type MappingOutcome } from '../mapping/apply-mapping.ts'
import { mappingContext } from '../webhooks/map-request.ts'
import { takeItems } from '../webhooks/take-items.ts'
import type { HttpPosition, PullBatch } from './pull-batch.ts'
import { PullError } from './pull-error.ts'
import { readHttp } from './read-http.ts'
import { readSql } from './read-sql.ts'
import { addStep, type RunRow } from './run-row.ts'
import { nextRunAfter } from './schedule.ts'
import { insertRun } from './start-run.ts'

export const batchRows = 1_000
/** Items in the inbox of a workspace above which a pull waits. */
const waitingMax = 100_000

interface ClaimedRun {
  id: string
  workspaceId: number
  connectorId: string
  state: RunRow['state']
  position: HttpPosition | null
  owner: string
}

type PullDraft = Extract<ReturnType<typeof draftOf>, { kind: 'httpPull' | 'sqlPull' }>

/** One step of the loop: begins what is due, then works on one run to its end. True when there may be more to do at once. */
export async function stepPulls(platform: Platform, signal: AbortSignal): Promise<boolean> {
  await beginDue(platform)
  const run = await claimRun(platform)
  if (!run) return false
  await workOn(platform, run, signal)
  return true
}

/** Makes runs of the connectors whose time has come, and says when they run next. One that is still running is left out this time. */
async function beginDue(platform: Platform): Promise<void> {
  const now = platform.clock.now()
  await platform.db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ id: string; workspaceId: number }>`
      select id, workspace_id as "workspaceId" from connectors
      where next_run_at <= ${now} and disabled_at is null order by next_run_at limit 20 for update skip locked`.execute(tx)
    for (const { id, workspaceId } of rows) {
      const draft = draftOf(await requireConnector(tx, workspaceId, id))
      const isPull = draft.kind === 'httpPull' || draft.kind === 'sqlPull'
      const next = isPull ? nextRunAfter(draft.settings.schedule, now, await workspaceTimezone({ platform, workspaceId })) : null
      if (isPull) await insertRun(tx, { workspaceId, connectorId: id, trigger: 'schedule', at: now })
      await sql`update connectors set next_run_at = ${next} where workspace_id = ${workspaceId} and id = ${id}::uuid`.execute(tx)
    }
  })
}

/** A run that nobody works on: a new one, or one whose process is gone. */
async function claimRun(platform: Platform): Promise<ClaimedRun | null> {
  const owner = randomUUID()
  const { rows } = await sql<Omit<ClaimedRun, 'owner'>>`
    update connector_runs set lease_owner = ${owner}, leased_until = now() + interval '60 seconds'
    where id = (
      select id from connector_runs where state in ('running', 'cancelling') and trigger <> 'upload' and (leased_until is null or leased_until < now())
      order by started_at, id limit 1 for update skip locked)
    returning id, workspace_id as "workspaceId", connector_id as "connectorId", state, position`.execute(platform.db)
  return rows[0] ? { ...rows[0], owner } : null
}

async function workOn(platform: Platform, run: ClaimedRun, signal: AbortSignal): Promise<void> {
  if (run.state === 'cancelling') return endRun(platform, run, { state: 'cancelled' })
  const keepLease = setInterval(() => void extendLease(platform, run), 20_000)
  try {
    const row = await requireConnector(platform.db, run.workspaceId, run.connectorId)
    const draft = draftOf(row)
    if (draft.kind !== 'httpPull' && draft.kind !== 'sqlPull') throw new PullError({ zh: '该连接器不是拉取', en: 'This connector does not pull' })
    const ended = await takeBatches(platform, { run, row, draft, signal })
    if (ended) await endRun(platform, run, ended)
    else await giveBack(platform, run)
  } catch (error) {
    const words = wordsOf(error)
    platform.log.warn({ connectorId: run.connectorId, runId: run.id, error: words.en }, 'a pull failed')
    // A store of ours that is away is no failure of the pull: whoever finds the lease run out goes on.
    if (!(error instanceof PullError || error instanceof AppError)) throw error
    await endRun(platform, run, { state: 'failed', words })
  } finally {
    clearInterval(keepLease)
  }
}

function wordsOf(error: unknown): LocaleText {
  if (error instanceof PullError) return error.words
  if (error instanceof AppError) return { zh: error.zh, en: error.en }
  return { zh: '内部错误，已记录', en: 'Internal error, recorded' }
}

interface Work {
  run: ClaimedRun
  row: ConnectorRow
  draft: PullDraft
  signal: AbortSignal
}

/** Brings batches in, each with where to go on in one transaction; null when the process stops before the end. */
async function takeBatches(platform: Platform, { run, row, draft, signal }: Work): Promise<{ state: 'finished' | 'cancelled' } | null> {
  const context = await mappingContext(platform, row, platform.clock.now())
  for await (const batch of await openPull(platform, { row, draft, position: run.position })) {
    await waitForRoom(platform, run.workspaceId, signal)
    if (signal.aborted) return null
    if (!(await takeBatch(platform, { run, row, draft, context, batch }))) return (await isCancelling(platform, run)) ? { state: 'cancelled' } : null
  }
  return { state: 'finished' }
}

/** The rows of a pull from where it stands. */
export async function openPull(
  platform: Platform,
  { row, draft, position }: { row: ConnectorRow; draft: PullDraft; position: HttpPosition | null },
): Promise<AsyncGenerator<PullBatch>> {
  const secrets = await openSecrets(platform, row)
  const timezone = await workspaceTimezone({ platform, workspaceId: row.workspaceId })
  if (draft.kind === 'httpPull') return readHttp(platform, { settings: draft.settings, secrets, cursor: row.cursorValue, position, timezone })
  return readSql(platform, { settings: draft.settings, secrets, from: { value: row.cursorValue, edge: row.cursorEdge }, batchRows, timezone })
}

/** What the mapping makes of rows: every row is a message. */
export function mapRows(draft: PullDraft, rows: readonly unknown[], context: MappingContext): MappingOutcome {
  const sum: MappingOutcome = { messages: 0, unmatched: 0, items: [], problems: [], problemCount: 0 }
  for (const body of rows) {
    const outcome = applyMapping(draft.mapping, { body, headers: {}, query: {}, path: '' }, context)
    sum.messages += outcome.messages
    sum.unmatched += outcome.unmatched
    sum.items.push(...outcome.items)
    sum.problemCount += outcome.problemCount
    for (const problem of outcome.problems)
      if (sum.problems.length < 20 && !sum.problems.some(({ at, zh }) => at === problem.at && zh === problem.zh)) sum.problems.push(problem)
  }
  return sum
}

async function takeBatch(
  platform: Platform,
  { run, row, draft, context, batch }: Omit<Work, 'signal'> & { context: MappingContext; batch: PullBatch },
): Promise<boolean> {
  const outcome = mapRows(draft, batch.rows, context)
  return platform.db.transaction().execute(async (tx) => {
    const { problemCount, problems } = outcome
    const step = { rowsRead: batch.rows.length + batch.skipped, skipped: batch.skipped + outcome.unmatched, problemCount, problems }
    if (!(await addStep(tx, run, { ...step, items: outcome.items.length }, batch.position))) return false
    const receivedAt = platform.clock.now()
    const { taken } = await takeItems(tx, platform, { origin: { ...row, receivedAt }, items: outcome.items })
    if (batch.cursor)
      await sql`
        update connectors set cursor_value = ${batch.cursor.value}, cursor_edge = ${batch.cursor.edge}::text[]
        where workspace_id = ${row.workspaceId} and id = ${row.id}::uuid`.execute(tx)
    await noteOutcome(tx, row, { at: receivedAt, items: taken, error: null })
    return true
  })
}

async function isCancelling(platform: Platform, run: ClaimedRun): Promise<boolean> {
  const { rows } = await sql<{ state: string }>`
    select state from connector_runs where workspace_id = ${run.workspaceId} and id = ${run.id}::uuid and lease_owner = ${run.owner}`.execute(platform.db)
  return rows[0]?.state === 'cancelling'
}

/** A pull must not fill the disk faster than the inbox is worked off. */
async function waitForRoom(platform: Platform, workspaceId: number, signal: AbortSignal): Promise<void> {
  for (;;) {
    const { rows } = await sql<{ waiting: number }>`
      select coalesce(sum(item_count), 0)::int as waiting from (
        select item_count from inbox where workspace_id = ${workspaceId} and kind = 'tracking' and chunk_id is null and failed_at is null limit 1000) as own`.execute(
      platform.db,
    )
    if ((rows[0]?.waiting ?? 0) < waitingMax || signal.aborted) return
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}

async function endRun(platform: Platform, run: ClaimedRun, end: { state: 'finished' | 'cancelled' } | { state: 'failed'; words: LocaleText }): Promise<void> {
  const words = end.state === 'failed' ? end.words : null
  const now = platform.clock.now()
  await platform.db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ position: HttpPosition | null }>`
      update connector_runs set state = case when state = 'cancelling' and ${end.state} = 'finished' then 'cancelled' else ${end.state} end,
        finished_at = ${now}, leased_until = null, error_zh = ${words?.zh ?? null}, error_en = ${words?.en ?? null}
      where workspace_id = ${run.workspaceId} and id = ${run.id}::uuid and state in ('running', 'cancelling') and lease_owner = ${run.owner}
      returning position`.execute(tx)
    if (rows.length === 0) return
    // The next run of an interface starts behind this one only when this one saw all of it: pages come in any order.
    const furthest = end.state === 'finished' ? (rows[0]?.position?.furthest ?? null) : null
    if (furthest !== null)
      await sql`update connectors set cursor_value = ${furthest} where workspace_id = ${run.workspaceId} and id = ${run.connectorId}::uuid`.execute(tx)
    await noteOutcome(tx, { workspaceId: run.workspaceId, id: run.connectorId }, { at: now, items: 0, error: words })
  })
}

async function giveBack(platform: Platform, run: ClaimedRun): Promise<void> {
  await sql`
    update connector_runs set leased_until = null, lease_owner = null
    where workspace_id = ${run.workspaceId} and id = ${run.id}::uuid and lease_owner = ${run.owner}`.execute(platform.db)
}

async function extendLease(platform: Platform, run: ClaimedRun): Promise<void> {
  await sql`
    update connector_runs set leased_until = now() + interval '60 seconds'
    where workspace_id = ${run.workspaceId} and id = ${run.id}::uuid and lease_owner = ${run.owner}`
    .execute(platform.db)
    .catch((error: unknown) => platform.log.debug({ error }, 'the lease of a pull was not extended'))
}
