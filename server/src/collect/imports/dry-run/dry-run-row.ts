import { sql } from 'kysely'
import type { DryRun, DryRunExample, DryRunOutcome } from '../../../../../contracts/import-foresight.ts'
import type { ImportSetup } from '../../../../../contracts/import-setup.ts'
import type { Context } from '../../../access/index.ts'
import { AppError } from '../../../platform/errors.ts'
import type { Database } from '../../../platform/platform.ts'
import type { ImportRow } from '../import-row.ts'
import { namespaceOf } from '../mapped-columns.ts'
import { maskPersonal } from '../personal-values.ts'

/** A row of `import_dry_runs`. */
export interface DryRunRow {
  import_id: string
  workspace_id: number
  state: DryRun['state']
  setup: ImportSetup
  rows_max: number | null
  bytes_read: number
  next_line: number
  rows_read: number
  is_whole: boolean
  counts: Partial<Record<DryRunOutcome, number>>
  /** Rows without a value, by column of the file. */
  missing: number[]
  problems: { at: string; zh: string; en: string; rows: number }[]
  sealed_examples: Buffer | null
  error_zh: string | null
  error_en: string | null
  started_at: Date
  finished_at: Date | null
}

/** Throws `precondition` when there was none. */
export async function findDryRun(db: Database, workspaceId: number, importId: string, lock: 'lock' | 'no lock' = 'no lock'): Promise<DryRunRow> {
  const forUpdate = lock === 'lock' ? sql`for update` : sql``
  const { rows } = await sql<DryRunRow>`
    select * from import_dry_runs where workspace_id = ${workspaceId} and import_id = ${importId}::uuid ${forUpdate}`.execute(db)
  if (!rows[0]) throw new AppError('precondition', { zh: '这次导入还没有试运行过', en: 'There was no dry run of this import' })
  return rows[0]
}

/** A dry run as the contract answers it, its examples masked: to see addresses in full is an act of its own, which leaves an audit row. */
export async function describeDryRun(ctx: Context, row: DryRunRow, ofImport: ImportRow): Promise<DryRun> {
  const vault = await ctx.platform.vaults.of(ctx.workspaceId)
  const examples = row.sealed_examples === null ? [] : (JSON.parse(vault.open(row.sealed_examples)) as DryRunExample[])
  const { mapping } = row.setup
  return {
    state: row.state,
    setup: row.setup,
    rowsRead: row.rows_read,
    rowsEstimated: row.state === 'finished' && row.is_whole ? row.rows_read : Math.min(ofImport.estimated_rows, row.rows_max ?? Infinity),
    rowsMax: row.rows_max,
    isWhole: row.is_whole,
    ...pace(row, ofImport, ctx.platform.clock.now()),
    counts: { new: 0, changed: 0, unchanged: 0, skipped: 0, merged: 0, conflicting: 0, duplicate: 0, invalid: 0, ...row.counts },
    missing: row.missing.flatMap((rows, column) => {
      const field = mapping[column] ?? ''
      return field === '' ? [] : [{ column, header: ofImport.columns[column]?.header ?? '', field, rows }]
    }),
    problems: row.problems.toSorted((left, right) => right.rows - left.rows),
    examples: examples.map((example) => masked(example, mapping)),
    error: row.error_zh !== null && row.error_en !== null ? { zh: row.error_zh, en: row.error_en } : null,
    startedAt: row.started_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
  }
}

function pace(row: DryRunRow, ofImport: ImportRow, now: Date): { rowsPerSecond: number | null; secondsLeft: number | null } {
  const seconds = ((row.finished_at ?? now).getTime() - row.started_at.getTime()) / 1000
  if (seconds <= 0 || row.rows_read === 0) return { rowsPerSecond: null, secondsLeft: null }
  const rowsPerSecond = row.rows_read / seconds
  if (row.state !== 'running') return { rowsPerSecond, secondsLeft: null }
  const total = Math.min(row.rows_max ?? Infinity, row.rows_read * (ofImport.bytes / Math.max(1, row.bytes_read)))
  return { rowsPerSecond, secondsLeft: Math.max(0, (total - row.rows_read) / rowsPerSecond) }
}

/** Nothing is shown of what tells who somebody is; elsewhere what looks like a phone or an address. */
function masked(example: DryRunExample, mapping: readonly string[]): DryRunExample {
  const hide = (key: string, value: string) => (namespaceOf(key) === null ? maskPersonal(value) : hideMiddle(value))
  return {
    ...example,
    values: example.values.map((value, index) => hide(mapping[index] ?? '', value)),
    changes: example.changes.map(({ key, before, after }) => ({
      key,
      before: before === null ? null : hide(key, before),
      after: after === null ? null : hide(key, after),
    })),
  }
}

/** `13812345678` becomes `138****78`. */
function hideMiddle(value: string): string {
  return value.length < 6 ? value.replace(/.(?=.)/gu, '*') : `${value.slice(0, 3)}****${value.slice(-2)}`
}
