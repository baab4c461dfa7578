import type { MergeReason } from '../../../../contracts/one-id.ts'
import type { Platform } from '../../platform/platform.ts'
import type { PersonState } from '../record/person-draft.ts'
import { readPersonStates, updatePersonStates } from '../record/person-state.ts'
import type { QueryRunner } from '../query-runner.ts'
import { mergeStates, type KeptChanges } from './kept-changes.ts'
import { mirrorAfterCommit } from './mirror-merges.ts'
import { moveRows, type MergeEdge } from './move-rows.ts'
import { personTables, type PersonTable } from './person-tables.ts'
import { lockResolving } from './resolve-lock.ts'
import { settleQueues } from './settle-queues.ts'

/** `mergedId` becomes part of `keptId`. `namespace`: the namespace of the identity that joined them, when one did. */
export interface MergePair {
  keptId: number
  mergedId: number
  reason: MergeReason
  namespace?: string | null
}

export interface MergeBatch {
  platform: Platform
  workspaceId: number
  pairs: readonly MergePair[]
  /** Id of the user who decided it; null for a rule. */
  decidedBy: string | null
  now: Date
}

export interface MergeOutcome {
  /** Person of today by the id that was merged away in this call. */
  personOf: ReadonlyMap<number, number>
  mergeIds: number[]
  /** To be called after the commit: every question sees the merge when it returns. Never throws; a loop does the same within seconds when it could not. */
  mirror(): Promise<void>
}

/**
 * Makes people one, in the caller's transaction and under the workspace's lock: a handful of statements for any number of pairs. Pairs may
 * be chains (a into b, b into c), name former ids, or the same two people twice; one whose people are one already, or do not exist, is left out.
 *
 * The merged person's row goes to `merged_people`; identities, consents, messages and what else is registered go to the kept person with
 * a journal for `undoMerge`; of attributes what was said last holds; the merged id becomes an alias. Events are not rewritten: questions map ids.
 */
export async function mergePeople(runner: QueryRunner, batch: MergeBatch): Promise<MergeOutcome> {
  const { platform, workspaceId } = batch
  await lockResolving(runner, workspaceId)
  const planned = await planMerges(runner, batch)
  const mergeIds = await applyMerges(runner, batch, planned)
  return {
    personOf: new Map(planned.map(({ mergedId, keptId }) => [mergedId, keptId])),
    mergeIds,
    mirror: () => mirrorAfterCommit(platform, workspaceId),
  }
}

/** One merge to be done: into the person who remains in the end, in the order of the pairs. */
export interface PlannedMerge extends Omit<MergePair, 'namespace'> {
  namespace: string | null
  /** A merge that is done again after an undo of an earlier one keeps its row. */
  mergeId?: number
}

async function planMerges(runner: QueryRunner, { workspaceId, pairs }: MergeBatch): Promise<PlannedMerge[]> {
  const asked = [...new Set(pairs.flatMap(({ keptId, mergedId }) => [keptId, mergedId]))]
  const { rows } = await runner.query<{ asked: number; id: number }>({
    name: 'people-merge-known',
    text: `
      select asked, people.id from unnest($2::bigint[]) as asked
      left join person_aliases as former on former.workspace_id = $1 and former.alias_id = asked
      join people on people.workspace_id = $1 and people.id = coalesce(former.person_id, asked)`,
    values: [workspaceId, asked],
  })
  const today = new Map(rows.map((row) => [row.asked, row.id]))
  const parents = new Map<number, number>()
  const rootOf = (id: number): number => {
    let at = id
    for (let parent = parents.get(at); parent !== undefined; parent = parents.get(at)) at = parent
    return at
  }
  const joined: PlannedMerge[] = []
  for (const pair of pairs) {
    const keptId = today.get(pair.keptId)
    const mergedId = today.get(pair.mergedId)
    if (keptId === undefined || mergedId === undefined) continue
    const [kept, merged] = [rootOf(keptId), rootOf(mergedId)]
    if (kept === merged) continue
    parents.set(merged, kept)
    joined.push({ keptId: kept, mergedId: merged, reason: pair.reason, namespace: pair.namespace ?? null })
  }
  return joined.map((merge) => ({ ...merge, keptId: rootOf(merge.keptId) }))
}

