import { sql } from 'kysely'
import { systemContext, type Context } from '../access/index.ts'
import { canonicalPerson } from '../people/index.ts'
import type { Platform } from '../platform/platform.ts'
import { measureOutcome, type CampaignOutcome } from './campaign-outcome.ts'
import { selectCampaigns, type CampaignRow, type Progress } from './campaign-row.ts'
import { countProgress } from './count-progress.ts'

/** A snapshot younger than this is good enough for lists. */
const freshSeconds = 60
const perRoundMax = 200

/** Measures a campaign and keeps the result for lists and comparisons. */
export async function refreshCampaign(ctx: Context, row: CampaignRow): Promise<{ progress: Partial<Progress>; outcome: CampaignOutcome }> {
  const asOf = ctx.platform.clock.now()
  const outcome = await measureOutcome(ctx, row)
  const progress = row.state === 'imported' ? await importedProgress(ctx, row, outcome) : await countProgress(ctx.platform.db, ctx.workspaceId, row.id)
  await sql`
    update campaigns set progress = ${JSON.stringify(progress)}::jsonb, outcome = ${JSON.stringify(outcome)}::jsonb, refreshed_at = ${asOf}
    where workspace_id = ${ctx.workspaceId} and id = ${row.id}::uuid`.execute(ctx.platform.db)
  return { progress, outcome }
}

/** Contacts of imported history are events only: there are no messages to count. */
async function importedProgress(ctx: Context, row: CampaignRow, outcome: CampaignOutcome): Promise<Partial<Progress>> {
  const { warehouse, db } = ctx.platform
  const person = await canonicalPerson(ctx)
  const counts = await warehouse.row<{ delivered: number; failed: number; firstAt: number }>({
    sql: `
      select uniqExactIf(${person.of('person_id')}, event = 'Message Delivered') as delivered, uniqExactIf(${person.of('person_id')}, event = 'Message Failed') as failed,
        toUnixTimestamp(minIf(time, event = 'Message Accepted')) as firstAt
      from events
      where workspace_id = {workspaceId:UInt32} and event in ('Message Accepted', 'Message Delivered', 'Message Failed')
        and properties.campaignId.:String = {campaignId:String}`,
    params: { workspaceId: ctx.workspaceId, campaignId: row.id },
  })
  if (counts.firstAt > 0 && !row.launchedAt) {
    await sql`update campaigns set launched_at = to_timestamp(${counts.firstAt}), finished_at = coalesce(ends_at, to_timestamp(${counts.firstAt}))
      where workspace_id = ${ctx.workspaceId} and id = ${row.id}::uuid`.execute(db)
  }
  const { treated, control } = outcome
  return { planned: treated.people + control.people, control: control.people, sent: treated.people, delivered: counts.delivered, failed: counts.failed }
}

/**
 * Campaigns whose snapshot may be stale: running, or still inside receipts' 72 hours or the goal's window, or never measured, or measured before
 * an import ended: files bring events of any time.
 */
const stale = (now: Date) => sql`
  campaigns.state <> 'draft' and campaigns.state <> 'scheduled'
  and (campaigns.refreshed_at is null or (campaigns.refreshed_at < ${now}::timestamptz - make_interval(secs => ${freshSeconds})
    and (campaigns.finished_at is null
      or campaigns.refreshed_at < campaigns.finished_at + make_interval(days => greatest(4, (campaigns.goal ->> 'windowDays')::int + 1))))
    or exists (select from imports where imports.workspace_id = campaigns.workspace_id and imports.rows_good > 0
      and imports.finished_at >= campaigns.refreshed_at))
  order by campaigns.refreshed_at nulls first limit ${perRoundMax}`

/** Brings the stale snapshots of one workspace up to date; answers how many there were. */
export async function refreshStaleCampaigns(ctx: Context): Promise<number> {
  const rows = await selectCampaigns(ctx.platform.db, ctx.workspaceId, stale(ctx.platform.clock.now()))
  for (const row of rows) await refreshCampaign(ctx, row)
  return rows.length
}

/** The periodic refresh over all workspaces that have campaigns. */
export async function refreshAllCampaigns(platform: Platform, signal: AbortSignal): Promise<void> {
  const { rows } = await sql<{ workspaceId: number }>`select distinct workspace_id as "workspaceId" from campaigns`.execute(platform.db)
  for (const { workspaceId } of rows) {
    if (signal.aborted) return
    await refreshStaleCampaigns(systemContext(platform, workspaceId, 'campaigns.refresh'))
  }
}

/** A launched or imported campaign with its last measured outcome. */
export interface MeasuredCampaign {
  id: string
  name: string
  type: string
  state: string
  launchedAt: Date | null
  outcome: CampaignOutcome
}

/** All measured campaigns of the workspace, newest launch first, from the snapshots. */
export async function listMeasuredCampaigns(ctx: Context, limit = 10_000): Promise<MeasuredCampaign[]> {
  const { rows } = await sql<MeasuredCampaign>`
    select id, name, type, state, launched_at as "launchedAt", outcome from campaigns
    where workspace_id = ${ctx.workspaceId} and outcome is not null
    order by launched_at desc nulls last, id desc limit ${limit}`.execute(ctx.platform.db)
  return rows
}
