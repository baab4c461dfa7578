import { sql } from 'kysely'
import type { Database } from '../../platform/platform.ts'

/**
 * What a message may say about people: their attributes by key, and their member number and user id. Never phone or e-mail.
 * For pages of some thousands of people; people of another workspace are left out.
 */
export async function personVariables(db: Database, workspaceId: number, personIds: readonly number[]): Promise<Map<number, Record<string, unknown>>> {
  const { rows } = await sql<{ personId: string; variables: Record<string, unknown> }>`
    select people.id::text as "personId", coalesce(known.identities, '{}'::jsonb) || people.attributes as variables
    from people
    left join lateral (
      select jsonb_object_agg(namespace, value) as identities from identities
      where identities.person_id = people.id and namespace in ('member_no', 'user_id') and value is not null
    ) as known on true
    where people.workspace_id = ${workspaceId} and people.id = any(${[...personIds]}::bigint[])`.execute(db)
  return new Map(rows.map((row) => [Number(row.personId), row.variables]))
}
