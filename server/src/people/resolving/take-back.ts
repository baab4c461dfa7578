import type { Platform } from '../../platform/platform.ts'
import type { Database } from '../../platform/platform.ts'
import type { Before } from './change-journal.ts'
import { lockResolving } from '../merging/resolve-lock.ts'
import { personTables } from '../merging/person-tables.ts'
import { mirrorPeopleLater } from '../mirror/mirror-people.ts'
import type { PersonState } from '../record/person-draft.ts'
import { readPersonStates, updatePersonStates } from '../record/person-state.ts'
import { runnerOf, type QueryRunner } from '../query-runner.ts'

/** What one origin did to one person. */
export interface PersonSayings {
  personId: number
  /** The origin made the person. */
  isCreated: boolean
  /** What was there before, of somebody who was there before: see `ChangeJournal`. */
  before: Readonly<Record<string, Before>> | null
  /** Identities the origin gave to somebody who was there before. */
  identities: readonly { namespace: string; key: string }[]
}

export interface TakeBack {
  platform: Platform
  workspaceId: number
  /** Number of the `AttributeOrigin`. */
  origin: number
  people: readonly PersonSayings[]
  /** Created people who are not to be removed, for reasons the caller knows. */
  keep: ReadonlySet<number>
  /** Tables of people whose rows are no reason to keep somebody. */
  except: readonly string[]
  /** Identities that came after this instant are a reason to keep somebody. */
  endedAt: Date
}

export interface TakenBack {
  removedIds: number[]
  /** Created by the origin, and still there. */
  keptIds: number[]
  /** Were there before, and changed back. */
  restoredIds: number[]
  identitiesRemoved: number
}

/** Keys of a person's state that are no attributes. */
const addressKeys = new Set(['phone', 'email', 'created_at'])

/**
 * Takes back what one origin (an import) said about a page of people, in the caller's transaction: people it made and nobody else has touched
 * are removed; attributes go back to what was there before, unless somebody said them again; identities it gave to others go. The warehouse's
 * mirror follows after the commit. Done again, it changes nothing. Holds the lock under which people are resolved.
 */
export async function takeBack(tx: Database, given: TakeBack): Promise<TakenBack> {
  const { platform, workspaceId, people } = given
  const runner = runnerOf(tx)
  await lockResolving(runner, workspaceId)
  const states = await readPersonStates(runner, workspaceId, { personIds: people.map(({ personId }) => personId), lock: true })
  const createdIds = people.filter(({ isCreated, personId }) => isCreated && states.has(personId)).map(({ personId }) => personId)
  const merged = await findMerged(runner, workspaceId, [...states.keys()])
  const used = new Set([...given.keep, ...merged, ...(await findUsed(runner, given, createdIds))])
  const taken: TakenBack = { removedIds: [], keptIds: [], restoredIds: [], identitiesRemoved: 0 }
  const changed = new Map<number, PersonState>()
  for (const sayings of people) {
    const state = states.get(sayings.personId)
    if (!state) continue
    if (sayings.isCreated && !used.has(sayings.personId) && isOnlySaidBy(state, given.origin)) {
      taken.removedIds.push(sayings.personId)
      continue
    }
    if (sayings.isCreated) taken.keptIds.push(sayings.personId)
    const isChanged = restore(state, { ...sayings, origin: given.origin, forgets: sayings.isCreated && !merged.has(sayings.personId) })
    if (!isChanged) continue
    changed.set(sayings.personId, state)
    if (!sayings.isCreated) taken.restoredIds.push(sayings.personId)
  }
  const now = platform.clock.now()
  await updatePersonStates(runner, workspaceId, { people: changed, now })
  taken.identitiesRemoved = await removeIdentities(runner, workspaceId, { people, states })
  const gone = taken.removedIds.map((id) => ({ id, version: states.get(id)!.version }))
  await removePeople(runner, workspaceId, taken.removedIds)
  if (changed.size + gone.length > 0) await mirrorPeopleLater(tx, platform, { workspaceId, personIds: [...changed.keys()], gone })
  return taken
}

function isOnlySaidBy({ attributeTimes, attributeSources }: PersonState, origin: number): boolean {
  return Object.keys(attributeTimes).every((key) => attributeSources[key] === origin)
}

interface Restoring extends Pick<PersonSayings, 'before'> {
  origin: number
  /** What the origin said of somebody it made is forgotten. */
  forgets: boolean
}

