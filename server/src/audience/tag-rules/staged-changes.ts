import { pipeline } from 'node:stream/promises'
import type pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import type { Context } from '../../access/index.ts'
import type { Statement } from '../../platform/warehouse/warehouse.ts'
import { backgroundLimits } from '../audience-statement.ts'
import type { StoredTagRule } from './tag-rule-row.ts'

/** What a tag's rule wants: selects of `person_id` and `value`, of which the first that names a person says that person's value. */
export type WantedStatement = Pick<Statement, 'sql' | 'params'>

type Wishes = Pick<StoredTagRule, 'tagId' | 'many' | 'leaving'>

/** What a person's tag of a rule looks like: `change` is the row asked about. Used when changes are found and again, under the lock, when they are done. */
const isToGive = `
  exists (select from people where people.workspace_id = $1 and people.id = change.person_id)
  and not exists (
    select from person_tags as held where held.workspace_id = $1 and held.tag_id = $2::uuid and held.person_id = change.person_id
      and (held.value = change.value or (not $3::boolean and held.source <> 'rule')))`
const isToTake = `
  exists (
    select from person_tags as held where held.workspace_id = $1 and held.tag_id = $2::uuid and held.person_id = change.person_id
      and held.value = change.value and held.source = 'rule')`

/**
 * Puts whom a rule wants, and what that changes, into temporary tables of the session: `wanted_tags` and `tag_changes`. Ids and values go from one store to
 * the other as bytes. Whoever has the tag by other ways than the rule keeps it as it is.
 */
export async function stageChanges(
  ctx: Context,
  client: pg.PoolClient,
  { rule, statements, signal }: { rule: Wishes; statements: readonly WantedStatement[]; signal?: AbortSignal | undefined },
): Promise<void> {
  await dropStaged(client)
  await client.query('create temp table wanted_said (rank smallint not null, person_id bigint not null, value text not null)')
  for (const [rank, { sql, params }] of statements.entries()) {
    const ranked = { sql: `select toUInt16(${rank}) as rank, person_id, value from (${sql})`, params: params ?? {}, limits: backgroundLimits, signal }
    await pipeline(ctx.platform.warehouse.stream(ranked, 'TabSeparated'), client.query(copyFrom('copy wanted_said (rank, person_id, value) from stdin')))
  }
  await client.query(`create temp table wanted_tags as select distinct on (person_id) person_id, value from wanted_said order by person_id, rank`)
  await client.query('analyze wanted_tags')
  await findChanges(ctx, client, rule)
}

async function findChanges(ctx: Context, client: pg.PoolClient, { tagId, many, leaving }: Wishes): Promise<void> {
  await client.query({
    text: `
      create temp table tag_changes (n bigint generated always as identity primary key, person_id bigint not null, value text not null, takes boolean not null)`,
  })
  await client.query({
    text: `
      insert into tag_changes (person_id, value, takes)
      select person_id, value, false from wanted_tags as change where ${isToGive} order by person_id`,
    values: [ctx.workspaceId, tagId, many],
  })
  if (leaving === 'stay') return
  await client.query({
    text: `
      insert into tag_changes (person_id, value, takes)
      select held.person_id, held.value, true from person_tags as held
      left join wanted_tags as wanted on wanted.person_id = held.person_id and (wanted.value = held.value or not $3::boolean)
      where held.workspace_id = $1 and held.tag_id = $2::uuid and held.source = 'rule' and wanted.person_id is null order by held.person_id`,
    values: [ctx.workspaceId, tagId, many],
  })
}

export interface TagChangeRow {
  n: number
  person_id: number
  value: string
  takes: boolean
}

/** Those of the next changes that are still to be done; to be read under the lock of the workspace's tags. Null at the end. */
export async function nextChanges(
  ctx: Context,
  client: pg.PoolClient,
  { rule, after, limit }: { rule: Wishes; after: number; limit: number },
): Promise<TagChangeRow[] | null> {
  const { rows: found } = await client.query<{ last: number | null }>(
    'select max(n)::float8 as last from (select n from tag_changes where n > $1 order by n limit $2) as page',
    [after, limit],
  )
  const last = found[0]?.last ?? null
  if (last === null) return null
  const { rows } = await client.query<TagChangeRow>({
    text: `
      select n::float8 as n, person_id::float8 as person_id, value, takes from tag_changes as change
      where n > $4 and n <= $5 and case when takes then ${isToTake} else ${isToGive} end order by n`,
    values: [ctx.workspaceId, rule.tagId, rule.many, after, last],
  })
  return rows
}

/** Temporary tables live as long as the session, and sessions are used again. */
export async function dropStaged(client: pg.PoolClient): Promise<void> {
  await client.query('drop table if exists wanted_said, wanted_tags, tag_changes')
}
