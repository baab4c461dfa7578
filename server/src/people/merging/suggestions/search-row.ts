import { sql } from 'kysely'
import type { SuggestionSearch, SuggestionSettings } from '../../../../../contracts/one-id.ts'
import { mutate, type Context } from '../../../access/index.ts'
import { AppError } from '../../../platform/errors.ts'
import type { Database } from '../../../platform/platform.ts'

/** Name of the loop that searches, to wake it. */
export const suggestionLoop = 'people.suggestions'

/** Attributes that usually hold a name, an address and a birth date. */
export const defaultSettings: SuggestionSettings = {
  enabled: false,
  name: ['name', 'surname', 'given_name', 'last_name', 'first_name'],
  address: ['address', 'street_number', 'address_1', 'address_2', 'suburb', 'district', 'street'],
  birthDate: ['birthday', 'date_of_birth', 'birth_date'],
  scoreMin: 10,
}

export interface SearchRow {
  workspaceId: number
  settings: SuggestionSettings
  compared_until: Date | null
  started_at: Date | null
  next_person_id: number
  people_compared: number
  pairs_found: number
  finished_at: Date | null
  error: string | null
}

/** Searches: of one workspace, or of all that have one. */
export async function readSearches(db: Database, workspaceId?: number): Promise<SearchRow[]> {
  const { rows } = await sql<SearchRow>`
    select workspace_id as "workspaceId", settings, compared_until, started_at, next_person_id, people_compared, pairs_found, finished_at, error
    from merge_suggestion_searches where ${workspaceId === undefined ? sql`true` : sql`workspace_id = ${workspaceId}`} order by workspace_id`.execute(db)
  return rows.map((row) => ({ ...row, settings: { ...defaultSettings, ...row.settings } }))
}

/** How duplicates are searched for in the workspace, and how far the search is. */
export async function readSuggestionSearch(ctx: Context): Promise<SuggestionSearch> {
  const [row] = await readSearches(ctx.platform.db, ctx.workspaceId)
  return {
    ...(row?.settings ?? defaultSettings),
    running: row !== undefined && row.started_at !== null && row.error === null,
    startedAt: row?.started_at?.toISOString() ?? null,
    finishedAt: row?.finished_at?.toISOString() ?? null,
    peopleCompared: row?.people_compared ?? 0,
    pairsFound: row?.pairs_found ?? 0,
    error: row?.error ?? null,
  }
}

/** Says what is compared. What was compared before is compared anew by the next search. */
export async function updateSuggestionSearch(ctx: Context, settings: SuggestionSettings): Promise<SuggestionSearch> {
  await mutate(ctx, { action: 'suggestionSearch.update', targetKind: 'workspace', targetId: String(ctx.workspaceId), detail: settings }, async (tx) => {
    await sql`
      insert into merge_suggestion_searches (workspace_id, settings) values (${ctx.workspaceId}, ${JSON.stringify(settings)}::jsonb)
      on conflict (workspace_id) do update set settings = excluded.settings, compared_until = null`.execute(tx)
  })
  return readSuggestionSearch(ctx)
}

/** Begins a search of people who changed since the last one, or of all. @throws `conflict` when one is under way */
export async function startSuggestionSearch(ctx: Context, { scope }: { scope: 'changed' | 'all' }): Promise<SuggestionSearch> {
  const now = ctx.platform.clock.now()
  await mutate(ctx, { action: 'suggestionSearch.start', targetKind: 'workspace', targetId: String(ctx.workspaceId), detail: { scope } }, async (tx) => {
    if (!(await beginSearch(tx, ctx.workspaceId, { now, scope })))
      throw new AppError('conflict', { zh: '正在查找疑似重复，请等它完成', en: 'A search for duplicates is under way; wait for it to end' })
  })
  ctx.platform.jobs.wake(suggestionLoop)
  return readSuggestionSearch(ctx)
}

/** Marks a search as begun; false when one is under way. */
export async function beginSearch(db: Database, workspaceId: number, { now, scope }: { now: Date; scope: 'changed' | 'all' }): Promise<boolean> {
  const { rows } = await sql`
    insert into merge_suggestion_searches (workspace_id, started_at) values (${workspaceId}, ${now})
    on conflict (workspace_id) do update set started_at = excluded.started_at, next_person_id = 0, people_compared = 0, pairs_found = 0, error = null,
      compared_until = case when ${scope === 'all'} then null else merge_suggestion_searches.compared_until end
    where merge_suggestion_searches.started_at is null or merge_suggestion_searches.error is not null
    returning workspace_id`.execute(db)
  return rows.length > 0
}
