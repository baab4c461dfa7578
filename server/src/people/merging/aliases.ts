import { sql } from 'kysely'
import type { Platform } from '../../platform/platform.ts'

type Where = Pick<{ platform: Platform; workspaceId: number }, 'platform' | 'workspaceId'>

/** Workspaces known to have had a merge. Once there was one, mapping is always right, so this never has to be forgotten. */
const merged = new WeakMap<object, Set<number>>()

/**
 * Whether anybody of the workspace has a former id. Asked of PostgreSQL each time until the answer is yes (a fraction of a millisecond), so a
 * merge in another process is seen by the next question.
 */
async function hasAliases({ platform, workspaceId }: Where): Promise<boolean> {
  const known = merged.get(platform) ?? new Set<number>()
  merged.set(platform, known)
  if (known.has(workspaceId)) return true
  const { rows } = await sql`select from person_aliases where workspace_id = ${workspaceId} limit 1`.execute(platform.db)
  if (rows.length === 0) return false
  known.add(workspaceId)
  return true
}

/** How a statement of the warehouse names the person of today. */
export interface PersonColumn {
  /** The person of today behind a column of ids; the column itself in a workspace without merges. */
  of(column: string): string
  /** Whether `of` maps at all: where only a set of people is wanted, mapping it once it is gathered is cheaper than mapping every row. */
  isMapped: boolean
}

export const plainPerson: PersonColumn = { of: (column) => column, isMapped: false }

/** By the dictionary `person_alias`, an array in memory: some 8 ns a row. What it adds to an id wraps around at 2^32. */
export const mappedPerson: PersonColumn = {
  of: (column) => `toUInt32(${column} + dictGet('person_alias', 'shift', toUInt64(${column})))`,
  isMapped: true,
}

/**
 * How to read ids of people in the warehouse's tables of what happened (`events`, `campaign_contacts`, …), where a merged person's history stands
 * under the former id for ever. Every question that groups, counts or selects people by such a column uses it. The mirror `people` needs none.
 */
export async function canonicalPerson(where: Where): Promise<PersonColumn> {
  return (await hasAliases(where)) ? mappedPerson : plainPerson
}

/** The person of today behind an id that may be a former one; the id itself otherwise, whether it exists or not. */
export async function currentPersonId(where: Where, personId: number): Promise<number> {
  const { rows } = await sql<{ person_id: number }>`
    select person_id from person_aliases where workspace_id = ${where.workspaceId} and alias_id = ${personId}`.execute(where.platform.db)
  return rows[0]?.person_id ?? personId
}

/** All ids under which the warehouse knows a person: today's first, then former ones. For questions about one person, by the key. */
export async function allIdsOf(where: Where, personId: number): Promise<number[]> {
  return (await allIdsOfPeople(where, [personId])).map(([id]) => id)
}

/** A condition of `events_by_person` and its parameters. */
export interface PersonHistory {
  condition: string
  params: { personIds: number[] } | { personId: number }
}

/** The whole history of one person of today, by the key of `events_by_person`. */
export async function historyOf(where: Where, personId: number): Promise<PersonHistory> {
  const personIds = await allIdsOf(where, personId)
  // Equality lets the engine read in the order of time and stop at the end of a page.
  return personIds.length === 1
    ? { condition: 'person_id = {personId:UInt32}', params: { personId } }
    : { condition: 'person_id in {personIds:Array(UInt32)}', params: { personIds } }
}

/** Pairs of an id under which the warehouse knows people of a page, and the person of today. */
export async function allIdsOfPeople({ platform, workspaceId }: Where, personIds: readonly number[]): Promise<[id: number, personId: number][]> {
  const own = personIds.map((id): [number, number] => [id, id])
  const { rows } = await sql<{ alias_id: number; person_id: number }>`
    select alias_id, person_id from person_aliases
    where workspace_id = ${workspaceId} and person_id = any(${[...personIds]}::bigint[]) and alias_id <> person_id order by alias_id`.execute(platform.db)
  return [...own, ...rows.map((row): [number, number] => [row.alias_id, row.person_id])]
}
