import { readPersonStates, updatePersonStates } from '../record/person-state.ts'
import type { QueryRunner } from '../query-runner.ts'

export interface IdentityRef {
  namespace: string
  key: string
}

interface MoveIdentities {
  workspaceId: number
  identities: readonly IdentityRef[]
  fromId: number
  toId: number
  now: Date
}

/**
 * Gives identities to another person. The phone or e-mail they are goes along: the one who had it has none, the other gets it unless they have one.
 * Merges that brought these identities have no say in them any more. Answers how many went.
 */
export async function moveIdentities(runner: QueryRunner, { workspaceId, identities, fromId, toId, now }: MoveIdentities): Promise<number> {
  const { rows: moved } = await runner.query<IdentityRef>({
    name: 'people-move-chosen-identities',
    text: `
      with moved as (
        update identities as own set person_id = $4 from json_to_recordset($2::json) as given (namespace text, key uuid)
        where own.workspace_id = $1 and own.person_id = $3 and own.namespace = given.namespace and own.key = given.key
        returning own.namespace, own.key),
      forgotten as (
        delete from merge_moves using moved, person_merges as merge
        where merge.workspace_id = $1 and merge.id = merge_moves.merge_id and merge_moves.table_name = 'identities'
          and merge_moves.row_key = moved.namespace || ':' || moved.key)
      select namespace, key from moved`,
    values: [workspaceId, JSON.stringify(identities.map(({ namespace, key }) => ({ namespace, key }))), fromId, toId],
  })
  await moveAddresses(runner, { workspaceId, identities: moved, fromId, toId, now })
  return moved.length
}

async function moveAddresses(runner: QueryRunner, { workspaceId, identities, fromId, toId, now }: MoveIdentities): Promise<void> {
  const people = await readPersonStates(runner, workspaceId, { personIds: [fromId, toId], lock: true })
  const [from, to] = [people.get(fromId), people.get(toId)]
  if (!from || !to) return
  const has = (namespace: string, key: string | null) => identities.some((identity) => identity.namespace === namespace && identity.key === key)
  if (has('phone', from.phoneKey)) {
    if (to.phoneKey === null) Object.assign(to, { phoneKey: from.phoneKey, sealedPhone: from.sealedPhone })
    Object.assign(from, { phoneKey: null, sealedPhone: null })
    delete from.attributeTimes['phone']
  }
  if (has('email', from.emailKey)) {
    if (to.emailKey === null) Object.assign(to, { emailKey: from.emailKey, sealedEmail: from.sealedEmail })
    Object.assign(from, { emailKey: null, sealedEmail: null })
    delete from.attributeTimes['email']
  }
  for (const state of people.values()) state.version += 1
  await updatePersonStates(runner, workspaceId, { people, now })
}
