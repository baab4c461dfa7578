import { sql, type RawBuilder } from 'kysely'
import type { MergePreview } from '../../../../../contracts/merge-previews.ts'
import type { MergeSuggestion } from '../../../../../contracts/one-id.ts'
import type { Context } from '../../../access/index.ts'
import { notFound } from '../../../platform/errors.ts'
import { pageOf, wrongCursor } from '../../../platform/paging.ts'
import { maskPersonal, nameMask, personalAttributes } from '../../attributes/personal-data.ts'
import { maskAddress } from '../../masking/mask-addresses.ts'
import { previewOrNone } from '../conflicts/list-conflicts.ts'
import { nameOf } from '../list-merges.ts'
import { highFrom } from './score-pair.ts'
import { defaultSettings, readSearches } from './search-row.ts'

const countMax = 10_000

interface SuggestionRow extends Omit<MergeSuggestion, 'likelihood' | 'foundAt' | 'decidedAt'> {
  found_at: Date
  decided_at: Date | null
}

/** Suggestions, most alike first. */
export async function listSuggestions(
  ctx: Context,
  ask: { state: MergeSuggestion['state']; cursor?: string | undefined; limit: number },
): Promise<{ items: MergeSuggestion[]; nextCursor?: string; open: number }> {
  const conditions = [sql`suggestion.state = ${ask.state}`]
  const after = placeOf(ask.cursor)
  if (after) conditions.push(sql`(suggestion.score, suggestion.id) < (${after.score}::real, ${after.id}::bigint)`)
  const page = pageOf(await selectSuggestions(ctx, conditions, ask.limit + 1), ask.limit, (last) => `${last.score}_${last.suggestionId}`)
  const { rows: counted } = await sql<{ open: number }>`
    select count(*)::integer as open from (
      select from merge_suggestions where workspace_id = ${ctx.workspaceId} and state = 'open' limit ${countMax}) as counted`.execute(ctx.platform.db)
  return { items: await shown(ctx, page.rows), nextCursor: page.nextCursor, open: counted[0]!.open }
}

/** One suggestion. @throws `not-found` */
export async function findSuggestion(ctx: Context, suggestionId: number): Promise<MergeSuggestion> {
  const [found] = await shown(ctx, await selectSuggestions(ctx, [sql`suggestion.id = ${suggestionId}`], 1))
  if (!found) throw notFound({ zh: '疑似重复', en: 'suggestion' })
  return found
}

/** One suggestion with both sides beside each other, the older person kept. @throws `not-found` */
export async function readSuggestion(ctx: Context, { suggestionId }: { suggestionId: number }): Promise<MergeSuggestion & { preview: MergePreview | null }> {
  const suggestion = await findSuggestion(ctx, suggestionId)
  return { ...suggestion, preview: await previewOrNone(ctx, { keptId: suggestion.leftId, mergedId: suggestion.rightId }) }
}

async function selectSuggestions(ctx: Context, conditions: readonly RawBuilder<unknown>[], limit: number): Promise<SuggestionRow[]> {
  const { rows } = await sql<SuggestionRow>`
    with page as (
      select suggestion.*, coalesce(low.person_id, suggestion.low_id) as left_today, coalesce(high.person_id, suggestion.high_id) as right_today
      from merge_suggestions as suggestion
      left join person_aliases as low on low.alias_id = suggestion.low_id
      left join person_aliases as high on high.alias_id = suggestion.high_id
      where suggestion.workspace_id = ${ctx.workspaceId} and ${sql.join(conditions, sql` and `)}
      order by suggestion.score desc, suggestion.id desc limit ${limit})
    select page.id as "suggestionId", page.state, page.left_today as "leftId", ${nameOf(ctx, sql`page.left_today`)} as "leftName",
      page.right_today as "rightId", ${nameOf(ctx, sql`page.right_today`)} as "rightName", page.score, page.comparisons, page.found_at, users.name as "decidedBy", page.decided_at
    from page left join users on users.id = page.decided_by order by page.score desc, page.id desc`.execute(ctx.platform.db)
  return rows
}

/** Suggestions as staff see them: what was compared masked where it is an address or personal data. */
async function shown(ctx: Context, rows: readonly SuggestionRow[]): Promise<MergeSuggestion[]> {
  const [personal, shownName, [search]] = await Promise.all([personalAttributes(ctx), nameMask(ctx), readSearches(ctx.platform.db, ctx.workspaceId)])
  const { name, address, birthDate } = search?.settings ?? defaultSettings
  const attributesOf: Partial<Record<MergeSuggestion['comparisons'][number]['field'], readonly string[]>> = { name, address, birthDate }
  const shownText = (field: keyof typeof attributesOf, text: string | null) =>
    text && ((attributesOf[field] ?? []).some((key) => personal.has(key)) ? maskPersonal(text) : maskAddress(text))
  return rows.map(({ found_at, decided_at, ...row }) => ({
    ...row,
    leftName: shownName(row.leftName),
    rightName: shownName(row.rightName),
    comparisons: row.comparisons.map(({ field, ...comparison }) => ({
      ...comparison,
      field,
      left: shownText(field, comparison.left),
      right: shownText(field, comparison.right),
    })),
    likelihood: row.score >= highFrom ? 'high' : 'medium',
    foundAt: found_at.toISOString(),
    decidedAt: decided_at?.toISOString() ?? null,
  }))
}

function placeOf(cursor: string | undefined): { score: string; id: string } | null {
  if (cursor === undefined) return null
  const match = /^(-?\d{1,4}(?:\.\d{1,10})?)_(\d{1,18})$/.exec(cursor)
  if (!match) throw wrongCursor()
  return { score: match[1]!, id: match[2]! }
}
