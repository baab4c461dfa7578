import { sql } from 'kysely'
import type { TagKind } from '../../../contracts/tags.ts'
import type { Database } from '../platform/platform.ts'

/** A tag as far as data may name it. */
export interface TagDefinition {
  id: string
  name: string
  kind: TagKind
  /** The values allowed; none means any. */
  values: string[]
}

/** Every tag of a workspace that is not deleted, without who has it. */
export async function readTagDefinitions(db: Database, workspaceId: number): Promise<TagDefinition[]> {
  const { rows } = await sql<TagDefinition>`select id, name, kind, values from tags where workspace_id = ${workspaceId} and deleted_at is null`.execute(db)
  return rows
}
