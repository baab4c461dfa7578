import { sql } from 'kysely'
import type { Source } from '../../../contracts/collect.ts'
import { forgetWriteKeys, hashSecret, mutate, newSecret, type Context } from '../access/index.ts'
import { AppError } from '../platform/errors.ts'
import { readSource, writeKeyHint, writeKeyPrefix } from './source-row.ts'

/** Replaces the write key of a source; the old one stops at once. Throws `not-found`, and `precondition` for a source that takes no calls. */
export async function rotateWriteKey(ctx: Context, id: string): Promise<Source & { writeKey: string }> {
  const writeKey = newSecret(writeKeyPrefix)
  const source = await mutate(ctx, { action: 'source.rotateWriteKey', targetKind: 'source', targetId: id }, async (tx) => {
    const { kind } = await readSource(tx, ctx.workspaceId, id)
    if (kind !== 'http') throw new AppError('precondition', { zh: '该数据源不使用写入密钥', en: 'This source has no write key' })
    await sql`
      update sources set write_key_hash = ${hashSecret(writeKey)}, write_key_hint = ${writeKeyHint(writeKey)}
      where workspace_id = ${ctx.workspaceId} and id = ${id}::uuid`.execute(tx)
    return readSource(tx, ctx.workspaceId, id)
  })
  forgetWriteKeys(ctx.platform, id)
  return { ...source, writeKey }
}
