import type { insightRoutes } from '../../../contracts/insight.ts'
import type { Handlers } from '../access/index.ts'
import { compareCampaigns } from './compare-campaigns.ts'
import { readOverview } from './read-overview.ts'

export const insightHandlers: Handlers<typeof insightRoutes> = {
  readOverview: ({ ctx, query }) => readOverview(ctx, query),
  compareCampaigns: ({ ctx, query }) => compareCampaigns(ctx, query),
}