/** Changes a state back where the origin was the last to speak; answers whether anything changed. */
function restore(state: PersonState, { before, origin, forgets }: Restoring): boolean {
  let isChanged = false
  for (const key of Object.keys(state.attributeSources)) {
    if (state.attributeSources[key] !== origin) continue
    const earlier = before?.[key] ?? (forgets && !addressKeys.has(key) ? ([null, null, 0] as const) : null)
    if (!earlier) continue
    const [value, timeMs, source] = earlier
    setBack(state, key, value)
    if (timeMs === null) delete state.attributeTimes[key]
    else state.attributeTimes[key] = timeMs
    if (source === 0) delete state.attributeSources[key]
    else state.attributeSources[key] = source
    isChanged = true
  }
  if (isChanged) state.version += 1
  return isChanged
}

function setBack(state: PersonState, key: string, value: Before[0]): void {
  const [addressKey, sealed] = Array.isArray(value) ? value : [null, null]
  const bytes = sealed ? Buffer.from(sealed, 'base64') : null
  if (key === 'phone') Object.assign(state, { phoneKey: addressKey ?? null, sealedPhone: bytes })
  else if (key === 'email') Object.assign(state, { emailKey: addressKey ?? null, sealedEmail: bytes })
  else if (key === 'created_at') state.createdAtMs = Number(value)
  else if (value === null) delete state.attributes[key]
  else state.attributes[key] = value
}

/** People who are one with somebody else by now: what was whose cannot be told apart any more. */
async function findMerged(runner: QueryRunner, workspaceId: number, personIds: readonly number[]): Promise<Set<number>> {
  const { rows } = await runner.query<{ id: number }>({
    name: 'people-take-back-merged',
    text: 'select distinct kept_id as id from person_merges where workspace_id = $1 and kept_id = any($2::bigint[]) and undone_at is null',
    values: [workspaceId, `{${personIds.join(',')}}`],
  })
  return new Set(rows.map(({ id }) => id))
}

/** People whom messages, tags and other things name, or who got an identity later. */
async function findUsed(runner: QueryRunner, { workspaceId, except, endedAt }: TakeBack, personIds: readonly number[]): Promise<number[]> {
  const tables = personTables().filter(({ name }) => !except.includes(name))
  const named = tables.map(({ name }) => `select person_id from ${name} where workspace_id = $1 and person_id = any($2::bigint[])`)
  const { rows } = await runner.query<{ person_id: number }>({
    name: 'people-take-back-used',
    text: [...named, 'select person_id from identities where workspace_id = $1 and person_id = any($2::bigint[]) and created_at > $3'].join(' union '),
    values: [workspaceId, `{${personIds.join(',')}}`, endedAt],
  })
  return rows.map((row) => row.person_id)
}

/** An address that the person still has stays theirs. */
async function removeIdentities(
  runner: QueryRunner,
  workspaceId: number,
  { people, states }: { people: readonly PersonSayings[]; states: ReadonlyMap<number, PersonState> },
): Promise<number> {
  const given = people.flatMap(({ personId, identities }) => {
    const state = states.get(personId)
    return identities.filter(({ key }) => key !== state?.phoneKey && key !== state?.emailKey).map((identity) => ({ ...identity, person_id: personId }))
  })
  if (given.length === 0) return 0
  const { rows } = await runner.query<{ count: number }>({
    name: 'people-take-back-identities',
    text: `
      with gone as (
        delete from identities using json_to_recordset($2::json) as given (person_id bigint, namespace text, key uuid)
        where identities.workspace_id = $1 and identities.namespace = given.namespace and identities.key = given.key and identities.person_id = given.person_id
        returning 1)
      select count(*)::int as count from gone`,
    values: [workspaceId, JSON.stringify(given)],
  })
  return rows[0]!.count
}

const ofPeople = ['identities', 'identity_meetings', 'consents', 'consent_states'] as const
const pairsOfPeople = [
  ['identity_conflicts', 'kept_person_id', 'other_person_id'],
  ['merge_suggestions', 'low_id', 'high_id'],
  ['person_distinctions', 'low_id', 'high_id'],
] as const

async function removePeople(runner: QueryRunner, workspaceId: number, personIds: readonly number[]): Promise<void> {
  if (personIds.length === 0) return
  const values = [workspaceId, `{${personIds.join(',')}}`]
  for (const table of ofPeople)
    await runner.query({ name: `people-remove-${table}`, text: `delete from ${table} where workspace_id = $1 and person_id = any($2::bigint[])`, values })
  for (const [table, left, right] of pairsOfPeople) {
    const text = `delete from ${table} where workspace_id = $1 and (${left} = any($2::bigint[]) or ${right} = any($2::bigint[]))`
    await runner.query({ name: `people-remove-${table}`, text, values })
  }
  await runner.query({ name: 'people-remove', text: 'delete from people where workspace_id = $1 and id = any($2::bigint[])', values })
}
