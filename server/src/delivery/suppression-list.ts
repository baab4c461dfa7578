import { sql, type RawBuilder } from 'kysely'
import type { z } from 'zod'
import type { deliveryRoutes, SuppressionEntry } from '../../../contracts/delivery.ts'
import { mutate, type Context } from '../access/index.ts'
import { maskPhone, normalisePhone } from '../people/index.ts'
import { AppError, notFound } from '../platform/errors.ts'
import type { Database } from '../platform/platform.ts'
import { idCursor, pageOf } from '../platform/paging.ts'
import { suppressAddresses } from './suppress-addresses.ts'

type Entry = z.output<typeof SuppressionEntry>
type EntryRow = Omit<Entry, 'address' | 'at'> & { sealedAddress: Buffer; at: Date }
type SuppressionsQuery = z.output<NonNullable<typeof deliveryRoutes.listSuppressions.query>>

async function selectEntries(db: Database, workspaceId: number, condition: RawBuilder<unknown>): Promise<EntryRow[]> {
  const { rows } = await sql<EntryRow>`
    select id, channel, sealed_address as "sealedAddress", reason, source, at, person_id as "personId" from suppressions
    where workspace_id = ${workspaceId} and ${condition}`.execute(db)
  return rows
}

async function present(ctx: Context, rows: readonly EntryRow[]): Promise<Entry[]> {
  const vault = await ctx.platform.vaults.of(ctx.workspaceId)
  return rows.map(({ sealedAddress, at, ...row }) => ({ ...row, address: maskPhone(vault.open(sealedAddress)), at: at.toISOString() }))
}

/** The suppression list, newest first; `search` takes a whole phone. */
export async function listSuppressions(ctx: Context, query: SuppressionsQuery): Promise<{ items: Entry[]; nextCursor?: string }> {
  const { search, reason = null, limit } = query
  const phone = search === undefined ? null : normalisePhone(search)
  if (phone !== null && typeof phone !== 'string') return { items: [] }
  const key = phone === null ? null : (await ctx.platform.vaults.of(ctx.workspaceId)).blindIndex('phone', phone)
  const cursor = idCursor(query.cursor)
  const rows = await selectEntries(
    ctx.platform.db,
    ctx.workspaceId,
    sql`(${cursor}::bigint is null or id < ${cursor}::bigint) and (${key}::uuid is null or address_key = ${key}::uuid) and (${reason}::text is null or reason = ${reason})
      order by id desc limit ${limit + 1}`,
  )
  const page = pageOf(rows, limit, (row) => row.id)
  return { items: await present(ctx, page.rows), nextCursor: page.nextCursor }
}

/** Puts a phone on the list by hand. A phone that is on it already stays as it is. The audit row does not hold the phone. */
export async function addSuppression(ctx: Context, input: { phone: string; note: string }): Promise<Entry> {
  const phone = normalisePhone(input.phone)
  if (typeof phone !== 'string') throw new AppError('validation', { problems: [{ at: 'body.phone', ...phone }] })
  const addressKey = (await ctx.platform.vaults.of(ctx.workspaceId)).blindIndex('phone', phone)
  const rows = await mutate(ctx, { action: 'suppression.add', targetKind: 'suppression' }, async (tx, audit) => {
    const { rows: owners } = await sql<{ personId: number }>`
      select person_id as "personId" from identities where workspace_id = ${ctx.workspaceId} and namespace = 'phone' and key = ${addressKey}::uuid`.execute(tx)
    const personId = owners[0]?.personId ?? null
    const source = input.note.trim() === '' ? 'console' : `console: ${input.note.trim()}`
    await suppressAddresses(tx, ctx.platform, ctx.workspaceId, [
      { address: phone, addressKey, personId, reason: 'manual', source, at: ctx.platform.clock.now() },
    ])
    const saved = await selectEntries(tx, ctx.workspaceId, sql`channel = 'sms' and address_key = ${addressKey}::uuid`)
    audit.targetId = String(saved[0]?.id)
    return saved
  })
  const [entry] = await present(ctx, rows)
  if (!entry) throw notFound({ zh: '抑制名单条目', en: 'suppression entry' })
  return entry
}

/** Takes an entry off the list; throws `precondition` for an opt-out, which only new consent undoes. */
export async function removeSuppression(ctx: Context, suppressionId: number): Promise<void> {
  await mutate(ctx, { action: 'suppression.remove', targetKind: 'suppression', targetId: String(suppressionId) }, async (tx, audit) => {
    const [row] = await selectEntries(tx, ctx.workspaceId, sql`id = ${suppressionId} for update`)
    if (!row) throw notFound({ zh: '抑制名单条目', en: 'suppression entry' })
    if (row.reason === 'optedOut')
      throw new AppError('precondition', {
        zh: '该号码是本人退订的，需要本人重新同意后才能再次触达，不能在此移除',
        en: 'This person opted out; only their new consent allows contact again, it can not be removed here',
      })
    audit.detail = { reason: row.reason }
    await sql`delete from suppressions where workspace_id = ${ctx.workspaceId} and id = ${suppressionId}`.execute(tx)
  })
}