/**
 * Does merges whose kept people all remain: a fixed number of statements for all. Only tables where two rows may stand in each other's way go in rounds, in
 * each of which nobody takes in more than one, and only for people who have such rows: so each merge can be undone by itself.
 */
export async function applyMerges(
  runner: QueryRunner,
  batch: Pick<MergeBatch, 'workspaceId' | 'decidedBy' | 'now'>,
  planned: readonly PlannedMerge[],
): Promise<number[]> {
  if (planned.length === 0) return []
  const { workspaceId, decidedBy, now } = batch
  const everybody = planned.flatMap(({ keptId, mergedId }) => [keptId, mergedId])
  const people = await readPersonStates(runner, workspaceId, { personIds: everybody, lock: true })
  const changes = planned.map(({ keptId, mergedId }) => mergeStates(people.get(keptId)!, people.get(mergedId)!))
  const edges = await insertMerges(runner, batch, { planned, changes })
  await setAside(runner, workspaceId, edges)
  await moveIdentities(runner, workspaceId, edges)
  for (const table of personTables()) await moveTable(runner, table, { workspaceId, edges })
  await moveAliases(runner, workspaceId, edges)
  await settleQueues(runner, { workspaceId, edges, decidedBy, now })
  const kept = new Map<number, PersonState>()
  for (const { keptId } of planned) kept.set(keptId, people.get(keptId)!)
  for (const state of kept.values()) state.version += 1
  await updatePersonStates(runner, workspaceId, { people: kept, now })
  await projectConsents(runner, workspaceId, everybody)
  await announceMoves(runner, { workspaceId, now, moves: planned.map(({ keptId, mergedId }) => ({ fromId: mergedId, toId: keptId })) })
  return edges.map(({ mergeId }) => mergeId)
}

async function moveTable(runner: QueryRunner, table: PersonTable, { workspaceId, edges }: { workspaceId: number; edges: readonly MergeEdge[] }): Promise<void> {
  await table.beforeMove?.(runner, workspaceId)
  if (table.kind === 'rows' && !table.unique) return moveRows(runner, table, { workspaceId, edges })
  const { rows } = await runner.query<{ id: number }>({
    name: `people-merge-has-${table.name}`,
    text: `select distinct person_id as id from ${table.name} where workspace_id = $1 and person_id = any($2::bigint[])`,
    values: [workspaceId, edges.map(({ mergedId }) => mergedId)],
  })
  const concerned = new Set(rows.map(({ id }) => id))
  for (const round of roundsOf(edges.filter(({ mergedId }) => concerned.has(mergedId)))) await moveRows(runner, table, { workspaceId, edges: round })
}

/** Lets the registered tables follow, see `PersonTable.afterMove`. */
export async function announceMoves(runner: QueryRunner, moved: { workspaceId: number; moves: { fromId: number; toId: number }[]; now: Date }): Promise<void> {
  for (const table of personTables()) await table.afterMove?.(runner, moved)
}

function roundsOf(edges: readonly MergeEdge[]): MergeEdge[][] {
  const taken = new Map<number, number>()
  const rounds: MergeEdge[][] = []
  for (const edge of edges) {
    const round = taken.get(edge.keptId) ?? 0
    taken.set(edge.keptId, round + 1)
    ;(rounds[round] ??= []).push(edge)
  }
  return rounds
}

interface Decided {
  planned: readonly PlannedMerge[]
  changes: readonly KeptChanges[]
}

/** Writes the merges' rows, with ids in the order of the merges; answers them as edges. */
async function insertMerges(
  runner: QueryRunner,
  batch: Pick<MergeBatch, 'workspaceId' | 'decidedBy' | 'now'>,
  { planned, changes }: Decided,
): Promise<MergeEdge[]> {
  const { rows } = await runner.query<{ id: number }>({
    name: 'people-merge-reserve',
    text: `select nextval(pg_get_serial_sequence('person_merges', 'id')) as id from generate_series(1, $1)`,
    values: [planned.length],
  })
  const ids = rows.map(({ id }) => id).toSorted((left, right) => left - right)
  const edges = planned.map(({ mergeId, keptId, mergedId }, index) => ({ mergeId: mergeId ?? ids[index]!, keptId, mergedId }))
  const given = edges.map((edge, index) => ({ ...edge, reason: planned[index]!.reason, namespace: planned[index]!.namespace, changes: changes[index] }))
  await runner.query({
    name: 'people-merge-insert',
    text: `
      insert into person_merges (id, workspace_id, kept_id, merged_id, reason, namespace, decided_by, merged_at, kept_changes)
      overriding system value
      select "mergeId", $1, "keptId", "mergedId", reason, namespace, $3::uuid, $4, changes
      from json_to_recordset($2::json) as given ("mergeId" bigint, "keptId" bigint, "mergedId" bigint, reason text, namespace text, changes jsonb)
      on conflict (id) do update set kept_id = excluded.kept_id, kept_changes = excluded.kept_changes, undone_at = null, undone_by = null`,
    values: [batch.workspaceId, JSON.stringify(given), batch.decidedBy, batch.now],
  })
  return edges
}

