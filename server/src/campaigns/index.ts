import type { campaignRoutes } from '../../../contracts/campaigns.ts'
import type { Handlers } from '../access/index.ts'
import { registerCampaignHistory } from '../collect/index.ts'
import { registerPopulation, registerUsage } from '../people/index.ts'
import type { Platform } from '../platform/platform.ts'
import { ensureCampaigns } from './campaign-history.ts'
import { campaignPeople } from './campaign-population.ts'
import { readCampaignUses } from './campaign-uses.ts'
import { cancelReturnedMessages, completeSentCampaigns } from './complete-campaigns.ts'
import { estimateCampaign } from './estimate-campaign.ts'
import { launchCampaign } from './launch-campaign.ts'
import { listCampaigns, readCampaign } from './list-campaigns.ts'
import { planCampaign, planDueCampaigns, planTask } from './plan-campaign.ts'
import { readCampaignReport } from './read-campaign-report.ts'
import { refreshAllCampaigns } from './refresh-outcomes.ts'
import { cancelCampaign, pauseCampaign, resumeCampaign } from './run-campaign.ts'
import { createCampaign, deleteCampaign, duplicateCampaign, updateCampaign } from './save-campaign.ts'
import { dropLeftoverAudiences } from './stage-audience.ts'
import { testSend } from './test-send.ts'

export { conversionRate } from './campaign-outcome.ts'
export { meanDifference, proportionDifference } from './effect.ts'
export { listMeasuredCampaigns, refreshStaleCampaigns, type MeasuredCampaign } from './refresh-outcomes.ts'

export const campaignHandlers: Handlers<typeof campaignRoutes> = {
  listCampaigns: ({ ctx, query }) => listCampaigns(ctx, query),
  createCampaign: ({ ctx, body }) => createCampaign(ctx, body),
  readCampaign: ({ ctx, params }) => readCampaign(ctx, params.id),
  updateCampaign: ({ ctx, params, body }) => updateCampaign(ctx, params.id, body),
  deleteCampaign: async ({ ctx, params }) => {
    await deleteCampaign(ctx, params.id)
    return { done: true }
  },
  duplicateCampaign: ({ ctx, params }) => duplicateCampaign(ctx, params.id),
  estimateCampaign: ({ ctx, params }) => estimateCampaign(ctx, params.id),
  testSend: ({ ctx, params, body }) => testSend(ctx, params.id, body),
  launchCampaign: ({ ctx, params, body }) => launchCampaign(ctx, params.id, body),
  pauseCampaign: ({ ctx, params }) => pauseCampaign(ctx, params.id),
  resumeCampaign: ({ ctx, params }) => resumeCampaign(ctx, params.id),
  cancelCampaign: ({ ctx, params }) => cancelCampaign(ctx, params.id),
  readCampaignReport: ({ ctx, params }) => readCampaignReport(ctx, params.id),
}

const dueEverySeconds = 10
const completeEverySeconds = 5
const refreshEverySeconds = 30
const tidyEverySeconds = 3600

/** Background work: plans, scheduled launches, completion, snapshots; and what other capabilities ask of campaigns. */
export function startCampaigns(platform: Platform): void {
  registerCampaignHistory({ ensureCampaigns })
  registerUsage('campaigns', readCampaignUses)
  registerPopulation({
    handles: (query) => query.campaignId !== undefined && query.outcome !== undefined,
    page: (ctx, query, page) => campaignPeople(ctx, query.campaignId!, query.outcome!, page),
  })
  platform.jobs.handle(planTask, (payload) => planCampaign(platform, payload))
  platform.jobs.every('campaigns.due', dueEverySeconds, () => planDueCampaigns(platform))
  platform.jobs.every('campaigns.complete', completeEverySeconds, async () => {
    await cancelReturnedMessages(platform)
    await completeSentCampaigns(platform)
  })
  platform.jobs.every('campaigns.tidy', tidyEverySeconds, () => dropLeftoverAudiences(platform))
  platform.jobs.every('campaigns.refresh', refreshEverySeconds, (signal) => refreshAllCampaigns(platform, signal))
}
