import { sql } from 'kysely'
import type { Context } from '../src/access/index.ts'
import { mergePeople, runnerOf } from '../src/people/index.ts'

/** What merging has ids for, and a second person. */
export interface OneIdBelongings {
  otherPersonId: number
  mergeId: number
  conflictId: number
  suggestionId: number
  /** One of the person's two identities. */
  identity: { namespace: string; key: string }
}

/** A person with two identities, another one they are confused with, and a merge of two more. */
export async function fillOneId(ctx: Context, personId: number): Promise<OneIdBelongings> {
  const { platform, workspaceId } = ctx
  const { db } = platform
  const vault = await platform.vaults.of(workspaceId)
  const first = async (statement: ReturnType<typeof sql<{ id: number }>>): Promise<number> => (await statement.execute(db)).rows[0]!.id
  const person = (name: string) =>
    first(sql`insert into people (workspace_id, attributes) values (${workspaceId}, ${JSON.stringify({ name })}::jsonb) returning id`)
  const [otherPersonId, keptId, mergedId] = [await person('王小名'), await person('李雷'), await person('李蕾')]
  const key = vault.blindIndex('user_id', `walk ${personId}`)
  await sql`insert into identities (workspace_id, namespace, key, person_id, value) values
    (${workspaceId}, 'user_id', ${key}, ${personId}, 'walk'), (${workspaceId}, 'device_id', ${vault.blindIndex('device_id', `walk ${personId}`)}, ${personId}, 'walk')`.execute(
    db,
  )
  const pairs = [{ keptId, mergedId, reason: 'manual' as const }]
  const merge = await db.transaction().execute((tx) => mergePeople(runnerOf(tx), { platform, workspaceId, pairs, decidedBy: null, now: platform.clock.now() }))
  return {
    otherPersonId,
    mergeId: merge.mergeIds[0]!,
    conflictId: await first(sql`insert into identity_conflicts (workspace_id, namespace, key, kept_person_id, other_person_id)
      values (${workspaceId}, 'user_id', ${key}, ${otherPersonId}, ${personId}) returning id`),
    suggestionId: await first(sql`insert into merge_suggestions (workspace_id, low_id, high_id, score, comparisons, found_at)
      values (${workspaceId}, ${Math.min(personId, otherPersonId)}, ${Math.max(personId, otherPersonId)}, 12, '[]', now()) returning id`),
    identity: { namespace: 'user_id', key },
  }
}
