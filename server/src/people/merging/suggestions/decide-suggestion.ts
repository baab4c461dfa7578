import { sql } from 'kysely'
import type { MergeSuggestion } from '../../../../../contracts/one-id.ts'
import { mutate, type Context } from '../../../access/index.ts'
import { AppError, notFound } from '../../../platform/errors.ts'
import type { Database } from '../../../platform/platform.ts'
import { runnerOf } from '../../query-runner.ts'
import { decideEach } from '../conflicts/decide-conflict.ts'
import { deciderOf, mergeInside } from '../merge-by-hand.ts'
import { mirrorAfterCommit } from '../mirror-merges.ts'
import { lockResolving } from '../resolve-lock.ts'
import { keepApart } from '../undo-merge.ts'
import { findSuggestion } from './list-suggestions.ts'

interface Decision {
  decision: 'merge' | 'dismiss'
  /** Whom to keep; the older person when left out. */
  keptId?: number | undefined
}

interface OpenSuggestion {
  state: MergeSuggestion['state']
  leftId: number
  rightId: number
}

/**
 * Merges the two people of a suggestion, or remembers that they are different ones. @throws `not-found`; `conflict` when it was decided already;
 * `validation` when `keptId` is neither
 */
export async function decideSuggestion(ctx: Context, { suggestionId, decision, keptId }: Decision & { suggestionId: number }): Promise<MergeSuggestion> {
  const { platform, workspaceId } = ctx
  const detail = { decision }
  await mutate(ctx, { action: 'mergeSuggestion.decide', targetKind: 'mergeSuggestion', targetId: String(suggestionId), detail }, async (tx) => {
    await lockResolving(runnerOf(tx), workspaceId)
    const { leftId, rightId } = await lockSuggestion(tx, workspaceId, suggestionId)
    const now = platform.clock.now()
    if (decision === 'merge') {
      const kept = keptId ?? leftId
      if (kept !== leftId && kept !== rightId)
        throw new AppError('validation', { problems: [{ at: 'body.keptId', zh: '只能保留这两个客户之一', en: 'Only one of the two people can be kept' }] })
      await mergeInside(ctx, tx, { keptId: kept, mergedId: kept === leftId ? rightId : leftId, reason: 'suggestion' })
    } else await keepApart(runnerOf(tx), { workspaceId, pairs: [[leftId, rightId]], decidedBy: deciderOf(ctx), now })
    await sql`
      update merge_suggestions set state = ${decision === 'merge' ? 'merged' : 'dismissed'}, decided_by = ${deciderOf(ctx)}::uuid, decided_at = ${now}
      where workspace_id = ${workspaceId} and id = ${suggestionId}`.execute(tx)
  })
  await mirrorAfterCommit(platform, workspaceId)
  return findSuggestion(ctx, suggestionId)
}

async function lockSuggestion(tx: Database, workspaceId: number, suggestionId: number): Promise<OpenSuggestion> {
  const today = (column: string) => sql`coalesce((select person_id from person_aliases where alias_id = ${sql.ref(column)}), ${sql.ref(column)})`
  const { rows } = await sql<OpenSuggestion>`
    select state, ${today('low_id')} as "leftId", ${today('high_id')} as "rightId"
    from merge_suggestions where workspace_id = ${workspaceId} and id = ${suggestionId} for update`.execute(tx)
  if (!rows[0]) throw notFound({ zh: '疑似重复', en: 'suggestion' })
  if (rows[0].state !== 'open') throw new AppError('conflict', { zh: '这条疑似重复已经处理过了', en: 'This suggestion has been decided already' })
  return rows[0]
}

/** The same decision about several suggestions, each by itself: what cannot be decided is named and does not hold up the others. */
export async function decideSuggestions(ctx: Context, { suggestionIds, decision }: { suggestionIds: readonly number[]; decision: Decision['decision'] }) {
  return decideEach(ctx, suggestionIds, async (suggestionId) => {
    await decideSuggestion(ctx, { suggestionId, decision })
  })
}
