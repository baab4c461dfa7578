import { sql } from 'kysely'
import type { Sample } from '../../../../contracts/connector-settings.ts'
import type { Delivery } from '../../../../contracts/connectors.ts'
import type { Problem } from '../../../../contracts/errors.ts'
import { mutate, type Context } from '../../access/index.ts'
import { AppError, notFound } from '../../platform/errors.ts'
import { idCursor, pageOf } from '../../platform/paging.ts'
import { draftOf, requireConnector } from '../connector-row.ts'
import { openRequest, shownRequest } from './kept-request.ts'

interface DeliveryRow {
  id: number
  receivedAt: Date
  outcome: Delivery['outcome']
  bytes: number
  items: number
  repeats: number
  summary: string
  problems: Problem[]
  replays: number
  replayedAt: Date | null
  isKept: boolean
}

interface ListQuery {
  cursor?: string | undefined
  limit: number
  outcome?: Delivery['outcome'] | undefined
}

/** What came to a connector, newest first, without contents. Throws `not-found`. */
export async function listDeliveries(ctx: Context, connectorId: string, query: ListQuery): Promise<{ items: Delivery[]; nextCursor?: string }> {
  const { db } = ctx.platform
  await requireConnector(db, ctx.workspaceId, connectorId)
  const { rows: found } = await sql<DeliveryRow>`
    select id, received_at as "receivedAt", outcome, bytes, items, repeats, summary, problems, replays, replayed_at as "replayedAt", sealed_request is not null as "isKept"
    from connector_deliveries
    where workspace_id = ${ctx.workspaceId} and connector_id = ${connectorId}::uuid and id < coalesce(${idCursor(query.cursor)}::bigint, 9223372036854775807)
      and (${query.outcome ?? null}::text is null or outcome = ${query.outcome ?? null}::text)
    order by id desc limit ${query.limit + 1}`.execute(db)
  const { rows, ...rest } = pageOf(found, query.limit, ({ id }) => id)
  return { items: rows.map((row) => ({ ...row, receivedAt: row.receivedAt.toISOString(), replayedAt: row.replayedAt?.toISOString() ?? null })), ...rest }
}

/** A request as it came, for a person who may see contents; recorded in the audit. Throws `not-found`, and `precondition` when it is not kept any more. */
export async function revealDelivery(ctx: Context, connectorId: string, deliveryId: number): Promise<Sample> {
  const { platform, workspaceId } = ctx
  const entry = { action: 'connector.revealDelivery', targetKind: 'connector', targetId: connectorId, detail: { deliveryId } }
  return mutate(ctx, entry, async (tx) => {
    const draft = draftOf(await requireConnector(tx, workspaceId, connectorId))
    const { rows } = await sql<{ sealed: Buffer | null }>`
      select sealed_request as sealed from connector_deliveries
      where workspace_id = ${workspaceId} and connector_id = ${connectorId}::uuid and id = ${deliveryId}`.execute(tx)
    const [row] = rows
    if (!row) throw notFound({ zh: '接收记录', en: 'delivery' })
    if (row.sealed === null || draft.kind !== 'webhook') throw new AppError('precondition', { zh: '原文已过保留期', en: 'The request is not kept any more' })
    return shownRequest(await openRequest(await platform.vaults.of(workspaceId), row.sealed), draft.settings)
  })
}
