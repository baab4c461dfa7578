import { randomBytes } from 'node:crypto'
import { pipeline } from 'node:stream/promises'
import { sql } from 'kysely'
import { from as copyFrom } from 'pg-copy-streams'
import type { Rule } from '../../../contracts/rule.ts'
import type { Context } from '../access/index.ts'
import { streamPeople } from '../audience/index.ts'
import type { Database, Platform } from '../platform/platform.ts'

const prefix = 'staged_audience_'
const leftoverHours = 24

/**
 * Puts the people of a rule into an unlogged table of their own, hands its name to `use`, and drops it afterwards. The ids go from one store to the other as bytes,
 * sorted, and are never in memory at once.
 */
export async function withStagedAudience<Result>(ctx: Context, rule: Rule, use: (table: string, people: number) => Promise<Result>): Promise<Result> {
  const { db, clock } = ctx.platform
  const table = `${prefix}${Math.floor(clock.now().getTime() / 3_600_000)}_${randomBytes(6).toString('hex')}`
  await sql`create unlogged table ${sql.table(table)} (person_id bigint not null)`.execute(db)
  try {
    return await use(table, await copyPeople(ctx, rule, table))
  } finally {
    await sql`drop table if exists ${sql.table(table)}`.execute(db)
  }
}

async function copyPeople(ctx: Context, rule: Rule, table: string): Promise<number> {
  const client = await ctx.platform.pool.connect()
  try {
    const copy = client.query(copyFrom(`copy ${table} (person_id) from stdin`))
    await pipeline(streamPeople(ctx, rule), copy)
    await client.query(`analyze ${table}`)
    return copy.rowCount ?? 0
  } finally {
    client.release()
  }
}

/** Puts in the place of everybody who was merged since they were staged the person they are today, who is taken once. Answers how many were merged. */
export async function followMerges(db: Database, workspaceId: number, table: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    with merged as (
      delete from ${sql.table(table)} as staged using person_aliases as alias
      where alias.workspace_id = ${workspaceId} and alias.alias_id = staged.person_id and alias.person_id <> staged.person_id
      returning alias.person_id
    ), today as (
      insert into ${sql.table(table)} (person_id)
      select distinct person_id from merged where not exists (select from ${sql.table(table)} as staged where staged.person_id = merged.person_id)
    )
    select count(*)::integer as count from merged`.execute(db)
  return rows[0]!.count
}

/** Drops what killed processes left behind. The name holds the hour of its making. */
export async function dropLeftoverAudiences(platform: Platform): Promise<void> {
  const { rows } = await sql<{
    name: string
  }>`select tablename as name from pg_tables where schemaname = current_schema() and tablename like ${`${prefix}%`}`.execute(platform.db)
  const hour = Math.floor(platform.clock.now().getTime() / 3_600_000)
  for (const { name } of rows) {
    const made = Number(name.slice(prefix.length).split('_')[0])
    if (hour - made > leftoverHours) await sql`drop table if exists ${sql.table(name)}`.execute(platform.db)
  }
}
