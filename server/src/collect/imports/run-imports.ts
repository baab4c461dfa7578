import { sql } from 'kysely'
import { systemContext } from '../../access/index.ts'
import { AppError, errorMessage } from '../../platform/errors.ts'
import type { Database, Platform } from '../../platform/platform.ts'
import { buildNextOrders } from './build-orders.ts'
import { deleteImportFile, importFileTime, listImportFiles } from './import-file.ts'
import type { ImportRow } from './import-row.ts'
import { deleteOrderLines } from './order-lines.ts'
import { readNextRows } from './read-slice.ts'

/** First key of the advisory locks that let one process at a time work on an import. */
const importLock = 0x494d5054
/** Items of imports that may wait in the inbox of a workspace before reading pauses. */
const itemsWaitingMax = 60_000
/** The same step failing so many times in a row will not come right by itself. */
const failuresMax = 8
const uploadKeptDays = 7
const fileKeptHours = 24
/** An upload may take hours. */
const orphanKeptHours = 24

type Outcome = 'worked' | 'waiting'

const failures = new Map<string, number>()

/**
 * One step of every import at work: a slice of the file, a page of orders, or the end. A step is one transaction, so a kill at any moment
 * loses nothing and repeats nothing; whoever runs next goes on at the byte that was committed. True when there is more to do at once.
 */
export async function stepImports(platform: Platform): Promise<boolean> {
  const { rows } = await sql<{ id: string; workspace_id: number }>`
    select id, workspace_id from imports where state in ('running', 'cancelling') order by id`.execute(platform.db)
  let worked = false
  for (const { id, workspace_id: workspaceId } of rows) {
    const outcome = await stepOrFail(platform, workspaceId, id)
    if (outcome === 'worked') worked = true
  }
  return worked
}

async function stepOrFail(platform: Platform, workspaceId: number, id: string): Promise<Outcome> {
  try {
    const outcome = await platform.db.transaction().execute(async (tx) => {
      const row = await takeImport(tx, workspaceId, id)
      return row ? step(platform, tx, row) : 'waiting'
    })
    failures.delete(id)
    return outcome
  } catch (error) {
    const count = (failures.get(id) ?? 0) + 1
    failures.set(id, count)
    const isFinal = error instanceof AppError ? error.errorName !== 'unavailable' : count >= failuresMax
    platform.log.warn({ importId: id, error: errorMessage(error), isFinal }, 'a step of an import failed')
    if (!isFinal) throw error
    failures.delete(id)
    await failImport(platform, { workspaceId, id }, error)
    return 'worked'
  }
}

/** The import, for this transaction alone; null when another process has it or it is over. */
async function takeImport(tx: Database, workspaceId: number, id: string): Promise<ImportRow | null> {
  const { rows: locks } = await sql<{ taken: boolean }>`select pg_try_advisory_xact_lock(${importLock}, hashtext(${id})) as taken`.execute(tx)
  if (!locks[0]?.taken) return null
  const { rows } =
    await sql<ImportRow>`select * from imports where workspace_id = ${workspaceId} and id = ${id}::uuid and state in ('running', 'cancelling')`.execute(tx)
  return rows[0] ?? null
}

async function step(platform: Platform, tx: Database, row: ImportRow): Promise<Outcome> {
  const ctx = systemContext(platform, row.workspace_id, 'import')
  if (row.state === 'cancelling') return endImport(platform, tx, row, 'cancelled')
  if (row.phase === 'draining') return (await itemsWaiting(tx, row)) > 0 ? 'waiting' : endImport(platform, tx, row, 'finished')
  if (await inboxIsFull(tx, row.workspace_id)) return 'waiting'
  await (row.phase === 'reading' ? readNextRows(ctx, tx, row) : buildNextOrders(ctx, tx, row))
  return 'worked'
}

async function inboxIsFull(tx: Database, workspaceId: number): Promise<boolean> {
  const { rows } = await sql<{ waiting: number }>`
    select coalesce(sum(item_count), 0)::bigint as waiting from (
      select item_count from inbox where workspace_id = ${workspaceId} and kind = 'import' and failed_at is null and origin_id is not null limit 1000
    ) as own`.execute(tx)
  return rows[0]!.waiting >= itemsWaitingMax
}

