import { sql } from 'kysely'
import type { z } from 'zod'
import type { BadRow as BadRowShape } from '../../../../contracts/imports.ts'
import type { Problem } from '../../../../contracts/errors.ts'
import { writeAudit, type Context } from '../../access/index.ts'
import { csvLine, csvStart } from '../../platform/csv.ts'
import { idCursor, pageOf } from '../../platform/paging.ts'
import type { Database } from '../../platform/platform.ts'
import type { Vault } from '../../platform/vault/vaults.ts'
import { maskPersonal } from './personal-values.ts'
import { badRowHeaders } from './column-synonyms.ts'
import { findImport } from './import-row.ts'

type BadRow = z.infer<typeof BadRowShape>

/** Most bad rows whose values are kept; beyond it they are only counted. */
export const badRowsKeptMax = 100_000
const valuesKeptMax = 500
const rowsPerPage = 2_000

export interface NewBadRow {
  line: number
  problems: readonly Problem[]
  values: readonly string[]
}

/** Keeps rows that did not go in, sealed: they may hold phones and e-mail addresses. The same rows again change nothing. */
export async function keepBadRows(tx: Database, into: { workspaceId: number; importId: string; vault: Vault }, rows: readonly NewBadRow[]): Promise<void> {
  if (rows.length === 0) return
  const given = rows.map(({ line, problems, values }) => ({
    line,
    problems,
    sealed: into.vault.seal(JSON.stringify(values.slice(0, valuesKeptMax))).toString('hex'),
  }))
  await sql`
    insert into import_bad_rows (import_id, workspace_id, row_number, problems, sealed_values)
    select ${into.importId}::uuid, ${into.workspaceId}::integer, line, problems, decode(sealed, 'hex')
    from json_to_recordset(${JSON.stringify(given)}::json) as given (line bigint, problems jsonb, sealed text)
    on conflict do nothing`.execute(tx)
}

/** Bad rows in the order of the file, personal values masked; the cursor is the line of the last one shown. */
export async function listBadRows(
  ctx: Context,
  list: { id: string; cursor?: string | undefined; limit: number },
): Promise<{ items: BadRow[]; nextCursor?: string }> {
  const { mapping } = await findImport(ctx.platform.db, ctx.workspaceId, list.id)
  const rows = await readBadRows(ctx, { id: list.id, after: Number(idCursor(list.cursor)), limit: list.limit + 1 })
  const page = pageOf(rows, list.limit, (row) => row.row)
  const items = page.rows.map((row) => ({ ...row, values: row.values.map((value, index) => maskBadValue(value, mapping?.[index])) }))
  return { items, nextCursor: page.nextCursor }
}

/** A phone with a digit too many is still somebody's phone: in its column nothing is shown that could be completed. */
function maskBadValue(value: string, field: string | undefined): string {
  if (field === 'phone') return hideDigits(value)
  if (field === 'email' && value.length > 1) return `${value[0]}***${value.includes('@') ? value.slice(value.lastIndexOf('@')) : ''}`
  return maskPersonal(value)
}

/** `138 1234 5678` becomes `138****78`: with blanks or dashes in it, it is the same number. */
function hideDigits(value: string): string {
  const digits = value.replace(/\D/g, '')
  return digits.length < 5 ? value : `${digits.slice(0, 3)}****${digits.slice(-2)}`
}

async function readBadRows(ctx: Context, read: { id: string; after: number; limit: number }): Promise<BadRow[]> {
  const vault = await ctx.platform.vaults.of(ctx.workspaceId)
  const { rows } = await sql<{ row: number; problems: Problem[]; sealed: Buffer }>`
    select row_number as row, problems, sealed_values as sealed from import_bad_rows
    where workspace_id = ${ctx.workspaceId} and import_id = ${read.id}::uuid and row_number > ${read.after}
    order by row_number limit ${read.limit}`.execute(ctx.platform.db)
  return rows.map(({ row, problems, sealed }) => ({ row, problems, values: JSON.parse(vault.open(sealed)) as string[] }))
}

/** All bad rows as CSV with their reasons, unmasked, to be corrected and uploaded again; leaves an audit row. A byte order mark for spreadsheets. */
export async function downloadBadRows(ctx: Context, { id }: { id: string }): Promise<AsyncGenerator<string>> {
  const found = await findImport(ctx.platform.db, ctx.workspaceId, id)
  await writeAudit(ctx.platform.db, ctx, { action: 'import.revealBadRows', targetKind: 'import', targetId: id })
  const header = [...badRowHeaders, ...found.columns.map((column) => column.header)]
  async function* pages(): AsyncGenerator<string> {
    yield csvStart + csvLine(header)
    for (let after = 0; ;) {
      const rows = await readBadRows(ctx, { id, after, limit: rowsPerPage })
      if (rows.length === 0) return
      yield rows.map((row) => csvLine([row.row, row.problems.map((problem) => `${problem.zh} / ${problem.en}`).join('; '), ...row.values])).join('')
      after = rows.at(-1)!.row
    }
  }
  return pages()
}
