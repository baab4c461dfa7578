import { sql } from 'kysely'
import type { ContactPolicy, Workspace } from '../../../contracts/workspaces.ts'
import { mutate, type Context } from '../access/index.ts'
import { checkTimezone } from './check-timezone.ts'
import { forgetWorkspace, workspaceRow } from './workspace-row.ts'

/** Changes the settings that are given. Campaigns under way follow a new contact policy from their next message on. */
export async function updateWorkspace(ctx: Context, change: { name?: string; timezone?: string; contactPolicy?: ContactPolicy }): Promise<Workspace> {
  if (change.timezone !== undefined) checkTimezone(change.timezone)
  const policy = change.contactPolicy === undefined ? null : JSON.stringify(change.contactPolicy)
  const entry = { action: 'workspace.update', targetKind: 'workspace', targetId: String(ctx.workspaceId), detail: { ...change } }
  const workspace = await mutate(ctx, entry, async (tx) => {
    await sql`
      update workspaces set name = coalesce(${change.name ?? null}, name), timezone = coalesce(${change.timezone ?? null}, timezone), contact_policy = coalesce(${policy}::jsonb, contact_policy)
      where id = ${ctx.workspaceId}`.execute(tx)
    return workspaceRow(tx, ctx.workspaceId)
  })
  forgetWorkspace(ctx.platform, ctx.workspaceId)
  return workspace
}
