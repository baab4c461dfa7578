import { sql } from 'kysely'
import type { AttributeType } from '../../../../contracts/people.ts'
import type { Database, Platform } from '../../platform/platform.ts'
import { coerceAttribute, isRejection } from '../record/coerce-attribute.ts'
import { mirrorPeopleLater } from '../mirror/mirror-people.ts'
import { readPersonStates, updatePersonStates } from '../record/person-state.ts'
import { runnerOf } from '../query-runner.ts'

const peoplePerPage = 2_000

/** So long after a change of type whoever brings values in may still hold the old one. */
const settledMs = 60_000

interface Conversion {
  id: string
  workspaceId: number
  key: string
  type: AttributeType
  after: number
  passes: number
  createdAt: Date
}

/** One page of people of one conversion; false when there is none to do. Each page is one transaction, so a process may die between any two. */
export async function stepConversions(platform: Platform): Promise<boolean> {
  const settled = new Date(platform.clock.now().getTime() - settledMs)
  return platform.db.transaction().execute(async (tx) => {
    const { rows } = await sql<Conversion>`
      select id, workspace_id as "workspaceId", key, to_type as type, after_person_id as after, passes, created_at as "createdAt" from attribute_conversions
      where state = 'running' and (passes = 0 or created_at <= ${settled}) order by id limit 1 for update skip locked`.execute(tx)
    if (!rows[0]) return false
    await convertPage(tx, platform, rows[0])
    return true
  })
}

async function convertPage(tx: Database, platform: Platform, conversion: Conversion): Promise<void> {
  const { id, workspaceId, key, type, after } = conversion
  const now = platform.clock.now()
  const runner = runnerOf(tx)
  const found = await sql<{ id: number }>`
    select id from people where workspace_id = ${workspaceId} and id > ${after} and attributes ? ${key} order by id limit ${peoplePerPage}`.execute(tx)
  const personIds = found.rows.map((row) => row.id)
  const last = personIds.at(-1)
  if (last === undefined) return endPass(tx, conversion, now)
  const people = await readPersonStates(runner, workspaceId, { personIds, lock: true })
  let misfits = 0
  for (const [personId, state] of people) {
    const value = state.attributes[key]
    const coerced = value === undefined ? value : coerceAttribute(type, value)
    if (isRejection(coerced)) misfits++
    if (coerced === undefined || isRejection(coerced) || JSON.stringify(coerced) === JSON.stringify(value)) people.delete(personId)
    else {
      state.attributes[key] = coerced
      state.version += 1
    }
  }
  await updatePersonStates(runner, workspaceId, { people, now })
  if (people.size > 0) await mirrorPeopleLater(tx, platform, { workspaceId, personIds: [...people.keys()] })
  await sql`
    update attribute_conversions set after_person_id = ${last}, people_done = case when passes = 0 then people_done + ${personIds.length} else people_done end,
      converted = converted + ${people.size}, misfits = case when passes = 0 then misfits + ${misfits} else misfits end where id = ${id}::uuid`.execute(tx)
}

/** The first pass may have met values that came in as the old type behind its back; the last one cannot. */
async function endPass(tx: Database, { id, passes, createdAt }: Conversion, now: Date): Promise<void> {
  if (passes > 0 || now.getTime() - createdAt.getTime() > settledMs)
    await sql`update attribute_conversions set state = 'finished', finished_at = ${now} where id = ${id}::uuid`.execute(tx)
  else await sql`update attribute_conversions set passes = 1, after_person_id = 0 where id = ${id}::uuid`.execute(tx)
}
