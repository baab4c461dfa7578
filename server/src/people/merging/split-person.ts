import { sql } from 'kysely'
import type { HeldIdentity, SplitPreview } from '../../../../contracts/merge-previews.ts'
import { mutate, type Context } from '../../access/index.ts'
import { AppError, notFound } from '../../platform/errors.ts'
import { runnerOf, type QueryRunner } from '../query-runner.ts'
import { mirrorPeopleLater } from '../mirror/mirror-people.ts'
import { findPerson } from '../profile/read-person.ts'
import { allIdsOf } from './aliases.ts'
import { deciderOf } from './merge-by-hand.ts'
import { mergePeople } from './merge-people.ts'
import { listHeldIdentities } from './merge-side.ts'
import { mirrorAfterCommit } from './mirror-merges.ts'
import { moveIdentities, type IdentityRef } from './move-identities.ts'
import { findMerge, keepApart, undoMerge } from './undo-merge.ts'

interface Split {
  personId: number
  identities: readonly IdentityRef[]
}

interface PlannedSplit {
  personId: number
  leaving: HeldIdentity[]
  staying: HeldIdentity[]
  /** Merges all of whose identities leave: they are undone, the oldest first. */
  mergeIds: number[]
  /** The former people of these merges. */
  formerIds: number[]
}

const staysNotes = {
  events: {
    zh: '没有随某次合并而来的行为和订单无法区分属于哪个标识，留在原客户名下',
    en: 'Events and orders that no merge brought cannot be told apart by identity: they stay',
  },
  rest: {
    zh: '属性、标签、消息、回复和同意记录，凡不是随所撤销的合并而来的，留在原客户名下；手机号和邮箱随其标识走',
    en: 'Attributes, tags, messages, replies and consents that the undone merges did not bring stay; a phone or e-mail goes with its identity',
  },
}

/** What a split would do, and what cannot be told apart and stays. Changes nothing. @throws `not-found`, `validation`, `precondition` */
export async function previewSplit(ctx: Context, split: Split): Promise<SplitPreview> {
  const planned = await planSplit(ctx, split)
  const everyId = await allIdsOf(ctx, planned.personId)
  const leavingIds = await formerIdsOf(ctx, planned.mergeIds)
  const { events, leaving } = await ctx.platform.warehouse.row<{ events: number; leaving: number }>({
    sql: `select toInt64(count()) as events, toInt64(countIf(person_id in {leavingIds:Array(UInt32)})) as leaving
      from events_by_person where workspace_id = {workspaceId:UInt32} and person_id in {everyId:Array(UInt32)}`,
    params: { workspaceId: ctx.workspaceId, everyId, leavingIds },
  })
  return {
    personId: planned.personId,
    leaving: planned.leaving,
    staying: planned.staying,
    formerPersonId: planned.formerIds[0] ?? null,
    mergeIds: planned.mergeIds,
    eventsLeaving: leaving,
    eventsStaying: events - leaving,
    notes: [staysNotes.events, staysNotes.rest],
  }
}

/**
 * Lets chosen identities leave. Merges all of whose identities are among them are undone: their former person comes back with everything that came
 * with the merge (of several, the first takes in the others), and gets the rest of the chosen identities. Without such a merge a new person is made, who
 * has the identities and the phone or e-mail that they are; events, messages and consents stay, for nothing tells whose they were. The two are
 * remembered as different people. @throws `not-found`, `validation`, `precondition`
 */
export async function splitPerson(ctx: Context, split: Split): Promise<{ personId: number; newPersonId: number }> {
  const { platform, workspaceId } = ctx
  const planned = await planSplit(ctx, split)
  const { personId } = planned
  const detail = { identities: planned.leaving.map(({ namespace }) => namespace), mergeIds: planned.mergeIds }
  const newPersonId = await mutate(ctx, { action: 'person.split', targetKind: 'person', targetId: String(personId), detail }, async (tx) => {
    const runner = runnerOf(tx)
    const now = platform.clock.now()
    for (const mergeId of planned.mergeIds) await undoMerge(runner, { platform, workspaceId, mergeId, undoneBy: deciderOf(ctx), now })
    const [first, ...others] = planned.formerIds
    const toId = first ?? (await bornOf(runner, workspaceId, { personId, now }))
    const pairs = others.map((mergedId) => ({ keptId: toId, mergedId, reason: 'manual' as const }))
    await mergePeople(runner, { platform, workspaceId, pairs, decidedBy: deciderOf(ctx), now })
    await moveIdentities(runner, { workspaceId, identities: planned.leaving, fromId: personId, toId, now })
    await keepApart(runner, { workspaceId, pairs: [[personId, toId]], decidedBy: deciderOf(ctx), now })
    await mirrorPeopleLater(tx, platform, { workspaceId, personIds: [personId, toId] })
    return toId
  })
  await mirrorAfterCommit(platform, workspaceId, [personId, newPersonId])
  return { personId, newPersonId }
}

