import type { Platform } from '../../platform/platform.ts'
import { AppError, notFound } from '../../platform/errors.ts'
import { readPersonStates, updatePersonStates } from '../record/person-state.ts'
import type { QueryRunner } from '../query-runner.ts'
import { revertChanges, type KeptChanges } from './kept-changes.ts'
import { announceMoves, applyMerges, projectConsents, type PlannedMerge } from './merge-people.ts'
import { mirrorAfterCommit } from './mirror-merges.ts'
import { moveRowsBack, type MergeEdge } from './move-rows.ts'
import { personTables } from './person-tables.ts'
import { lockResolving } from './resolve-lock.ts'
import { reopenQueues } from './settle-queues.ts'

interface Undo {
  platform: Platform
  workspaceId: number
  mergeId: number
  undoneBy: string | null
  now: Date
}

export interface StoredMerge {
  id: number
  kept_id: number
  merged_id: number
  reason: PlannedMerge['reason']
  namespace: string | null
  kept_changes: KeptChanges
  undone_at: Date | null
}

/** Later merges that may stand on one that is undone; they are undone and done again around it. */
const laterMax = 1_000

/**
 * Gives both people of a merge their own life back, in the caller's transaction. The merged person is who they were: row, identities,
 * consents, messages, tags, events, former ids. The kept person keeps what came since: identities and rows that no merge brought, and
 * attributes said after the merge; an attribute that still is what the merge made of it goes back to what it was. That these are two
 * people is remembered: no rule joins them again. Other merges of the same people, later ones too, stay.
 * @throws `not-found`; `conflict` when it was undone already
 */
export async function undoMerge(runner: QueryRunner, undo: Undo): Promise<{ keptId: number; mergedId: number; mirror(): Promise<void> }> {
  const { platform, workspaceId, mergeId } = undo
  await lockResolving(runner, workspaceId)
  const merge = await findMerge(runner, workspaceId, mergeId)
  if (merge.undone_at) throw new AppError('conflict', { zh: '这次合并已经撤销过了', en: 'This merge has been undone already' })
  const later = await readLaterMerges(runner, workspaceId, merge)
  for (const standing of later.toReversed()) await undoOne(runner, undo, standing)
  await undoOne(runner, undo, merge)
  await rememberApart(runner, undo, [merge.kept_id, merge.merged_id])
  await doAgain(runner, undo, later)
  return { keptId: merge.kept_id, mergedId: merge.merged_id, mirror: () => mirrorAfterCommit(platform, workspaceId) }
}

export async function findMerge(runner: QueryRunner, workspaceId: number, mergeId: number): Promise<StoredMerge> {
  const { rows } = await runner.query<StoredMerge>({
    name: 'people-find-merge',
    text: 'select id, kept_id, merged_id, reason, namespace, kept_changes, undone_at from person_merges where workspace_id = $1 and id = $2',
    values: [workspaceId, mergeId],
  })
  if (!rows[0]) throw notFound({ zh: '合并记录', en: 'merge' })
  return rows[0]
}

/** Merges after this one that took more into the same person, or that person into another; ascending. */
async function readLaterMerges(runner: QueryRunner, workspaceId: number, merge: StoredMerge): Promise<StoredMerge[]> {
  const later: StoredMerge[] = []
  let heldBy = merge.kept_id
  let after = merge.id
  for (;;) {
    const { rows } = await runner.query<StoredMerge>({
      name: 'people-next-merge',
      text: `
        select id, kept_id, merged_id, reason, namespace, kept_changes, undone_at from person_merges
        where workspace_id = $1 and id > $2 and undone_at is null and (kept_id = $3 or merged_id = $3) order by id limit 1`,
      values: [workspaceId, after, heldBy],
    })
    const next = rows[0]
    if (!next) return later
    if (later.length === laterMax)
      throw new AppError('precondition', {
        zh: `这次合并之后又有超过 ${laterMax} 次合并，请先撤销较晚的合并`,
        en: `More than ${laterMax} merges came after this one: undo later ones first`,
      })
    later.push(next)
    after = next.id
    heldBy = next.kept_id
  }
}

async function undoOne(runner: QueryRunner, { workspaceId, undoneBy, now }: Undo, merge: StoredMerge): Promise<void> {
  const edge: MergeEdge = { mergeId: merge.id, keptId: merge.kept_id, mergedId: merge.merged_id }
  await restorePerson(runner, workspaceId, edge)
  await moveBack(runner, workspaceId, edge)
  const moved = await movedTables(runner, edge.mergeId)
  for (const table of personTables()) if (moved.has(table.name)) await moveRowsBack(runner, table, { workspaceId, edge })
  await projectConsents(runner, workspaceId, [edge.keptId, edge.mergedId])
  await reopenQueues(runner, { workspaceId, mergeId: edge.mergeId })
  const people = await readPersonStates(runner, workspaceId, { personIds: [edge.keptId], lock: true })
  const kept = people.get(edge.keptId)
  if (!kept) throw new Error(`Person ${edge.keptId}, who took in another by merge ${edge.mergeId}, is not there`)
  revertChanges(kept, merge.kept_changes)
  kept.version += 1
  await updatePersonStates(runner, workspaceId, { people, now })
  await runner.query({
    name: 'people-undo-mark',
    text: 'update person_merges set undone_at = $3, undone_by = $4::uuid where workspace_id = $1 and id = $2',
    values: [workspaceId, edge.mergeId, now, undoneBy],
  })
  await runner.query({ name: 'people-undo-forget', text: 'delete from merge_moves where merge_id = $1', values: [edge.mergeId] })
  await announceMoves(runner, { workspaceId, now, moves: [{ fromId: edge.keptId, toId: edge.mergedId }] })
}

