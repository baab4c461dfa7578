import { sql } from 'kysely'
import type { ConflictDecision, IdentityConflict } from '../../../../../contracts/one-id.ts'
import { mutate, type Context } from '../../../access/index.ts'
import { AppError, assertNever, notFound } from '../../../platform/errors.ts'
import type { Database } from '../../../platform/platform.ts'
import { mirrorPeopleLater } from '../../mirror/mirror-people.ts'
import { runnerOf } from '../../query-runner.ts'
import { deciderOf, mergeInside } from '../merge-by-hand.ts'
import { mirrorAfterCommit } from '../mirror-merges.ts'
import { moveIdentities } from '../move-identities.ts'
import { lockResolving } from '../resolve-lock.ts'
import { keepApart } from '../undo-merge.ts'
import { findConflict } from './list-conflicts.ts'

/** A conflict between people of today. */
interface Conflict {
  conflictId: number
  state: 'open' | 'decided'
  namespace: string
  key: string
  keptPersonId: number
  otherPersonId: number
}

/**
 * Decides a conflict for good. `same` merges the two (the one whom the item went to is kept); `different` remembers that they are two people and settles
 * whatever else asked about them; `other` gives the identity to the one of the two who does not have it, and remembers the same; `shared` marks the identity
 * as one that links nobody. @throws `not-found`; `conflict` when it was decided already; `precondition` when one of the two is gone
 */
export async function decideConflict(ctx: Context, { conflictId, decision }: { conflictId: number; decision: ConflictDecision }): Promise<IdentityConflict> {
  const { platform, workspaceId } = ctx
  const detail = { decision }
  const changed = await mutate(ctx, { action: 'identityConflict.decide', targetKind: 'identityConflict', targetId: String(conflictId), detail }, async (tx) => {
    await lockResolving(runnerOf(tx), workspaceId)
    const conflict = await lockConflict(tx, workspaceId, conflictId)
    await carryOut(ctx, tx, { conflict, decision })
    return [conflict.keptPersonId, conflict.otherPersonId]
  })
  await mirrorAfterCommit(platform, workspaceId, changed)
  return findConflict(ctx, conflictId)
}

async function lockConflict(tx: Database, workspaceId: number, conflictId: number): Promise<Conflict> {
  const { rows } = await sql<Conflict>`
    select id as "conflictId", state, namespace, key, ${today('kept_person_id')} as "keptPersonId", ${today('other_person_id')} as "otherPersonId"
    from identity_conflicts where workspace_id = ${workspaceId} and id = ${conflictId} for update`.execute(tx)
  if (!rows[0]) throw notFound({ zh: '身份冲突', en: 'identity conflict' })
  if (rows[0].state === 'decided') throw new AppError('conflict', { zh: '这条冲突已经处理过了', en: 'This conflict has been decided already' })
  return rows[0]
}

const today = (column: string) => sql`coalesce((select person_id from person_aliases where alias_id = ${sql.ref(column)}), ${sql.ref(column)})`

async function carryOut(ctx: Context, tx: Database, { conflict, decision }: { conflict: Conflict; decision: ConflictDecision }): Promise<void> {
  const { keptPersonId: keptId, otherPersonId: otherId } = conflict
  switch (decision) {
    case 'same':
      await mergeInside(ctx, tx, { keptId, mergedId: otherId, reason: 'conflict' })
      return settle(ctx, tx, { conflict, decision })
    case 'different':
      await keepApart(runnerOf(tx), apart(ctx, keptId, otherId))
      await dismissSuggestion(ctx, tx, [keptId, otherId])
      return settle(ctx, tx, { conflict, decision, everyAbout: [keptId, otherId] })
    case 'other':
      await giveToOther(ctx, tx, conflict)
      await keepApart(runnerOf(tx), apart(ctx, keptId, otherId))
      return settle(ctx, tx, { conflict, decision })
    case 'shared':
      await sql`update identities set shared_at = coalesce(shared_at, ${ctx.platform.clock.now()})
        where workspace_id = ${ctx.workspaceId} and namespace = ${conflict.namespace} and key = ${conflict.key}::uuid`.execute(tx)
      return settle(ctx, tx, { conflict, decision, everyOf: conflict })
    default:
      return assertNever(decision)
  }
}

