import { sql, type RawBuilder } from 'kysely'
import { ConnectorDraft, type ConnectorKind, type ConnectorSecrets } from '../../../contracts/connector-settings.ts'
import type { Connector, ConnectorDetail } from '../../../contracts/connectors.ts'
import type { Context } from '../access/index.ts'
import { notFound } from '../platform/errors.ts'
import type { Database, Platform } from '../platform/platform.ts'

export interface ConnectorRow {
  id: string
  workspaceId: number
  name: string
  kind: ConnectorKind
  preset: string | null
  draft: unknown
  sealedSecrets: Buffer
  secretHints: Record<string, string>
  sealedToken: Buffer | null
  sourceId: string
  disabledAt: Date | null
  lastReceivedAt: Date | null
  lastErrorZh: string | null
  lastErrorEn: string | null
  lastErrorAt: Date | null
  itemsTaken: number
  cursorValue: string | null
  cursorEdge: string[]
  nextRunAt: Date | null
  isRunning: boolean
  createdAt: Date
  updatedAt: Date
}

/** Connectors of a workspace; `condition` narrows and orders. */
export async function selectConnectors(db: Database, workspaceId: number, condition: RawBuilder<unknown>): Promise<ConnectorRow[]> {
  const { rows } = await sql<ConnectorRow>`
    select id, workspace_id as "workspaceId", name, kind, preset, draft, sealed_secrets as "sealedSecrets", secret_hints as "secretHints",
      sealed_token as "sealedToken", source_id as "sourceId", disabled_at as "disabledAt", last_received_at as "lastReceivedAt",
      last_error_zh as "lastErrorZh", last_error_en as "lastErrorEn", last_error_at as "lastErrorAt", items_taken as "itemsTaken",
      cursor_value as "cursorValue", cursor_edge as "cursorEdge", next_run_at as "nextRunAt", created_at as "createdAt", updated_at as "updatedAt",
      exists (select from connector_runs where connector_runs.connector_id = connectors.id and state in ('running', 'cancelling')) as "isRunning"
    from connectors where workspace_id = ${workspaceId} and ${condition}`.execute(db)
  return rows
}

/** The connector, or `not-found`. */
export async function requireConnector(db: Database, workspaceId: number, id: string): Promise<ConnectorRow> {
  const [row] = await selectConnectors(db, workspaceId, sql`id = ${id}::uuid`)
  if (!row) throw connectorNotFound()
  return row
}

export function connectorNotFound() {
  return notFound({ zh: '连接器', en: 'connector' })
}

/** What the row says it is; a document written before a setting existed gets its default. */
export function draftOf(row: ConnectorRow): ConnectorDraft {
  return ConnectorDraft.parse(row.draft)
}

export async function openSecrets(platform: Platform, row: ConnectorRow): Promise<ConnectorSecrets> {
  const vault = await platform.vaults.of(row.workspaceId)
  return JSON.parse(vault.open(row.sealedSecrets)) as ConnectorSecrets
}

/** A connector as it is shown. Its address opens it, so only those who may manage data see it. */
export async function shownConnector(ctx: Context, row: ConnectorRow): Promise<Connector> {
  const vault = await ctx.platform.vaults.of(row.workspaceId)
  const maySee = row.sealedToken !== null && ctx.permissions.has('data.manage')
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    preset: row.preset,
    state: stateOf(row),
    url: maySee ? `${ctx.platform.config.http.publicUrl}/hooks/${vault.open(row.sealedToken!)}` : null,
    secretHints: row.secretHints,
    sourceId: row.sourceId,
    lastReceivedAt: row.lastReceivedAt?.toISOString() ?? null,
    lastError: row.lastErrorZh === null ? null : { zh: row.lastErrorZh, en: row.lastErrorEn ?? row.lastErrorZh },
    lastErrorAt: row.lastErrorAt?.toISOString() ?? null,
    itemsTaken: row.itemsTaken,
    nextRunAt: row.disabledAt ? null : (row.nextRunAt?.toISOString() ?? null),
    isRunning: row.isRunning,
    cursor: row.cursorValue,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  }
}

export async function detailedConnector(ctx: Context, row: ConnectorRow): Promise<ConnectorDetail> {
  return { ...(await shownConnector(ctx, row)), draft: draftOf(row) }
}

/** An error counts until something came in well after it. */
function stateOf(row: ConnectorRow): Connector['state'] {
  if (row.disabledAt) return 'disabled'
  const failedMs = row.lastErrorAt?.getTime() ?? 0
  const receivedMs = row.lastReceivedAt?.getTime() ?? 0
  if (failedMs > 0 && failedMs >= receivedMs) return 'failing'
  return receivedMs > 0 ? 'working' : 'waiting'
}

/** Notes that something came in, or why nothing did. */
export async function noteOutcome(
  tx: Database,
  connector: { workspaceId: number; id: string },
  outcome: { at: Date; items: number; error: { zh: string; en: string } | null },
): Promise<void> {
  const { at, items, error } = outcome
  await sql`
    update connectors set items_taken = items_taken + ${items},
      last_received_at = case when ${error === null || items > 0}::boolean then greatest(last_received_at, ${at}) else last_received_at end,
      last_error_zh = case when ${error !== null}::boolean then ${error?.zh ?? null}::text else last_error_zh end,
      last_error_en = case when ${error !== null}::boolean then ${error?.en ?? null}::text else last_error_en end,
      last_error_at = case when ${error !== null}::boolean then ${at} else last_error_at end
    where workspace_id = ${connector.workspaceId} and id = ${connector.id}::uuid`.execute(tx)
}