/** Tables in which the merge moved anything. */
async function movedTables(runner: QueryRunner, mergeId: number): Promise<Set<string>> {
  const { rows } = await runner.query<{ table_name: string }>({
    name: 'people-undo-tables',
    text: 'select distinct table_name from merge_moves where merge_id = $1',
    values: [mergeId],
  })
  return new Set(rows.map((row) => row.table_name))
}

/** The row as it was; its version is above the one that told the warehouse the person was gone. */
async function restorePerson(runner: QueryRunner, workspaceId: number, edge: MergeEdge): Promise<void> {
  await runner.query({
    name: 'people-undo-restore',
    text: `
      with back as (delete from merged_people where workspace_id = $1 and id = $2 returning row)
      insert into people overriding system value
      select (jsonb_populate_record(null::people, row || jsonb_build_object('version', (row ->> 'version')::bigint + 2))).* from back`,
    values: [workspaceId, edge.mergedId],
  })
}

async function moveBack(runner: QueryRunner, workspaceId: number, edge: MergeEdge): Promise<void> {
  const values = [workspaceId, edge.mergeId, edge.keptId, edge.mergedId]
  await runner.query({
    name: 'people-undo-identities',
    text: `
      update identities as own set person_id = $4 from merge_moves as move
      where move.merge_id = $2 and move.table_name = 'identities' and own.workspace_id = $1 and own.person_id = $3
        and own.namespace || ':' || own.key = move.row_key`,
    values,
  })
  // The id of the restored person stands for itself again, and so do their former ids for them.
  await runner.query({
    name: 'people-undo-aliases',
    text: `
      update person_aliases as own set person_id = $4, version = nextval('person_alias_versions')
      where own.workspace_id = $1 and own.person_id = $3 and (own.alias_id = $4 or own.alias_id::text in (
        select row_key from merge_moves where merge_id = $2 and table_name = 'person_aliases'))`,
    values,
  })
  // The kept person changes too: a row that points at itself has the mirror copy them.
  await runner.query({
    name: 'people-undo-touch-kept',
    text: `
      insert into person_aliases (workspace_id, alias_id, person_id) values ($1, $2, $2)
      on conflict (alias_id) do update set version = nextval('person_alias_versions')`,
    values: [workspaceId, edge.keptId],
  })
}

async function rememberApart(runner: QueryRunner, { workspaceId, undoneBy, now }: Undo, personIds: [number, number]): Promise<void> {
  await keepApart(runner, { workspaceId, pairs: [personIds], decidedBy: undoneBy, now })
}

/** Remembers for good that people are different ones. */
export async function keepApart(
  runner: QueryRunner,
  { workspaceId, pairs, decidedBy, now }: { workspaceId: number; pairs: readonly (readonly [number, number])[]; decidedBy: string | null; now: Date },
): Promise<void> {
  const given = pairs.map(([left, right]) => ({ low: Math.min(left, right), high: Math.max(left, right) })).filter(({ low, high }) => low < high)
  if (given.length === 0) return
  await runner.query({
    name: 'people-keep-apart',
    text: `
      insert into person_distinctions (workspace_id, low_id, high_id, decided_by, decided_at)
      select distinct $1::integer, low, high, $3::uuid, $4::timestamptz from json_to_recordset($2::json) as given (low bigint, high bigint)
      on conflict (workspace_id, low_id, high_id) do update set decided_by = excluded.decided_by, decided_at = excluded.decided_at, merge_id = null`,
    values: [workspaceId, JSON.stringify(given), decidedBy, now],
  })
}

/** The merges that stood on the one undone, in their order; whoever decided them then did. */
async function doAgain(runner: QueryRunner, { workspaceId, now }: Undo, later: readonly StoredMerge[]): Promise<void> {
  const merges = later.map(({ id, kept_id, merged_id, reason, namespace }) => ({ mergeId: id, keptId: kept_id, mergedId: merged_id, reason, namespace }))
  while (merges.length > 0) {
    const end = merges.findIndex(({ keptId }) => keptId !== merges[0]!.keptId)
    await applyMerges(runner, { workspaceId, decidedBy: null, now }, merges.splice(0, end < 0 ? merges.length : end))
  }
}
