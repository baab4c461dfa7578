import type { Namespace } from '../../contracts/people.ts'
import type { RunningProduct } from '../support/product.ts'
import { copyLines } from './copy-lines.ts'

/** Every so many people one has real identities, which the bench may ask for; the others have random keys and are only there. */
const askedEvery = 50
const namespaces: readonly Namespace[] = ['user_id', 'member_no', 'phone', 'email']

export interface SeededPeople {
  people: number
  /** People who can be asked for. */
  asked: number
  /** The four identities of one who can be asked for, by number. */
  identitiesOf(index: number): [Namespace, string][]
}

/**
 * Fills an empty workspace with people who have four identities each, by statements over whole ranges and with the indexes built at the
 * end: ten million people in minutes. No sealing, no events: what resolving reads and writes, as large as in life.
 */
export async function seedPeople({ platform, ctx }: RunningProduct, people: number): Promise<SeededPeople> {
  const { workspaceId } = ctx
  const vault = await platform.vaults.of(workspaceId)
  const client = await platform.pool.connect()
  const asked = Math.floor(people / askedEvery)
  try {
    const { rows: start } = await client.query<{ first: number }>(`select setval('people_id_seq', nextval('people_id_seq') + $1)::bigint - $1 as first`, [
      people,
    ])
    const first = start[0]!.first
    const indexes = await dropIndexes(client, ['people', 'identities'])
    await client.query(
      `insert into people (id, workspace_id, attributes, attribute_times, phone_key, created_at)
       overriding system value
       select $1::bigint + n, $2, jsonb_build_object('name', '客户' || n, 'city', '杭州', 'level', '金', 'points', n % 20000), '{"*": 1790000000000}', gen_random_uuid(), now()
       from generate_series(0, $3::bigint - 1) as n`,
      [first, workspaceId, people],
    )
    await client.query(
      `insert into identities (workspace_id, namespace, key, person_id, value)
       select $2, namespace, gen_random_uuid(), $1::bigint + n, case when namespace in ('user_id', 'member_no') then namespace || n end
       from generate_series(0, $3::bigint - 1) as n cross join unnest($4::text[]) as namespace
       where n % $5 <> 0`,
      [first, workspaceId, people, namespaces, askedEvery],
    )
    await copyLines(client, 'identities (workspace_id, namespace, key, person_id, value)', askedRows())
    for (const statement of indexes) await client.query(statement)
    await client.query('vacuum (analyze) people')
    await client.query('vacuum (analyze) identities')
    return { people, asked, identitiesOf }

    function* askedRows(): Generator<string> {
      for (let index = 0; index < asked; index++) {
        for (const [namespace, value] of identitiesOf(index)) {
          const shown = namespace === 'phone' || namespace === 'email' ? '\\N' : value
          yield `${workspaceId}\t${namespace}\t${vault.blindIndex(namespace, value)}\t${first + index * askedEvery}\t${shown}`
        }
      }
    }
  } finally {
    client.release()
  }
}

function identitiesOf(index: number): [Namespace, string][] {
  return [
    ['user_id', `u${index}`],
    ['member_no', `M${index}`],
    ['phone', `+861${3_000_000_000 + index}`],
    ['email', `u${index}@example.com`],
  ]
}

/** Drops what would be kept up to date row by row; answers the statements that build it again. */
export async function dropIndexes(client: Parameters<typeof copyLines>[0], tables: readonly string[]): Promise<string[]> {
  const { rows } = await client.query<{ name: string; table: string; definition: string; constraint: string | null }>(
    `
    select index_class.relname as name, table_class.relname as table, pg_get_indexdef(indexrelid) as definition, pg_get_constraintdef(pg_constraint.oid) as constraint
    from pg_index
    join pg_class as index_class on index_class.oid = indexrelid
    join pg_class as table_class on table_class.oid = indrelid
    left join pg_constraint on conindid = indexrelid and contype in ('p', 'u')
    where table_class.oid = any($1::regclass[])`,
    [tables],
  )
  const again: string[] = []
  for (const { name, table, definition, constraint } of rows) {
    await client.query(constraint === null ? `drop index ${name}` : `alter table ${table} drop constraint ${name}`)
    again.push(constraint === null ? definition : `alter table ${table} add constraint ${name} ${constraint}`)
  }
  return again
}
