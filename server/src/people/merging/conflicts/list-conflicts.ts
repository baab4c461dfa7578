import { sql, type RawBuilder } from 'kysely'
import type { ConflictDecision, IdentityConflict } from '../../../../../contracts/one-id.ts'
import type { MergePreview } from '../../../../../contracts/merge-previews.ts'
import type { Context } from '../../../access/index.ts'
import { AppError, notFound } from '../../../platform/errors.ts'
import { idCursor, pageOf } from '../../../platform/paging.ts'
import { nameMask } from '../../attributes/personal-data.ts'
import { readNamespaces } from '../../namespaces/read-namespaces.ts'
import { nameOf } from '../list-merges.ts'
import { previewMerge } from '../preview-merge.ts'

const countMax = 10_000

interface Ask {
  state: 'open' | 'decided'
  namespace?: string | undefined
  cursor?: string | undefined
  limit: number
}

interface ConflictRow {
  id: number
  state: 'open' | 'decided'
  namespace: string
  key: string
  value: string | null
  sealed: Buffer | null
  person_phone: Buffer | null
  person_email: Buffer | null
  keptPersonId: number
  keptName: string | null
  otherPersonId: number
  otherName: string | null
  limit_namespace: string | null
  seen_at: Date
  decision: ConflictDecision | null
  decidedBy: string | null
  decided_at: Date | null
}

/** Conflicts of the workspace, newest first, and how many are open. */
export async function listConflicts(ctx: Context, ask: Ask): Promise<{ items: IdentityConflict[]; nextCursor?: string; open: number }> {
  const before = idCursor(ask.cursor)
  const conditions = [sql`conflict.state = ${ask.state}`]
  if (ask.namespace !== undefined) conditions.push(sql`conflict.namespace = ${ask.namespace}`)
  if (before !== null) conditions.push(sql`conflict.id < ${before}`)
  const page = pageOf(await selectConflicts(ctx, conditions, ask.limit + 1), ask.limit, (row) => row.id)
  const { rows: counted } = await sql<{ open: number }>`
    select count(*)::integer as open from (
      select from identity_conflicts where workspace_id = ${ctx.workspaceId} and state = 'open' limit ${countMax}) as counted`.execute(ctx.platform.db)
  return { items: await shown(ctx, page.rows), nextCursor: page.nextCursor, open: counted[0]!.open }
}

/** One conflict with both sides beside each other. @throws `not-found` */
export async function readConflict(ctx: Context, { conflictId }: { conflictId: number }): Promise<IdentityConflict & { preview: MergePreview | null }> {
  const conflict = await findConflict(ctx, conflictId)
  return { ...conflict, preview: await previewOrNone(ctx, { keptId: conflict.keptPersonId, mergedId: conflict.otherPersonId }) }
}

/** A preview; null when the two are one person by now or one of them is gone. */
export async function previewOrNone(ctx: Context, pair: { keptId: number; mergedId: number }): Promise<MergePreview | null> {
  try {
    return await previewMerge(ctx, pair)
  } catch (error) {
    if (error instanceof AppError && (error.errorName === 'not-found' || error.errorName === 'precondition')) return null
    throw error
  }
}

/** One conflict. @throws `not-found` */
export async function findConflict(ctx: Context, conflictId: number): Promise<IdentityConflict> {
  const rows = await selectConflicts(ctx, [sql`conflict.id = ${conflictId}`], 1)
  if (!rows[0]) throw notFound({ zh: '身份冲突', en: 'identity conflict' })
  return (await shown(ctx, rows))[0]!
}

/** People are those of today, whoever the conflict named when it was seen. */
async function selectConflicts(ctx: Context, conditions: readonly RawBuilder<unknown>[], limit: number): Promise<ConflictRow[]> {
  const { rows } = await sql<ConflictRow>`
    with page as (
      select conflict.*, coalesce(kept.person_id, conflict.kept_person_id) as kept_today, coalesce(other.person_id, conflict.other_person_id) as other_today
      from identity_conflicts as conflict
      left join person_aliases as kept on kept.alias_id = conflict.kept_person_id
      left join person_aliases as other on other.alias_id = conflict.other_person_id
      where conflict.workspace_id = ${ctx.workspaceId} and ${sql.join(conditions, sql` and `)}
      order by conflict.id desc limit ${limit})
    select page.id, page.state, page.namespace, page.key, identities.value, identities.sealed,
      case when owner.phone_key = page.key then owner.sealed_phone end as person_phone, case when owner.email_key = page.key then owner.sealed_email end as person_email,
      page.kept_today as "keptPersonId", ${nameOf(ctx, sql`page.kept_today`)} as "keptName", page.other_today as "otherPersonId", ${nameOf(ctx, sql`page.other_today`)} as "otherName",
      page.limit_namespace, page.seen_at, page.decision, users.name as "decidedBy", page.decided_at
    from page
    left join identities on identities.workspace_id = page.workspace_id and identities.namespace = page.namespace and identities.key = page.key
    left join people as owner on owner.id = identities.person_id
    left join users on users.id = page.decided_by
    order by page.id desc`.execute(ctx.platform.db)
  return rows
}

async function shown(ctx: Context, rows: readonly ConflictRow[]): Promise<IdentityConflict[]> {
  const vault = await ctx.platform.vaults.of(ctx.workspaceId)
  const [namespaces, shownName] = await Promise.all([readNamespaces(ctx.platform, ctx.workspaceId), nameMask(ctx)])
  const valueOf = ({ namespace, value, sealed, person_phone, person_email }: ConflictRow) => {
    const bytes = sealed ?? (namespace === 'phone' ? person_phone : namespace === 'email' ? person_email : null)
    const text = value ?? (bytes && vault.open(bytes))
    return text === null ? '****' : namespaces.mask(namespace, text)
  }
  return rows.map((row) => ({
    conflictId: row.id,
    state: row.state,
    namespace: row.namespace,
    namespaceLabel: namespaces.get(row.namespace)?.label ?? { zh: row.namespace, en: row.namespace },
    value: valueOf(row),
    keptPersonId: row.keptPersonId,
    keptName: shownName(row.keptName),
    otherPersonId: row.otherPersonId,
    otherName: shownName(row.otherName),
    limitNamespace: row.limit_namespace,
    seenAt: row.seen_at.toISOString(),
    decision: row.decision,
    decidedBy: row.decidedBy,
    decidedAt: row.decided_at?.toISOString() ?? null,
  }))
}
