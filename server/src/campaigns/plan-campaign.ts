import { sql } from 'kysely'
import { z } from 'zod'
import { systemContext, writeAudit, type Context } from '../access/index.ts'
import { appendToInbox } from '../collect/index.ts'
import { decideContacts, wakeSender } from '../delivery/index.ts'
import { lockResolving, runnerOf } from '../people/index.ts'
import type { Database, Platform } from '../platform/platform.ts'
import { stableUuid } from '../platform/stable-uuid.ts'
import { mayFollow } from './campaign-state.ts'
import { requireCampaign, type CampaignRow } from './campaign-row.ts'
import { clientOf, contactPlan } from './contact-plan.ts'
import { readLaunchParts, type LaunchParts } from './launch-readiness.ts'
import { moveCampaign } from './run-campaign.ts'
import { followMerges, withStagedAudience } from './stage-audience.ts'

export const planTask = 'campaigns.plan'
const Payload = z.object({ workspaceId: z.int(), campaignId: z.uuid() })

/**
 * Makes the messages of a launched campaign: audience, decision, messages, control group and the campaign's new state in one transaction, so that a crash leaves the campaign
 * `planning` with nothing done and the job runs again.
 */
export async function planCampaign(platform: Platform, payload: unknown): Promise<void> {
  const { workspaceId, campaignId } = Payload.parse(payload)
  const ctx = systemContext(platform, workspaceId, 'campaigns')
  const row = await requireCampaign(platform.db, workspaceId, campaignId)
  if (row.state !== 'planning') return
  const parts = await readLaunchParts(ctx, row)
  if (!parts.rule || !parts.account || !row.content) return backToDraft(ctx, row)
  await withStagedAudience(ctx, parts.rule, (audienceTable) => decideAndMove(ctx, row, parts, audienceTable))
  wakeSender(platform)
}

async function decideAndMove(ctx: Context, row: CampaignRow, parts: LaunchParts, audienceTable: string): Promise<void> {
  await ctx.platform.db.transaction().execute(async (tx) => {
    const locked = await requireCampaign(tx, ctx.workspaceId, row.id, { lock: true })
    if (locked.state !== 'planning') return
    await decideForPeopleOfToday(ctx, tx, audienceTable, contactPlan(ctx, locked, parts))
    await rememberControlGroup(tx, ctx, locked)
    await moveCampaign(tx, ctx, locked, 'running')
    await sql`update campaigns set planned_at = ${ctx.platform.clock.now()} where workspace_id = ${ctx.workspaceId} and id = ${row.id}::uuid`.execute(tx)
    await writeAudit(tx, ctx, { action: 'campaign.plan', targetKind: 'campaign', targetId: row.id })
  })
}

/**
 * Decides about people none of whom is gone at the commit. Merges are held back only once the decision is made, for deciding about a million takes a while; where one came
 * in between, all is decided again.
 */
async function decideForPeopleOfToday(ctx: Context, tx: Database, audienceTable: string, plan: ReturnType<typeof contactPlan>): Promise<void> {
  await followMerges(tx, ctx.workspaceId, audienceTable)
  await decideContacts(clientOf(tx), { audienceTable, ...plan })
  await lockResolving(runnerOf(tx), ctx.workspaceId)
  if ((await followMerges(tx, ctx.workspaceId, audienceTable)) === 0) return
  await sql`
    delete from messages where workspace_id = ${ctx.workspaceId} and cause_kind = 'campaign' and cause_id = ${plan.campaignId}::uuid`.execute(tx)
  await decideContacts(clientOf(tx), { audienceTable, ...plan })
}

/** What it was launched with is gone (a segment deleted by hand, say): the operator decides anew. */
async function backToDraft(ctx: Context, row: CampaignRow): Promise<void> {
  await ctx.platform.db.transaction().execute(async (tx) => {
    const locked = await requireCampaign(tx, ctx.workspaceId, row.id, { lock: true })
    if (!mayFollow(locked.state, 'draft')) return
    await moveCampaign(tx, ctx, locked, 'draft')
    await writeAudit(tx, ctx, {
      action: 'campaign.unplan',
      targetKind: 'campaign',
      targetId: row.id,
      detail: { reason: 'audience, template or account is missing' },
    })
  })
}

const controlPageSize = 5000

/** The control group becomes events, like everybody who is contacted, in pages. */
async function rememberControlGroup(tx: Database, ctx: Context, row: CampaignRow): Promise<void> {
  const timeMs = ctx.platform.clock.now().getTime()
  for (let after = 0; ;) {
    const { rows } = await sql<{ messageId: number; personId: number }>`
      select id as "messageId", person_id as "personId" from messages
      where workspace_id = ${ctx.workspaceId} and cause_id = ${row.id}::uuid and state = 'suppressed' and reason = 'controlGroup' and id > ${after}
      order by id limit ${controlPageSize}`.execute(tx)
    if (rows.length === 0) return
    await appendToInbox(tx, {
      platform: ctx.platform,
      workspaceId: ctx.workspaceId,
      kind: 'message',
      items: rows.map(({ messageId, personId }) => ({
        personId,
        event: 'Control Assigned',
        timeMs,
        key: stableUuid('Control Assigned', messageId),
        properties: { campaignId: row.id, campaign: row.name, messageId },
      })),
    })
    after = rows.at(-1)!.messageId
  }
}

/** Scheduled campaigns whose time has come begin to plan. */
export async function planDueCampaigns(platform: Platform): Promise<void> {
  const now = platform.clock.now()
  const { rows } = await sql<{ id: string; workspaceId: number }>`
    select id, workspace_id as "workspaceId" from campaigns where state = 'scheduled' and scheduled_at <= ${now}`.execute(platform.db)
  for (const { id, workspaceId } of rows) {
    const ctx = systemContext(platform, workspaceId, 'campaigns')
    await platform.db.transaction().execute(async (tx) => {
      const row = await requireCampaign(tx, workspaceId, id, { lock: true })
      if (row.state !== 'scheduled') return
      await moveCampaign(tx, ctx, row, 'planning')
      await sql`update campaigns set launched_at = ${now} where workspace_id = ${workspaceId} and id = ${id}::uuid`.execute(tx)
      await writeAudit(tx, ctx, { action: 'campaign.start', targetKind: 'campaign', targetId: id })
      await platform.jobs.add(tx, planTask, { workspaceId, campaignId: id }, { key: `plan-${id}` })
    })
  }
}
