import { sql } from 'kysely'
import type { Connector, ConnectorDetail } from '../../../contracts/connectors.ts'
import type { Context } from '../access/index.ts'
import { pageOf, uuidCursor } from '../platform/paging.ts'
import { detailedConnector, requireConnector, selectConnectors, shownConnector } from './connector-row.ts'

/** Connectors, newest first. */
export async function listConnectors(
  ctx: Context,
  query: { cursor?: string | undefined; limit: number },
): Promise<{ items: Connector[]; nextCursor?: string }> {
  const cursor = uuidCursor(query.cursor)
  const found = await selectConnectors(
    ctx.platform.db,
    ctx.workspaceId,
    sql`(${cursor}::uuid is null or id < ${cursor}::uuid) order by id desc limit ${query.limit + 1}`,
  )
  const { rows, ...rest } = pageOf(found, query.limit, ({ id }) => id)
  return { items: await Promise.all(rows.map((row) => shownConnector(ctx, row))), ...rest }
}

/** One connector with its settings. Throws `not-found`. */
export async function readConnector(ctx: Context, id: string): Promise<ConnectorDetail> {
  return detailedConnector(ctx, await requireConnector(ctx.platform.db, ctx.workspaceId, id))
}