/** The rows of people who are no longer people of their own. */
async function setAside(runner: QueryRunner, workspaceId: number, edges: readonly MergeEdge[]): Promise<void> {
  await runner.query({
    name: 'people-merge-set-aside',
    text: `
      with gone as (
        delete from people using json_to_recordset($2::json) as edge ("mergeId" bigint, "mergedId" bigint)
        where people.workspace_id = $1 and people.id = edge."mergedId" returning people.id, edge."mergeId" as merge_id, to_jsonb(people) as row)
      insert into merged_people (id, workspace_id, merge_id, row) select id, $1, merge_id, row from gone`,
    values: [workspaceId, JSON.stringify(edges)],
  })
}

async function moveIdentities(runner: QueryRunner, workspaceId: number, edges: readonly MergeEdge[]): Promise<void> {
  await runner.query({
    name: 'people-merge-identities',
    text: `
      with moved as (
        update identities as own set person_id = edge."keptId"
        from json_to_recordset($2::json) as edge ("mergeId" bigint, "keptId" bigint, "mergedId" bigint)
        where own.workspace_id = $1 and own.person_id = edge."mergedId" returning edge."mergeId" as merge_id, own.namespace || ':' || own.key as row_key)
      insert into merge_moves (merge_id, table_name, row_key, side) select merge_id, 'identities', row_key, 'merged' from moved`,
    values: [workspaceId, JSON.stringify(edges)],
  })
}

/** Former ids of the merged people point at the kept ones at once: no chain is ever longer than one step. */
async function moveAliases(runner: QueryRunner, workspaceId: number, edges: readonly MergeEdge[]): Promise<void> {
  const values = [workspaceId, JSON.stringify(edges)]
  await runner.query({
    name: 'people-merge-move-aliases',
    text: `
      with moved as (
        update person_aliases as own set person_id = edge."keptId", version = nextval('person_alias_versions')
        from json_to_recordset($2::json) as edge ("mergeId" bigint, "keptId" bigint, "mergedId" bigint)
        where own.workspace_id = $1 and own.person_id = edge."mergedId" and own.alias_id <> own.person_id
        returning edge."mergeId" as merge_id, own.alias_id::text as row_key)
      insert into merge_moves (merge_id, table_name, row_key, side) select merge_id, 'person_aliases', row_key, 'merged' from moved`,
    values,
  })
  await runner.query({
    name: 'people-merge-new-aliases',
    text: `
      insert into person_aliases (workspace_id, alias_id, person_id)
      select $1, "mergedId", "keptId" from json_to_recordset($2::json) as edge ("keptId" bigint, "mergedId" bigint)
      on conflict (alias_id) do update set person_id = excluded.person_id, version = nextval('person_alias_versions')`,
    values,
  })
}

/** The state of consent from the ledger, for people whose ledgers changed hands: the newest holds, at the same instant a withdrawal. */
export async function projectConsents(runner: QueryRunner, workspaceId: number, personIds: readonly number[]): Promise<void> {
  const values = [workspaceId, [...new Set(personIds)]]
  await runner.query({
    name: 'people-clear-consents',
    text: 'delete from consent_states where workspace_id = $1 and person_id = any($2::bigint[])',
    values,
  })
  await runner.query({
    name: 'people-project-consents',
    text: `
      insert into consent_states (workspace_id, person_id, channel, purpose, state, at)
      select distinct on (person_id, channel, purpose) workspace_id, person_id, channel, purpose, state, at
      from consents where workspace_id = $1 and person_id = any($2::bigint[])
      order by person_id, channel, purpose, at desc, state desc`,
    values,
  })
}
