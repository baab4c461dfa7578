import { sql } from 'kysely'
import type { Source, SourceKind } from '../../../../contracts/collect.ts'
import { mutate, type Context } from '../../access/index.ts'
import type { Database } from '../../platform/platform.ts'
import { readSource } from './source-row.ts'
import { insertWriteKey } from './write-keys.ts'

/** Creates a source that is called with a write key. `writeKey` is in this answer and nowhere else: only its hash is stored. */
export async function createSource(ctx: Context, input: { name: string; kind?: 'http' | 'sensors' }): Promise<Source & { writeKey: string }> {
  const { name, kind = 'http' } = input
  return mutate(ctx, { action: 'source.create', targetKind: 'source', detail: { name, kind } }, async (tx, audit) => {
    const id = await insertSource(tx, ctx, { name, kind })
    audit.targetId = id
    const writeKey = await insertWriteKey(tx, ctx, { sourceId: id, name: '' })
    return { ...(await readSource(ctx, id, tx)), writeKey }
  })
}

/** A source without a write key, for whatever brings data in by itself, in the caller's transaction; answers its id. */
export async function insertSource(tx: Database, ctx: Context, input: { name: string; kind: SourceKind }): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    insert into sources (workspace_id, name, kind, created_at)
    values (${ctx.workspaceId}, ${input.name}, ${input.kind}, ${ctx.platform.clock.now()}) returning id`.execute(tx)
  return rows[0]!.id
}
