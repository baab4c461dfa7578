import { sql } from 'kysely'
import type { Source } from '../../../../contracts/collect.ts'
import { forgetWriteKeys, hashSecret, mutate, newSecret, type Context } from '../../access/index.ts'
import { AppError, notFound } from '../../platform/errors.ts'
import type { Database } from '../../platform/platform.ts'
import { readSource } from './source-row.ts'

/** Prefix of write keys, so that people and scanners see what they hold. */
const prefix = 'hyw_'
/** What is shown of a write key afterwards: its last characters. */
const hintLength = 4
/** Good at the same time, for one source. */
const keysMax = 20
const hourMs = 3_600_000

/** Makes a write key in the caller's transaction and answers it; only its hash is stored. */
export async function insertWriteKey(tx: Database, ctx: Context, { sourceId, name }: { sourceId: string; name: string }): Promise<string> {
  const writeKey = newSecret(prefix)
  await sql`
    insert into source_keys (workspace_id, source_id, name, key_hash, hint, created_at)
    values (${ctx.workspaceId}, ${sourceId}::uuid, ${name}, ${hashSecret(writeKey)}, ${writeKey.slice(-hintLength)}, ${ctx.platform.clock.now()})`.execute(tx)
  return writeKey
}

/** Another write key for a source, beside those it has. Throws `not-found`, and `precondition` for a source that takes no calls or has too many. */
export async function createWriteKey(ctx: Context, sourceId: string, { name }: { name: string }): Promise<Source & { writeKey: string }> {
  return mutate(ctx, { action: 'source.createWriteKey', targetKind: 'source', targetId: sourceId, detail: { name } }, async (tx) => {
    await assertTakesKeys(ctx, sourceId, tx)
    const writeKey = await insertWriteKey(tx, ctx, { sourceId, name })
    return { ...(await readSource(ctx, sourceId, tx)), writeKey }
  })
}

/** Replaces a write key; the old one stays good for `overlapHours`, so that senders can be moved without a gap. Throws as `createWriteKey`. */
export async function rotateWriteKey(ctx: Context, keyId: string, { overlapHours }: { overlapHours: number }): Promise<Source & { writeKey: string }> {
  const now = ctx.platform.clock.now()
  const entry = { action: 'source.rotateWriteKey', targetKind: 'source', detail: { keyId, overlapHours } }
  const rotated = await mutate(ctx, entry, async (tx, audit) => {
    const key = await findKey(tx, ctx, keyId)
    audit.targetId = key.sourceId
    if (key.isOver) throw new AppError('precondition', { zh: '该密钥已失效，请新建一个密钥', en: 'This key is no longer good; create a new one' })
    await assertTakesKeys(ctx, key.sourceId, tx)
    await sql`
      update source_keys set expires_at = least(expires_at, ${new Date(now.getTime() + overlapHours * hourMs)})
      where workspace_id = ${ctx.workspaceId} and id = ${keyId}::uuid`.execute(tx)
    const writeKey = await insertWriteKey(tx, ctx, { sourceId: key.sourceId, name: key.name })
    return { ...(await readSource(ctx, key.sourceId, tx)), writeKey }
  })
  forgetWriteKeys(ctx.platform, rotated.id)
  return rotated
}

/** Makes a write key stop: here at once, on other processes within seconds. Throws `not-found`. */
export async function revokeWriteKey(ctx: Context, keyId: string): Promise<Source> {
  const source = await mutate(ctx, { action: 'source.revokeWriteKey', targetKind: 'source', detail: { keyId } }, async (tx, audit) => {
    const { sourceId } = await findKey(tx, ctx, keyId)
    audit.targetId = sourceId
    await sql`
      update source_keys set revoked_at = coalesce(revoked_at, ${ctx.platform.clock.now()})
      where workspace_id = ${ctx.workspaceId} and id = ${keyId}::uuid`.execute(tx)
    return readSource(ctx, sourceId, tx)
  })
  forgetWriteKeys(ctx.platform, source.id)
  return source
}

async function findKey(tx: Database, ctx: Context, keyId: string): Promise<{ sourceId: string; name: string; isOver: boolean }> {
  const { rows } = await sql<{ sourceId: string; name: string; isOver: boolean }>`
    select source_id as "sourceId", name, revoked_at is not null or coalesce(expires_at <= ${ctx.platform.clock.now()}, false) as "isOver"
    from source_keys where workspace_id = ${ctx.workspaceId} and id = ${keyId}::uuid for update`.execute(tx)
  if (!rows[0]) throw notFound({ zh: '写入密钥', en: 'write key' })
  return rows[0]
}

async function assertTakesKeys(ctx: Context, sourceId: string, tx: Database): Promise<void> {
  const { kind, writeKeys } = await readSource(ctx, sourceId, tx)
  if (kind !== 'http' && kind !== 'sensors') throw new AppError('precondition', { zh: '该数据源不使用写入密钥', en: 'This source has no write key' })
  const now = ctx.platform.clock.now()
  const good = writeKeys.filter((key) => key.revokedAt === null && (key.expiresAt === null || new Date(key.expiresAt) > now))
  if (good.length >= keysMax)
    throw new AppError('precondition', {
      zh: `一个数据源最多同时有 ${keysMax} 个有效密钥，请先吊销不用的`,
      en: `A source has at most ${keysMax} good keys; revoke one that is not used`,
    })
}
