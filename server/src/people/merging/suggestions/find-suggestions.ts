import { sql } from 'kysely'
import type { MergeSuggestion } from '../../../../../contracts/one-id.ts'
import { errorMessage } from '../../../platform/errors.ts'
import type { Platform } from '../../../platform/platform.ts'
import type { PersonState } from '../../record/person-draft.ts'
import { readPersonStates } from '../../record/person-state.ts'
import { runnerOf } from '../../query-runner.ts'
import { candidatePairs } from './candidate-pairs.ts'
import { comparableOf, scorePair } from './score-pair.ts'
import { beginSearch, readSearches, type SearchRow } from './search-row.ts'

const peoplePerPage = 20_000
const pairsPerBatch = 2_000
const nightMs = 24 * 3_600_000
/** Who is written shortly before a search begins may reach the warehouse after it was read: the next one looks at them again. */
const overlapSeconds = 600

/** Works on the searches that are under way, page by page, and begins the nightly ones. A process that dies leaves a search where the next goes on. */
export async function searchForDuplicates(platform: Platform, signal: AbortSignal): Promise<void> {
  const now = platform.clock.now()
  for (const row of await readSearches(platform.db)) {
    const isDue = row.settings.enabled && row.started_at === null && (row.finished_at === null || now.getTime() - row.finished_at.getTime() >= nightMs)
    if (isDue) await beginSearch(platform.db, row.workspaceId, { now, scope: 'changed' })
  }
  for (const row of await readSearches(platform.db)) {
    if (row.started_at === null || row.error !== null) continue
    try {
      while (!signal.aborted && (await searchPage(platform, row.workspaceId)));
    } catch (error) {
      if (signal.aborted) return
      platform.log.error({ workspaceId: row.workspaceId, error: errorMessage(error) }, 'the search for duplicates was broken off')
      await sql`update merge_suggestion_searches set error = ${errorMessage(error)} where workspace_id = ${row.workspaceId}`.execute(platform.db)
    }
  }
}

/** Compares one page of people with all others; false when the search is at its end. */
async function searchPage(platform: Platform, workspaceId: number): Promise<boolean> {
  const [row] = await readSearches(platform.db, workspaceId)
  if (!row || row.started_at === null) return false
  const personIds = await changedPeople(platform, row)
  if (personIds.length === 0) {
    await sql`
      update merge_suggestion_searches
      set compared_until = started_at - make_interval(secs => ${overlapSeconds}), finished_at = ${platform.clock.now()}, started_at = null
      where workspace_id = ${workspaceId}`.execute(platform.db)
    return false
  }
  let found = 0
  for await (const pairs of batchesOfPairs(platform, row, personIds)) found += await comparePairs(platform, row, pairs)
  await sql`
    update merge_suggestion_searches
    set next_person_id = ${personIds.at(-1)! + 1}, people_compared = people_compared + ${personIds.length}, pairs_found = pairs_found + ${found}
    where workspace_id = ${workspaceId}`.execute(platform.db)
  return true
}

async function changedPeople(platform: Platform, { workspaceId, next_person_id, compared_until }: SearchRow): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select id from people where workspace_id = ${workspaceId} and id >= ${next_person_id} and (${compared_until}::timestamptz is null or updated_at >= ${compared_until})
    order by id limit ${peoplePerPage}`.execute(platform.db)
  return rows.map(({ id }) => id)
}

type Pair = readonly [low: number, high: number]

/** The pairs as they come from the warehouse, so many at a time: never all of them at once. */
async function* batchesOfPairs(platform: Platform, { workspaceId, settings }: SearchRow, personIds: readonly number[]): AsyncGenerator<Pair[]> {
  let rest = ''
  let pairs: Pair[] = []
  for await (const chunk of platform.warehouse.stream(candidatePairs(workspaceId, settings, personIds), 'TabSeparated')) {
    const lines = (rest + chunk.toString('latin1')).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const [low, high] = line.split('\t')
      pairs.push([Number(low), Number(high)])
    }
    while (pairs.length >= pairsPerBatch) {
      yield pairs.slice(0, pairsPerBatch)
      pairs = pairs.slice(pairsPerBatch)
    }
  }
  if (pairs.length > 0) yield pairs
}

async function comparePairs(platform: Platform, { workspaceId, settings }: SearchRow, pairs: readonly Pair[]): Promise<number> {
  const people = await readPersonStates(runnerOf(platform.db), workspaceId, { personIds: new Set(pairs.flat()), lock: false })
  const vault = await platform.vaults.of(workspaceId)
  const comparables = new Map(Array.from(people, ([id, state]: [number, PersonState]) => [id, comparableOf(state, settings, (sealed) => vault.open(sealed))]))
  const found: { low: number; high: number; score: number; comparisons: MergeSuggestion['comparisons'] }[] = []
  for (const [low, high] of pairs) {
    const [left, right] = [comparables.get(low), comparables.get(high)]
    if (!left || !right) continue
    const { score, comparisons } = scorePair(left, right)
    if (score >= settings.scoreMin) found.push({ low, high, score, comparisons })
  }
  return saveFound(platform, workspaceId, found)
}

/** Pairs somebody decided about are left as decided; a pair that is open gets what was found now. */
async function saveFound(platform: Platform, workspaceId: number, found: readonly object[]): Promise<number> {
  if (found.length === 0) return 0
  const { rows } = await sql<{ isNew: boolean }>`
    insert into merge_suggestions (workspace_id, low_id, high_id, score, comparisons, found_at)
    select ${workspaceId}, low, high, score, comparisons, ${platform.clock.now()}
    from json_to_recordset(${JSON.stringify(found)}::json) as given (low bigint, high bigint, score real, comparisons jsonb)
    where not exists (
      select from person_distinctions as known where known.workspace_id = ${workspaceId} and known.low_id = low and known.high_id = high)
    on conflict (workspace_id, low_id, high_id) do update set score = excluded.score, comparisons = excluded.comparisons
    where merge_suggestions.state = 'open'
    returning xmax = 0 as "isNew"`.execute(platform.db)
  return rows.filter((row) => row.isNew).length
}