async function planSplit(ctx: Context, { personId: askedId, identities }: Split): Promise<PlannedSplit> {
  const { id: personId } = await findPerson(ctx, askedId)
  const { items } = await listHeldIdentities(ctx, { personId })
  const isChosen = (one: HeldIdentity) => identities.some(({ namespace, key }) => namespace === one.namespace && key.toLowerCase() === one.key)
  const leaving = items.filter(isChosen)
  const staying = items.filter((one) => !isChosen(one))
  if (leaving.length < new Set(identities.map(({ namespace, key }) => `${namespace}:${key.toLowerCase()}`)).size)
    throw notFound({ zh: '这个客户的标识', en: 'identity of this person' })
  if (staying.length === 0)
    throw new AppError('precondition', {
      zh: '至少要留下一个标识；要撤销整个合并，请在合并记录里撤销',
      en: 'At least one identity must stay; to take back a whole merge, undo it',
    })
  const mergeIds = await wholeMerges(ctx, { leaving, staying })
  const runner = runnerOf(ctx.platform.db)
  const formerIds: number[] = []
  for (const mergeId of mergeIds) formerIds.push((await findMerge(runner, ctx.workspaceId, mergeId)).merged_id)
  return { personId, leaving, staying, mergeIds, formerIds }
}

/** Merges all of whose identities leave, without those that are part of another of them; the oldest first. */
async function wholeMerges(ctx: Context, { leaving, staying }: Pick<PlannedSplit, 'leaving' | 'staying'>): Promise<number[]> {
  const keyOf = ({ namespace, key }: IdentityRef) => `${namespace}:${key}`
  const { rows } = await sql<{ merge_id: number; row_key: string }>`
    select move.merge_id, move.row_key from merge_moves as move
    join person_merges as merge on merge.id = move.merge_id and merge.workspace_id = ${ctx.workspaceId}
    where move.table_name = 'identities' and move.row_key = any(${[...leaving, ...staying].map(keyOf)}::text[]) order by move.merge_id`.execute(ctx.platform.db)
  const brought = new Map<number, Set<string>>()
  for (const { merge_id, row_key } of rows) brought.set(merge_id, (brought.get(merge_id) ?? new Set()).add(row_key))
  const stays = new Set(staying.map(keyOf))
  const whole = [...brought].filter(([, keys]) => [...keys].every((key) => !stays.has(key)))
  const isPart = (mergeId: number, keys: ReadonlySet<string>) =>
    whole.some(([otherId, others]) => otherId > mergeId && [...keys].every((key) => others.has(key)))
  return whole.filter(([mergeId, keys]) => !isPart(mergeId, keys)).map(([mergeId]) => mergeId)
}

/** Ids whose history leaves when merges are undone. */
async function formerIdsOf(ctx: Context, mergeIds: readonly number[]): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select merged_id as id from person_merges where workspace_id = ${ctx.workspaceId} and id = any(${[...mergeIds]}::bigint[])
    union
    select row_key::bigint from merge_moves where merge_id = any(${[...mergeIds]}::bigint[]) and table_name = 'person_aliases'`.execute(ctx.platform.db)
  return rows.map(({ id }) => id)
}

/** A person with nothing yet, known for as long as the one they were part of. */
async function bornOf(runner: QueryRunner, workspaceId: number, { personId, now }: { personId: number; now: Date }): Promise<number> {
  const { rows } = await runner.query<{ id: number }>({
    name: 'people-split-born',
    text: `
      insert into people (workspace_id, created_at, updated_at)
      select workspace_id, created_at, $3 from people where workspace_id = $1 and id = $2 returning id`,
    values: [workspaceId, personId, now],
  })
  return rows[0]!.id
}
