import { sql } from 'kysely'
import type { ImportUndo, UndoCounts } from '../../../../../contracts/import-foresight.ts'
import type { LocaleText } from '../../../../../contracts/common.ts'
import type { Context } from '../../../access/index.ts'
import type { Database } from '../../../platform/platform.ts'
import type { ImportRow } from '../import-row.ts'

/** In this order: a person is removed only when nothing but the import is left of them. */
export const undoPhases = ['keys', 'events', 'tags', 'people'] as const
export type UndoPhase = (typeof undoPhases)[number]

/** What of a row of `imports` is about its undo. */
export interface UndoRow extends ImportRow {
  undo_phase: UndoPhase | null
  undo_cursor: number
  undo_planned: UndoCounts | null
  undo_done: UndoCounts | null
  undo_by: string | null
  undo_error_zh: string | null
  undo_error_en: string | null
  undo_started_at: Date | null
  undo_finished_at: Date | null
}

export const noCounts: UndoCounts = {
  peopleRemoved: 0,
  peopleKept: 0,
  peopleRestored: 0,
  identitiesRemoved: 0,
  tagsRemoved: 0,
  consentsReversed: 0,
  eventsRemoved: 0,
}

/** Why an import cannot be undone now; null when it can. */
export async function whyNot(db: Database, row: UndoRow): Promise<LocaleText | null> {
  if (row.undo_state === 'running') return { zh: '正在撤销', en: 'It is being undone' }
  if (row.undo_state === 'finished') return { zh: '已经撤销过了', en: 'It was undone already' }
  if (row.state !== 'finished' && row.state !== 'cancelled' && row.state !== 'failed') return { zh: '导入还没有结束', en: 'The import is not over' }
  if (!row.started_at || row.rows_good === 0) return { zh: '这次导入没有写入任何数据', en: 'Nothing of this import went in' }
  const { rows } = await sql<{ waiting: boolean; known: boolean }>`
    select exists (select from inbox where workspace_id = ${row.workspace_id} and origin_id = ${row.id}::uuid and failed_at is null) as waiting,
      exists (select from attribute_origins where workspace_id = ${row.workspace_id} and kind = 'import' and origin_id = ${row.id}) as known`.execute(db)
  if (rows[0]!.waiting) return { zh: '还有数据正在写入，请稍后再撤销', en: 'Some of it is still being written; try again in a moment' }
  return rows[0]!.known ? null : { zh: '这次导入早于撤销功能，没有留下可撤销的记录', en: 'This import is older than the undo and left no journal' }
}

/** An undo as the contract answers it; `planned` is counted when none was begun. */
export async function describeUndo(ctx: Context, row: UndoRow, plan: () => Promise<UndoCounts>): Promise<ImportUndo> {
  const reason = await whyNot(ctx.platform.db, row)
  const planned = row.undo_planned ?? (reason === null ? await plan() : noCounts)
  const done = row.undo_done ?? noCounts
  return {
    isPossible: reason === null,
    reason,
    state: row.undo_state,
    planned,
    done,
    share: shareOf(row, planned, done),
    notes: notesOn(row),
    error: row.undo_error_zh !== null && row.undo_error_en !== null ? { zh: row.undo_error_zh, en: row.undo_error_en } : null,
    startedAt: row.undo_started_at?.toISOString() ?? null,
    finishedAt: row.undo_finished_at?.toISOString() ?? null,
  }
}

function shareOf(row: UndoRow, planned: UndoCounts, done: UndoCounts): number {
  if (row.undo_state === 'finished') return 1
  if (row.undo_state === null || row.undo_phase === null) return 0
  const before = { keys: 0, events: 0.1, tags: 0.2, people: 0.3 }[row.undo_phase]
  if (row.undo_phase !== 'people') return before
  const all = planned.peopleRemoved + planned.peopleKept + planned.peopleRestored
  return all === 0 ? before : Math.min(0.99, before + (0.7 * (done.peopleRemoved + done.peopleKept + done.peopleRestored)) / all)
}

function notesOn(row: UndoRow): LocaleText[] {
  const notes: LocaleText[] = [
    {
      zh: '导入之后又被其他来源或人工改过的内容会保留；有了新行为、消息、标签或合并记录的客户不会删除。预计数字在执行时逐人核对。',
      en: 'What other sources or people changed since stays; people with new events, messages, tags or merges are not removed. The planned numbers are checked person by person when it is done.',
    },
    { zh: '导入造成的客户合并不会拆开，需要时请在客户页撤销合并。', en: 'People whom the import made one stay one; undo a merge on the page of the person.' },
  ]
  if (row.mapping?.includes('sms_consent')) {
    notes.push({
      zh: '导入带来的「同意」作废，恢复为导入前的状态，并在同意记录里留下一条撤销记录；导入带来的「拒绝」继续有效。',
      en: 'Consents the import granted end: the state before holds again, by a new entry in the ledger. Refusals it brought stay in force.',
    })
  }
  return notes
}
