import { sql } from 'kysely'
import type { Source } from '../../../contracts/collect.ts'
import { hashSecret, mutate, newSecret, type Context } from '../access/index.ts'
import { readSource, writeKeyHint, writeKeyPrefix } from './source-row.ts'

/** Creates a source of the tracking API. `writeKey` is in this answer and nowhere else: only its hash is stored. */
export async function createSource(ctx: Context, input: { name: string }): Promise<Source & { writeKey: string }> {
  const writeKey = newSecret(writeKeyPrefix)
  return mutate(ctx, { action: 'source.create', targetKind: 'source', detail: { name: input.name } }, async (tx, audit) => {
    const { rows } = await sql<{ id: string }>`
      insert into sources (workspace_id, name, kind, write_key_hash, write_key_hint, created_at)
      values (${ctx.workspaceId}, ${input.name}, 'http', ${hashSecret(writeKey)}, ${writeKeyHint(writeKey)}, ${ctx.platform.clock.now()}) returning id`.execute(
      tx,
    )
    const id = rows[0]!.id
    audit.targetId = id
    return { ...(await readSource(tx, ctx.workspaceId, id)), writeKey }
  })
}