/** Items of the import still in the inbox; throws when the inbox gave some up. */
async function itemsWaiting(tx: Database, row: ImportRow): Promise<number> {
  const { rows } = await sql<{ waiting: number; failed: number }>`
    select coalesce(sum(item_count) filter (where failed_at is null), 0)::bigint as waiting, coalesce(sum(item_count) filter (where failed_at is not null), 0)::bigint as failed
    from inbox where workspace_id = ${row.workspace_id} and origin_id = ${row.id}::uuid`.execute(tx)
  const { waiting, failed } = rows[0]!
  if (waiting === 0 && failed > 0) {
    throw new AppError('internal', {
      zh: `${failed} 条数据没能写入，留在收件箱里；其余都已导入。请查看「数据 · 收件箱」`,
      en: `${failed} items could not be written and stay in the inbox; the rest is in. See Data · Inbox`,
    })
  }
  return waiting
}

async function endImport(platform: Platform, tx: Database, row: ImportRow, state: 'finished' | 'cancelled'): Promise<Outcome> {
  await deleteOrderLines(tx, { workspaceId: row.workspace_id, importId: row.id })
  await sql`
    update imports set state = ${state}, finished_at = ${platform.clock.now()}, items_waiting = case when ${state} = 'finished' then 0 else items_waiting end
    where workspace_id = ${row.workspace_id} and id = ${row.id}::uuid`.execute(tx)
  return 'worked'
}

async function failImport(platform: Platform, { workspaceId, id }: { workspaceId: number; id: string }, error: unknown): Promise<void> {
  const words =
    error instanceof AppError
      ? error
      : new AppError('internal', {
          zh: '导入时发生内部错误，已记录；已导入的数据保留',
          en: 'Internal error during the import, recorded; what is in stays',
          cause: error,
        })
  await platform.db.transaction().execute(async (tx) => {
    await deleteOrderLines(tx, { workspaceId, importId: id })
    await sql`
      update imports set state = 'failed', error_zh = ${words.zh}, error_en = ${words.en}, finished_at = ${platform.clock.now()}
      where workspace_id = ${workspaceId} and id = ${id}::uuid and state in ('running', 'cancelling')`.execute(tx)
  })
}

/** Deletes files that no import names: what a process left that died in the middle of an upload. */
export async function deleteOrphanFiles(platform: Platform): Promise<void> {
  const before = platform.clock.now().getTime() - orphanKeptHours * 3_600_000
  const names: string[] = []
  for (const name of await listImportFiles(platform)) if ((await importFileTime(platform, name)) < before) names.push(name)
  if (names.length === 0) return
  const { rows } = await sql<{ name: string }>`
    select file_path as name from imports where file_path = any(${names}::text[])
    union select workbook_path from imports where workbook_path = any(${names}::text[])`.execute(platform.db)
  const known = new Set(rows.map((row) => row.name))
  for (const name of names) if (!known.has(name)) await deleteImportFile(platform, name)
}

/** Deletes the files of imports that are over, and of uploads that nobody started. */
export async function deleteOldImportFiles(platform: Platform): Promise<void> {
  const now = platform.clock.now().getTime()
  const { rows } = await sql<Pick<ImportRow, 'id' | 'workspace_id' | 'file_path' | 'workbook_path'>>`
    select id, workspace_id, file_path, workbook_path from imports
    where (file_path <> '' or workbook_path is not null) and (
      (state in ('finished', 'failed', 'cancelled') and finished_at < ${new Date(now - fileKeptHours * 3_600_000)})
      or (state in ('uploaded', 'preparing') and created_at < ${new Date(now - uploadKeptDays * 86_400_000)}))
    limit 1000`.execute(platform.db)
  for (const row of rows) {
    for (const name of [row.file_path, row.workbook_path]) if (name) await deleteImportFile(platform, name)
    await sql`
      update imports set file_path = '', workbook_path = null, state = case when state in ('uploaded', 'preparing') then 'cancelled' else state end, finished_at = coalesce(finished_at, ${new Date(now)})
      where workspace_id = ${row.workspace_id} and id = ${row.id}::uuid`.execute(platform.db)
  }
}
