import type { QueryRunner } from '../query-runner.ts'
import type { MergeEdge } from './move-rows.ts'

interface Settle {
  workspaceId: number
  edges: readonly MergeEdge[]
  decidedBy: string | null
  now: Date
}

const edges = `json_to_recordset($2::json) as edge ("mergeId" bigint, "keptId" bigint, "mergedId" bigint)`
/** Every id that is one of the kept people now. */
const members = `
  members as (
    select edge."mergeId" as merge_id, edge."keptId" as kept_id, edge."keptId" as id from ${edges}
    union all
    select edge."mergeId", edge."keptId", former.alias_id from ${edges}
    join person_aliases as former on former.workspace_id = $1 and former.person_id = edge."keptId" and former.alias_id <> former.person_id)`

/**
 * What merges mean for the decisions about their people: who was kept apart from one of them is kept apart from both, and what asked whether
 * they are the same is answered.
 */
export async function settleQueues(runner: QueryRunner, { workspaceId, edges: given, decidedBy, now }: Settle): Promise<void> {
  const values = [workspaceId, JSON.stringify(given)]
  await runner.query({
    name: 'people-merge-distinctions',
    text: `
      insert into person_distinctions (workspace_id, low_id, high_id, decided_by, decided_at, merge_id)
      select distinct on (low_id, high_id) $1, low_id, high_id, decided_by, decided_at, merge_id from (
        select least(edge."keptId", other) as low_id, greatest(edge."keptId", other) as high_id, known.decided_by, known.decided_at, edge."mergeId" as merge_id
        from ${edges}
        join person_distinctions as known on known.workspace_id = $1 and edge."mergedId" in (known.low_id, known.high_id)
        cross join lateral (select case when known.low_id = edge."mergedId" then known.high_id else known.low_id end as other) as side
        where other <> edge."keptId") as carried
      on conflict do nothing`,
    values,
  })
  const decision = [...values, now, decidedBy]
  await runner.query({
    name: 'people-merge-conflicts',
    text: `
      with ${members}
      update identity_conflicts as conflict set state = 'decided', decision = 'same', decided_at = $3, decided_by = $4::uuid, merge_id = one.merge_id
      from members as one join members as two on two.kept_id = one.kept_id
      where conflict.workspace_id = $1 and conflict.state = 'open' and conflict.kept_person_id = one.id and conflict.other_person_id = two.id`,
    values: decision,
  })
  await runner.query({
    name: 'people-merge-suggestions',
    text: `
      with ${members}
      update merge_suggestions as suggestion set state = 'merged', decided_at = $3, decided_by = $4::uuid, merge_id = one.merge_id
      from members as one join members as two on two.kept_id = one.kept_id
      where suggestion.workspace_id = $1 and suggestion.state = 'open' and suggestion.low_id = one.id and suggestion.high_id = two.id`,
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
