import type { QueryRunner } from '../query-runner.ts'
import type { MergeEdge } from './move-rows.ts'

interface Settle {
  workspaceId: number
  edges: readonly MergeEdge[]
  decidedBy: string | null
  now: Date
}

const edges = `json_to_recordset($2::json) as edge ("mergeId" bigint, "keptId" bigint, "mergedId" bigint)`
/** Every id that is one of the kept people now, and the merge of these that brought it; 0 for the kept person's own. */
const members = `
  brought as (
    select edge."mergeId" as merge_id, edge."keptId" as kept_id, edge."mergedId" as id from ${edges}
    union all
    select edge."mergeId", edge."keptId", move.row_key::bigint from ${edges}
    join merge_moves as move on move.merge_id = edge."mergeId" and move.table_name = 'person_aliases'),
  members as (
    select merge_id, kept_id, id from brought
    union all
    select distinct 0, edge."keptId", edge."keptId" from ${edges}
    union all
    select 0, former.person_id, former.alias_id from person_aliases as former
    where former.workspace_id = $1 and former.person_id in (select kept_id from brought) and former.alias_id <> former.person_id
      and former.alias_id not in (select id from brought))`

/**
 * What merges mean for the decisions about their people: who was kept apart from one of them is kept apart from both, and what asked whether
 * they are the same is answered.
 */
export async function settleQueues(runner: QueryRunner, { workspaceId, edges: given, decidedBy, now }: Settle): Promise<void> {
  const values = [workspaceId, JSON.stringify(given)]
  // Twice: both of those kept apart may be part of somebody else now.
  for (let pass = 0; pass < 2; pass++) {
    await runner.query({
      name: 'people-merge-distinctions',
      text: `
        insert into person_distinctions (workspace_id, low_id, high_id, decided_by, decided_at, merge_id)
        select distinct on (low_id, high_id) $1::integer, low_id, high_id, decided_by, decided_at, merge_id from (
          select least(edge."keptId", other) as low_id, greatest(edge."keptId", other) as high_id, known.decided_by, known.decided_at,
            greatest(edge."mergeId", known.merge_id) as merge_id
          from ${edges}
          cross join lateral (
            select high_id as other, decided_by, decided_at, merge_id from person_distinctions where workspace_id = $1 and low_id = edge."mergedId"
            union all
            select low_id, decided_by, decided_at, merge_id from person_distinctions where workspace_id = $1 and high_id = edge."mergedId") as known
          where other <> edge."keptId") as carried
        on conflict do nothing`,
      values,
    })
  }
  const decision = [...values, now, decidedBy]
  await runner.query({
    name: 'people-merge-conflicts',
    text: `
      with ${members}
      update identity_conflicts as conflict set state = 'decided', decision = 'same', decided_at = $3, decided_by = $4::uuid, merge_id = greatest(one.merge_id, two.merge_id)
      from members as one join members as two on two.kept_id = one.kept_id
      where conflict.workspace_id = $1 and conflict.state = 'open' and conflict.kept_person_id = one.id and conflict.other_person_id = two.id
        and greatest(one.merge_id, two.merge_id) > 0`,
    values: decision,
  })
  await runner.query({
    name: 'people-merge-suggestions',
    text: `
      with ${members}
      update merge_suggestions as suggestion set state = 'merged', decided_at = $3, decided_by = $4::uuid, merge_id = greatest(one.merge_id, two.merge_id)
      from members as one join members as two on two.kept_id = one.kept_id
      where suggestion.workspace_id = $1 and suggestion.state = 'open' and suggestion.low_id = one.id and suggestion.high_id = two.id
        and greatest(one.merge_id, two.merge_id) > 0`,
    values: decision,
  })
}

/** Takes back what `settleQueues` did for one merge. */
export async function reopenQueues(runner: QueryRunner, { workspaceId, mergeId }: { workspaceId: number; mergeId: number }): Promise<void> {
  const values = [workspaceId, mergeId]
  await runner.query({ name: 'people-undo-distinctions', text: 'delete from person_distinctions where workspace_id = $1 and merge_id = $2', values })
  await runner.query({
    name: 'people-undo-conflicts',
    text: `update identity_conflicts set state = 'open', decision = null, decided_by = null, decided_at = null, merge_id = null where workspace_id = $1 and merge_id = $2`,
    values,
  })
  await runner.query({
    name: 'people-undo-suggestions',
    text: `update merge_suggestions set state = 'open', decided_by = null, decided_at = null, merge_id = null where workspace_id = $1 and merge_id = $2`,
    values,
  })
}
