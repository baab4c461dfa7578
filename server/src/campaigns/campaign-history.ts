import { sql } from 'kysely'
import type { Context } from '../access/index.ts'
import { writeAudit } from '../access/index.ts'
import type { Goal } from './campaign-row.ts'

interface HistoricCampaign {
  code: string
  name: string
  type: string
  endsAt: Date | null
  goal: Goal
}

/** Campaigns of another system, by code: created when new, completed with what is known when they exist. Answers their ids by code. */
export async function ensureCampaigns(ctx: Context, campaigns: readonly HistoricCampaign[]): Promise<Map<string, string>> {
  if (campaigns.length === 0) return new Map()
  const byCode = new Map(campaigns.map((campaign) => [campaign.code, campaign]))
  const rows = [...byCode.values()].map((campaign) => ({ ...campaign, endsAt: campaign.endsAt?.toISOString() ?? null }))
  return ctx.platform.db.transaction().execute(async (tx) => {
    const saved = await sql<{ code: string; id: string; isNew: boolean }>`
      insert into campaigns (workspace_id, code, name, type, state, goal, ends_at, launched_at, created_at, updated_at)
      select ${ctx.workspaceId}, given.code, given.name, given.type, 'imported', given.goal, given."endsAt", null, ${ctx.platform.clock.now()}, ${ctx.platform.clock.now()}
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as given (code text, name text, type text, goal jsonb, "endsAt" timestamptz)
      on conflict (workspace_id, code) do update set ends_at = coalesce(excluded.ends_at, campaigns.ends_at), refreshed_at = null
      where campaigns.state = 'imported'
      returning code, id, xmax = 0 as "isNew"`.execute(tx)
    const created = saved.rows.filter((row) => row.isNew)
    if (created.length > 0)
      await writeAudit(tx, ctx, { action: 'campaign.import', targetKind: 'campaign', detail: { codes: created.map((row) => row.code).slice(0, 100) } })
    return new Map(saved.rows.map((row) => [row.code, row.id]))
  })
}
