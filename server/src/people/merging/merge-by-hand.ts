import type { MergeReason, PersonMerge } from '../../../../contracts/one-id.ts'
import { mutate, type Context } from '../../access/index.ts'
import type { Database } from '../../platform/platform.ts'
import { runnerOf } from '../query-runner.ts'
import { findPerson } from '../profile/read-person.ts'
import { readMerge } from './list-merges.ts'
import { mergePeople, type MergeOutcome } from './merge-people.ts'
import { samePerson } from './preview-merge.ts'
import { undoMerge } from './undo-merge.ts'

/** Id of the user who acts; null for keys and the product itself. */
export function deciderOf({ actor }: Context): string | null {
  return actor.kind === 'user' ? actor.userId : null
}

/** Makes two people one because somebody says so, whatever limits it breaks. @throws `not-found`; `precondition` when they are one person already */
export async function mergeByHand(ctx: Context, pair: { keptId: number; mergedId: number }): Promise<PersonMerge> {
  const [{ id: keptId }, { id: mergedId }] = [await findPerson(ctx, pair.keptId), await findPerson(ctx, pair.mergedId)]
  const outcome = await mutate(ctx, { action: 'person.merge', targetKind: 'person', targetId: String(keptId), detail: { mergedId } }, (tx) =>
    mergeInside(ctx, tx, { keptId, mergedId, reason: 'manual' }),
  )
  await outcome.mirror()
  return readMerge(ctx, outcome.mergeIds[0]!)
}

/** The merge inside a transaction of a verb; the caller mirrors after the commit. */
export async function mergeInside(ctx: Context, tx: Database, pair: { keptId: number; mergedId: number; reason: MergeReason }): Promise<MergeOutcome> {
  const { platform, workspaceId } = ctx
  const outcome = await mergePeople(runnerOf(tx), { platform, workspaceId, pairs: [pair], decidedBy: deciderOf(ctx), now: platform.clock.now() })
  if (outcome.mergeIds.length === 0) throw samePerson()
  return outcome
}

/** Undoes a merge, see `undoMerge`. @throws `not-found`; `conflict` when it was undone already */
export async function undoByHand(ctx: Context, { mergeId }: { mergeId: number }): Promise<PersonMerge> {
  const { platform, workspaceId } = ctx
  const undone = await mutate(ctx, { action: 'person.undoMerge', targetKind: 'personMerge', targetId: String(mergeId) }, (tx) =>
    undoMerge(runnerOf(tx), { platform, workspaceId, mergeId, undoneBy: deciderOf(ctx), now: platform.clock.now() }),
  )
  await undone.mirror()
  return readMerge(ctx, mergeId)
}
