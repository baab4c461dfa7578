import { sql } from 'kysely'
import type { z } from 'zod'
import type { Campaign, campaignRoutes } from '../../../contracts/campaigns.ts'
import type { Context } from '../access/index.ts'
import { pageOf, uuidCursor } from '../platform/paging.ts'
import { requireCampaign, selectCampaigns, toCampaign } from './campaign-row.ts'
import { countProgress } from './count-progress.ts'

type Query = z.output<(typeof campaignRoutes.listCampaigns)['query'] & z.ZodType>

/** Campaigns, newest first; counts are those of the last refresh (seconds old while a campaign runs). */
export async function listCampaigns(ctx: Context, query: Query): Promise<{ items: Campaign[]; nextCursor?: string }> {
  const cursor = uuidCursor(query.cursor)
  const before = cursor ? sql`and campaigns.id < ${cursor}::uuid` : sql``
  const search = query.search ? sql`and (position(lower(${query.search}) in lower(campaigns.name)) > 0 or campaigns.code = upper(${query.search}))` : sql``
  const state = query.state ? sql`and campaigns.state = ${query.state}` : sql``
  const rows = await selectCampaigns(
    ctx.platform.db,
    ctx.workspaceId,
    sql`true ${before} ${search} ${state} order by campaigns.id desc limit ${query.limit + 1}`,
  )
  const page = pageOf(rows, query.limit, (row) => row.id)
  return { items: page.rows.map((row) => toCampaign(row)), nextCursor: page.nextCursor }
}

/** One campaign with counts as of now. */
export async function readCampaign(ctx: Context, id: string): Promise<Campaign> {
  const row = await requireCampaign(ctx.platform.db, ctx.workspaceId, id)
  if (row.state === 'draft' || row.state === 'imported') return toCampaign(row)
  return toCampaign(row, await countProgress(ctx.platform.db, ctx.workspaceId, id))
}
