import { sql } from 'kysely'
import type { Context } from '../../access/index.ts'
import { momentOf } from '../record/attribute-times.ts'
import { readPersonStates } from '../record/person-state.ts'
import { runnerOf } from '../query-runner.ts'

const peopleMax = 50_000
const peoplePerPage = 5_000
const dayMs = 86_400_000

/** When the values of an attribute were said, of the people looked at. */
export interface Freshness {
  values: number
  in30Days: number
  in90Days: number
  lastMs: number
}

/** How fresh the values of every attribute are, by everyone or by some ten thousand people at random. */
export async function readFreshness(ctx: Context, { people, signal }: { people: number; signal?: AbortSignal }): Promise<Map<string, Freshness>> {
  const personIds = await samplePeople(ctx, people)
  const nowMs = ctx.platform.clock.now().getTime()
  const found = new Map<string, Freshness>()
  for (let start = 0; start < personIds.length; start += peoplePerPage) {
    signal?.throwIfAborted()
    const page = personIds.slice(start, start + peoplePerPage)
    const states = await readPersonStates(runnerOf(ctx.platform.db), ctx.workspaceId, { personIds: page, lock: false })
    for (const { attributes, attributeTimes } of states.values()) {
      for (const key in attributes) count(found, key, attributeTimes[key], nowMs)
    }
  }
  return found
}

function count(found: Map<string, Freshness>, key: string, said: number | undefined, nowMs: number): void {
  let freshness = found.get(key)
  if (!freshness) found.set(key, (freshness = { values: 0, in30Days: 0, in90Days: 0, lastMs: 0 }))
  freshness.values++
  if (said === undefined) return
  const timeMs = momentOf(said)
  if (timeMs > nowMs - 30 * dayMs) freshness.in30Days++
  if (timeMs > nowMs - 90 * dayMs) freshness.in90Days++
  if (timeMs > freshness.lastMs) freshness.lastMs = timeMs
}

/** Everyone of a small workspace; of a large one some pages of the table at random. */
async function samplePeople({ platform, workspaceId }: Context, people: number): Promise<number[]> {
  const sampling =
    people <= peopleMax
      ? sql``
      : sql`tablesample system (${sql.lit(Math.min(100, Number(((peopleMax * 130) / Math.max(people, await rowsOfTable(platform.db))).toFixed(4))))})`
  const { rows } = await sql<{ id: number }>`select id from people ${sampling} where workspace_id = ${workspaceId} limit ${peopleMax}`.execute(platform.db)
  return rows.map((row) => row.id)
}

async function rowsOfTable(db: Context['platform']['db']): Promise<number> {
  const { rows } = await sql<{ rows: number }>`select greatest(reltuples, 0)::float8 as rows from pg_class where oid = 'people'::regclass`.execute(db)
  return rows[0]?.rows ?? 0
}