function apart(ctx: Context, left: number, right: number) {
  return { workspaceId: ctx.workspaceId, pairs: [[left, right]] as const, decidedBy: deciderOf(ctx), now: ctx.platform.clock.now() }
}

async function giveToOther(ctx: Context, tx: Database, { namespace, key, keptPersonId, otherPersonId }: Conflict): Promise<void> {
  const { rows } = await sql<{ person_id: number }>`
    select person_id from identities where workspace_id = ${ctx.workspaceId} and namespace = ${namespace} and key = ${key}::uuid`.execute(tx)
  const fromId = rows[0]?.person_id
  if (fromId === undefined || (fromId !== keptPersonId && fromId !== otherPersonId))
    throw new AppError('precondition', { zh: '这个标识已经不属于这两个客户', en: 'The identity belongs to neither of the two any more' })
  const toId = fromId === keptPersonId ? otherPersonId : keptPersonId
  await moveIdentities(runnerOf(tx), { workspaceId: ctx.workspaceId, identities: [{ namespace, key }], fromId, toId, now: ctx.platform.clock.now() })
  await mirrorPeopleLater(tx, ctx.platform, { workspaceId: ctx.workspaceId, personIds: [fromId, toId] })
}

interface Settled {
  conflict: Conflict
  decision: ConflictDecision
  /** Settles every open conflict between these two, or about this identity, too. */
  everyAbout?: readonly [number, number]
  everyOf?: { namespace: string; key: string }
}

async function settle(ctx: Context, tx: Database, { conflict, decision, everyAbout, everyOf }: Settled): Promise<void> {
  const about = everyAbout && [...everyAbout]
  const same = about
    ? sql`state = 'open' and (${today('kept_person_id')} = ${about[0]} and ${today('other_person_id')} = ${about[1]} or ${today('kept_person_id')} = ${about[1]} and ${today('other_person_id')} = ${about[0]})`
    : everyOf
      ? sql`state = 'open' and namespace = ${everyOf.namespace} and key = ${everyOf.key}::uuid`
      : sql`false`
  await sql`
    update identity_conflicts set state = 'decided', decision = ${decision}, decided_by = ${deciderOf(ctx)}::uuid, decided_at = ${ctx.platform.clock.now()}
    where workspace_id = ${ctx.workspaceId} and (id = ${conflict.conflictId} or ${same})`.execute(tx)
}

/** Two people who were told apart are not suggested as the same either. */
async function dismissSuggestion(ctx: Context, tx: Database, [left, right]: readonly [number, number]): Promise<void> {
  await sql`
    update merge_suggestions set state = 'dismissed', decided_by = ${deciderOf(ctx)}::uuid, decided_at = ${ctx.platform.clock.now()}
    where workspace_id = ${ctx.workspaceId} and state = 'open' and low_id = ${Math.min(left, right)} and high_id = ${Math.max(left, right)}`.execute(tx)
}

interface Outcome {
  decided: number
  failed: { id: number; zh: string; en: string }[]
}

/** The same decision about several conflicts, each by itself: what cannot be decided is named and does not hold up the others. */
export async function decideConflicts(
  ctx: Context,
  { conflictIds, decision }: { conflictIds: readonly number[]; decision: ConflictDecision },
): Promise<Outcome> {
  return decideEach(ctx, conflictIds, async (conflictId) => {
    await decideConflict(ctx, { conflictId, decision })
  })
}

/** One after the other; an error the caller can understand is told with the id. */
export async function decideEach(ctx: Context, ids: readonly number[], decide: (id: number) => Promise<void>): Promise<Outcome> {
  const failed: Outcome['failed'] = []
  await mutate(ctx, { action: 'oneId.decideMany', detail: { count: ids.length } }, async () => undefined)
  for (const id of new Set(ids)) {
    try {
      await decide(id)
    } catch (error) {
      if (!(error instanceof AppError) || error.errorName === 'unavailable') throw error
      failed.push({ id, zh: error.zh, en: error.en })
    }
  }
  return { decided: new Set(ids).size - failed.length, failed }
}
