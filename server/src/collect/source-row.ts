import { sql } from 'kysely'
import type { Source } from '../../../contracts/collect.ts'
import type { Context } from '../access/index.ts'
import { notFound } from '../platform/errors.ts'
import type { Database } from '../platform/platform.ts'

interface SourceRow {
  id: string
  name: string
  kind: Source['kind']
  write_key_hint: string | null
  created_at: Date
  disabled_at: Date | null
  last_event_at: Date | null
  events_accepted: number
}

const columns = sql`id, name, kind, write_key_hint, created_at, disabled_at, last_event_at, events_accepted`

/** Prefix of write keys, so that people and scanners see what they hold. */
export const writeKeyPrefix = 'hyw_'

/** What is shown of a write key afterwards: its last four characters. */
export function writeKeyHint(writeKey: string): string {
  return writeKey.slice(-4)
}

/** All sources of the workspace, the oldest first. */
export async function readSources(ctx: Context): Promise<Source[]> {
  const { rows } = await sql<SourceRow>`select ${columns} from sources where workspace_id = ${ctx.workspaceId} order by created_at, id`.execute(ctx.platform.db)
  return rows.map((row) => sourceAnswer(row))
}

/** One source; throws `not-found`. */
export async function readSource(db: Database, workspaceId: number, id: string): Promise<Source> {
  const { rows } = await sql<SourceRow>`select ${columns} from sources where workspace_id = ${workspaceId} and id = ${id}::uuid`.execute(db)
  if (!rows[0]) throw sourceNotFound()
  return sourceAnswer(rows[0])
}

export function sourceNotFound() {
  return notFound({ zh: '数据源', en: 'source' })
}

function sourceAnswer(row: SourceRow): Source {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    writeKeyHint: row.write_key_hint,
    createdAt: row.created_at.toISOString(),
    disabledAt: row.disabled_at?.toISOString() ?? null,
    lastEventAt: row.last_event_at?.toISOString() ?? null,
    eventsAccepted: row.events_accepted,
  }
}
