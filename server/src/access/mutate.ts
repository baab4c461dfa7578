import { sql } from 'kysely'
import type { Database } from '../platform/platform.ts'
import type { Actor, Context } from './context.ts'

/** What an audit row says. `targetId` may be set inside the transaction, when the thing gets its id there. */
export interface AuditEntry {
  /** `<noun>.<verb>`, e.g. `campaign.launch` */
  action: string
  targetKind?: string
  targetId?: string
  /** Never phone, e-mail or secrets. */
  detail?: Record<string, unknown>
}

/** Whose deed is written down; without a workspace for what concerns only a user. */
export interface AuditContext extends Pick<Context, 'platform' | 'ip' | 'trail'> {
  workspaceId: number | null
  actor: Actor | { kind: 'user'; userId: string; name: string }
}

/** Runs a mutation and its audit row in one transaction: either both are there or neither. */
export async function mutate<Result>(ctx: AuditContext, entry: AuditEntry, change: (tx: Database, audit: AuditEntry) => Promise<Result>): Promise<Result> {
  return ctx.platform.db.transaction().execute(async (tx) => {
    const audit = { ...entry }
    const result = await change(tx, audit)
    await writeAudit(tx, ctx, audit)
    return result
  })
}

/** The audit row alone, for verbs that own their transaction. */
export async function writeAudit(tx: Database, ctx: AuditContext, entry: AuditEntry): Promise<void> {
  const { actor } = ctx
  const actorId = actor.kind === 'user' ? actor.userId : actor.kind === 'apiKey' ? actor.apiKeyId : null
  await sql`
    insert into audit_log (workspace_id, at, actor_kind, actor_id, actor_name, action, target_kind, target_id, detail, ip)
    values (${ctx.workspaceId}, ${ctx.platform.clock.now()}, ${actor.kind}, ${actorId}, ${actor.name}, ${entry.action},
      ${entry.targetKind ?? null}, ${entry.targetId ?? null}, ${JSON.stringify(entry.detail ?? {})}::jsonb, ${ctx.ip})`.execute(tx)
  if (ctx.trail) ctx.trail.rows += 1
}
