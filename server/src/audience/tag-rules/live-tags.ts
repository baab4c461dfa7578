import { sql } from 'kysely'
import { systemContext, type Context } from '../../access/index.ts'
import { AppError, errorMessage } from '../../platform/errors.ts'
import type { Platform } from '../../platform/platform.ts'
import { inTransaction } from '../../platform/postgres/in-transaction.ts'
import { applyTags, lockTags, type TagEntry } from '../../tags/index.ts'
import { ruleMoment } from '../audience-statement.ts'
import { compileRule } from '../rule/compile-rule.ts'
import { resolveRule } from '../rule/resolve-rule.ts'
import type { ResolvedRule } from '../rule/resolved-rule.ts'
import { eventsNamedBy, meansAny } from './named-things.ts'
import { liveTagRules, storedColumns, type StoredTagRule } from './tag-rule-row.ts'

/** What came in for a workspace since live tags last looked. */
interface News {
  personIds: Set<number>
  events: Set<string>
}

/** Past so many people a rule is asked for everyone: that is quicker, and what waits stays small. */
const peopleMax = 100_000
const peoplePerStep = 5_000
const limits = { secondsMax: 60, memoryBytesMax: 2 * 1024 ** 3 }

/** Rules that name what was just consumed, looked at for the people it was about. What a process that dies forgets is found by the rule's own runs. */
export class LiveTags {
  readonly #news = new Map<number, News>()

  /** Called with every chunk whose effects are in both stores. */
  note({ workspaceId, personIds, events }: { workspaceId: number; personIds: Iterable<number>; events: Iterable<string> }): void {
    const news = this.#news.get(workspaceId) ?? { personIds: new Set(), events: new Set() }
    this.#news.set(workspaceId, news)
    for (const event of events) news.events.add(event)
    for (const personId of personIds) news.personIds.add(personId)
  }

  /** Looks at what came in for one workspace; false when nothing did. */
  async step(platform: Platform): Promise<boolean> {
    const [first] = this.#news
    if (!first) return false
    const [workspaceId, news] = first
    this.#news.delete(workspaceId)
    try {
      await applyNews(systemContext(platform, workspaceId, 'live tags'), news)
    } catch (error) {
      this.note({ workspaceId, ...news })
      throw error
    }
    return true
  }
}

async function applyNews(ctx: Context, { personIds, events }: News): Promise<void> {
  const { rows: rules } = await sql<StoredTagRule>`
    select ${storedColumns} from ${liveTagRules}
    where tag_rules.workspace_id = ${ctx.workspaceId} and tag_rules.is_live and tag_rules.paused_at is null`.execute(ctx.platform.db)
  for (const rule of rules) {
    try {
      const cases = await Promise.all(rule.cases.map(async (each) => ({ value: each.value, rule: await resolveRule(ctx, each.rule) })))
      if (!cases.some((each) => meansAny(eventsNamedBy(each.rule), events))) continue
      if (personIds.size > peopleMax) await makeDue(ctx, rule)
      else await applyToPeople(ctx, { rule, cases, personIds: [...personIds] })
    } catch (error) {
      // One that is wrong or too costly does not hold up the others; its own run says why.
      if (!(error instanceof AppError) || error.errorName === 'unavailable') throw error
      ctx.platform.log.warn({ tagId: rule.tagId, error: errorMessage(error) }, 'a live tag could not be looked at')
    }
  }
}

interface ResolvedCase {
  value: string
  rule: ResolvedRule
}

async function makeDue(ctx: Context, { id }: StoredTagRule): Promise<void> {
  await sql`
    update tag_rules set next_run_at = ${ctx.platform.clock.now()} where workspace_id = ${ctx.workspaceId} and id = ${id}::uuid and paused_at is null`.execute(
    ctx.platform.db,
  )
}

interface Applying {
  rule: StoredTagRule
  cases: ResolvedCase[]
  personIds: number[]
}

async function applyToPeople(ctx: Context, { rule, cases, personIds }: Applying): Promise<void> {
  for (let start = 0; start < personIds.length; start += peoplePerStep) {
    const among = personIds.slice(start, start + peoplePerStep)
    await applyWanted(ctx, { rule, among, wanted: await wantedAmong(ctx, cases, among) })
  }
}

/** The value each of some people should have; those whom no case holds are left out. */
async function wantedAmong(ctx: Context, cases: readonly ResolvedCase[], among: readonly number[]): Promise<Map<number, string>> {
  const moment = await ruleMoment(ctx)
  const wanted = new Map<number, string>()
  for (const { value, rule } of cases.toReversed()) {
    const { sql: text, params } = compileRule(rule, { workspaceId: ctx.workspaceId, ...moment, among })
    const { ids } = await ctx.platform.warehouse.row<{ ids: number[] }>({ sql: `select bitmapToArray(people) as ids from (${text})`, params, limits })
    for (const id of ids) wanted.set(id, value)
  }
  return wanted
}

/** Gives and takes what differs, in one transaction. Doing it again changes nothing. */
async function applyWanted(ctx: Context, { rule, among, wanted }: { rule: StoredTagRule; among: number[]; wanted: Map<number, string> }): Promise<void> {
  await inTransaction(ctx.platform.pool, async (client) => {
    await lockTags(client, ctx.workspaceId)
    const { rows: current } = await client.query('select from tag_rules where id = $1 and revision = $2 and paused_at is null for share', [
      rule.id,
      rule.revision,
    ])
    const entries = current.length === 0 ? [] : await differing(ctx, client, { rule, among, wanted })
    const now = ctx.platform.clock.now()
    await applyTags(client, { workspaceId: ctx.workspaceId, entries, source: 'rule', originId: rule.id, now })
    const taken = entries.filter((entry) => entry.remove).length
    if (entries.length > 0)
      await client.query('update tag_rules set live_at = $2, live_given = live_given + $3, live_taken = live_taken + $4 where id = $1', [
        rule.id,
        now,
        entries.length - taken,
        taken,
      ])
  })
}

interface Querying {
  query<Row>(query: { text: string; values: unknown[] }): Promise<{ rows: Row[] }>
}

async function differing(
  ctx: Context,
  client: Querying,
  { rule, among, wanted }: { rule: StoredTagRule; among: number[]; wanted: Map<number, string> },
): Promise<TagEntry[]> {
  const { rows: held } = await client.query<{ person_id: number; value: string; by_rule: boolean }>({
    text: `select person_id, value, source = 'rule' as by_rule from person_tags where workspace_id = $1 and tag_id = $2::uuid and person_id = any($3::bigint[])`,
    values: [ctx.workspaceId, rule.tagId, among],
  })
  const { rows: there } = await client.query<{ id: number }>({
    text: 'select id from people where workspace_id = $1 and id = any($2::bigint[])',
    values: [ctx.workspaceId, [...wanted.keys()]],
  })
  const { tagId, many, leaving } = rule
  const kept = new Set(held.filter((row) => row.value === wanted.get(row.person_id) || (!many && !row.by_rule)).map((row) => row.person_id))
  const gives = there
    .filter(({ id }) => !kept.has(id))
    .map(({ id: personId }): TagEntry => ({ personId, tagId, value: wanted.get(personId)!, expiresAt: leaving === 'take' ? null : undefined }))
  if (leaving === 'stay') return gives
  const takes = held.filter((row) => row.by_rule && (many ? wanted.get(row.person_id) !== row.value : !wanted.has(row.person_id)))
  return [...takes.map((row): TagEntry => ({ personId: row.person_id, tagId, value: row.value, remove: true })), ...gives]
}
