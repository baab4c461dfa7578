import { sql } from 'kysely'
import type { z } from 'zod'
import type { AuditRow, accessRoutes } from '../../../contracts/access.ts'
import { idCursor, pageOf } from '../platform/paging.ts'
import type { Context } from './context.ts'

interface StoredAuditRow {
  id: number
  at: Date
  actor_kind: 'user' | 'apiKey' | 'system'
  actor_id: string | null
  actor_name: string
  action: string
  target_kind: string | null
  target_id: string | null
  detail: Record<string, unknown>
  ip: string | null
}

type AuditQuery = z.output<NonNullable<typeof accessRoutes.listAudit.query>>

/** Audit rows, newest first. `action` takes a whole action or a noun (`campaign`), `actor` an id or a name. */
export async function listAudit(ctx: Context, query: AuditQuery): Promise<{ items: z.input<typeof AuditRow>[]; nextCursor?: string }> {
  const { action = null, actor = null, targetKind = null, targetId = null, limit } = query
  const before = idCursor(query.cursor)
  const { rows } = await sql<StoredAuditRow>`
    select id, at, actor_kind, actor_id, actor_name, action, target_kind, target_id, detail, ip from audit_log
    where workspace_id = ${ctx.workspaceId} and (${before}::bigint is null or id < ${before}::bigint)
      and (${action}::text is null or action = ${action} or split_part(action, '.', 1) = ${action})
      and (${actor}::text is null or actor_id = ${actor} or actor_name = ${actor})
      and (${targetKind}::text is null or target_kind = ${targetKind}) and (${targetId}::text is null or target_id = ${targetId})
    order by id desc limit ${limit + 1}`.execute(ctx.platform.db)
  const page = pageOf(rows, limit, (row) => row.id)
  return { items: page.rows.map((row) => auditAnswer(row)), nextCursor: page.nextCursor }
}

function auditAnswer(row: StoredAuditRow): z.input<typeof AuditRow> {
  return {
    id: row.id,
    at: row.at.toISOString(),
    actor: { kind: row.actor_kind, id: row.actor_id, name: row.actor_name },
    action: row.action,
    targetKind: row.target_kind,
    targetId: row.target_id,
    detail: row.detail,
    ip: row.ip,
  }
}
