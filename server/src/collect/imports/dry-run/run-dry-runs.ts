import { sql } from 'kysely'
import type { DryRunExample, DryRunOutcome } from '../../../../../contracts/import-foresight.ts'
import { systemContext, type Context } from '../../../access/index.ts'
import { AppError } from '../../../platform/errors.ts'
import type { Database, Platform } from '../../../platform/platform.ts'
import { ImportFile } from '../import-file.ts'
import { findImport } from '../import-row.ts'
import { prepareReader } from '../prepare-reader.ts'
import { readSlice } from '../read-slice.ts'
import { readCell, type NothingWords } from '../values/no-value.ts'
import type { DryRunRow } from './dry-run-row.ts'
import { judgeRows, type Judgement } from './judge-rows.ts'

/** First key of the advisory locks that let one process at a time do a dry run. */
const dryRunLock = 0x44525952
const examplesPerOutcome = 5
const invalidExamples = 20
const problemKindsMax = 200
const valueLengthShown = 200

/** One slice of every dry run, each in a transaction with the place it ends at; true when there is more to do at once. */
export async function stepDryRuns(platform: Platform): Promise<boolean> {
  const { rows } = await sql<{ import_id: string; workspace_id: number }>`
    select import_id, workspace_id from import_dry_runs where state = 'running' order by import_id`.execute(platform.db)
  let worked = false
  for (const { import_id: id, workspace_id: workspaceId } of rows) worked = (await stepOrFail(platform, workspaceId, id)) || worked
  return worked
}

async function stepOrFail(platform: Platform, workspaceId: number, id: string): Promise<boolean> {
  try {
    return await platform.db.transaction().execute(async (tx) => {
      const row = await takeDryRun(tx, workspaceId, id)
      if (!row) return false
      await step(systemContext(platform, workspaceId, 'import'), tx, row)
      return true
    })
  } catch (error) {
    const isFinal = error instanceof AppError && error.errorName !== 'unavailable'
    platform.log.warn({ error, importId: id, isFinal }, 'a step of a dry run failed')
    if (!isFinal) throw error
    await sql`
      update import_dry_runs set state = 'failed', error_zh = ${error.zh}, error_en = ${error.en}, finished_at = ${platform.clock.now()}
      where workspace_id = ${workspaceId} and import_id = ${id}::uuid and state = 'running'`.execute(platform.db)
    return true
  }
}

async function takeDryRun(tx: Database, workspaceId: number, id: string): Promise<DryRunRow | null> {
  const { rows: locks } = await sql<{ taken: boolean }>`select pg_try_advisory_xact_lock(${dryRunLock}, hashtext(${id})) as taken`.execute(tx)
  if (!locks[0]?.taken) return null
  const { rows } = await sql<DryRunRow>`
    select * from import_dry_runs where workspace_id = ${workspaceId} and import_id = ${id}::uuid and state = 'running'`.execute(tx)
  return rows[0] ?? null
}

async function step(ctx: Context, tx: Database, row: DryRunRow): Promise<void> {
  const ofImport = await findImport(tx, ctx.workspaceId, row.import_id)
  if (row.rows_read > 0 && (await keysAreLost(tx, row))) return beginAgain(tx, row)
  const file = await ImportFile.open(ctx.platform, ctx.workspaceId, ofImport.file_path)
  const slice = await readSlice(file, { ...ofImport, bytes_read: row.bytes_read, next_line: row.next_line })
  const left = row.rows_max === null ? Infinity : row.rows_max - row.rows_read
  const rows = slice.rows.filter(({ line }) => line > ofImport.header_line).slice(0, left)
  const reader = await prepareReader(ctx, ofImport, { setup: row.setup, startedAt: ctx.platform.clock.now() })
  const judged = await judgeRows(ctx, tx, { judging: { importId: row.import_id, reader, rowsBefore: row.rows_read }, rows })
  const isLast = slice.isLast && rows.length === slice.rows.filter(({ line }) => line > ofImport.header_line).length
  const isOver = isLast || rows.length >= left
  const counted = await count(ctx, row, { judged, nothing: reader.settings.mapped.nothing })
  await sql`
    update import_dry_runs set bytes_read = ${row.bytes_read + slice.bytesTaken}, next_line = ${slice.nextLine}, rows_read = rows_read + ${rows.length},
      counts = ${JSON.stringify(counted.counts)}::jsonb, missing = ${JSON.stringify(counted.missing)}::jsonb, problems = ${JSON.stringify(counted.problems)}::jsonb,
      sealed_examples = ${counted.sealedExamples}, is_whole = ${isLast}, state = ${isOver ? 'finished' : 'running'},
      finished_at = ${isOver ? ctx.platform.clock.now() : null}
    where workspace_id = ${ctx.workspaceId} and import_id = ${row.import_id}::uuid`.execute(tx)
  if (isOver) await sql`delete from import_dry_keys where import_id = ${row.import_id}::uuid`.execute(tx)
}

/** A crash of PostgreSQL empties the table of keys; the file is still there. */
async function keysAreLost(tx: Database, row: DryRunRow): Promise<boolean> {
  const good = row.rows_read - (row.counts.invalid ?? 0)
  if (good === 0) return false
  const { rows } = await sql`select from import_dry_keys where import_id = ${row.import_id}::uuid limit 1`.execute(tx)
  return rows.length === 0
}

async function beginAgain(tx: Database, row: DryRunRow): Promise<void> {
  await sql`
    update import_dry_runs set bytes_read = 0, next_line = 1, rows_read = 0, counts = '{}', missing = '[]', problems = '[]', sealed_examples = null
    where workspace_id = ${row.workspace_id} and import_id = ${row.import_id}::uuid`.execute(tx)
}

/** Adds what became of the rows to what was counted before. */
async function count(ctx: Context, row: DryRunRow, { judged, nothing }: { judged: readonly Judgement[]; nothing: readonly NothingWords[] }) {
  const vault = await ctx.platform.vaults.of(ctx.workspaceId)
  const counts: Partial<Record<DryRunOutcome, number>> = { ...row.counts }
  const missing = nothing.map((_, column) => row.missing[column] ?? 0)
  const problems = new Map(row.problems.map((problem) => [kindOf(problem), problem]))
  const examples = row.sealed_examples === null ? [] : (JSON.parse(vault.open(row.sealed_examples)) as DryRunExample[])
  const shown = new Map<DryRunOutcome, number>()
  for (const { outcome } of examples) shown.set(outcome, (shown.get(outcome) ?? 0) + 1)
  for (const judgement of judged) {
    const { outcome, row: fileRow } = judgement
    counts[outcome] = (counts[outcome] ?? 0) + 1
    for (let column = 0; column < missing.length; column++) if (readCell(fileRow.values[column] ?? '', nothing[column]!) === '') missing[column]! += 1
    for (const problem of judgement.problems) countProblem(problems, problem)
    const known = shown.get(outcome) ?? 0
    if (known >= (outcome === 'invalid' ? invalidExamples : examplesPerOutcome)) continue
    shown.set(outcome, known + 1)
    examples.push(exampleOf(judgement))
  }
  return { counts, missing, problems: [...problems.values()], sealedExamples: vault.seal(JSON.stringify(examples)) }
}

interface CountedProblem {
  at: string
  zh: string
  en: string
  rows: number
}

function countProblem(problems: Map<string, CountedProblem>, { at, zh, en }: Omit<CountedProblem, 'rows'>): void {
  const general = { at, zh: withoutValue(zh), en: withoutValue(en), rows: 0 }
  const known = problems.get(kindOf(general)) ?? (problems.size < problemKindsMax ? general : null)
  if (!known) return
  known.rows += 1
  problems.set(kindOf(known), known)
}

/** The same mistake in other rows differs in nothing but the value. */
function withoutValue(words: string): string {
  return words.replace(/：「[^」]*」/u, '：').replace(/: "[^"]*": /u, ': ')
}

function kindOf({ at, en }: { at: string; en: string }): string {
  return `${at}\u0000${en}`
}

function exampleOf({ row, outcome, problems, personIds, changes }: Judgement): DryRunExample {
  return {
    outcome,
    row: row.line,
    values: row.values.slice(0, 100).map((value) => value.slice(0, valueLengthShown)),
    problems: [...problems],
    personIds: [...personIds],
    changes: [...changes],
  }
}
