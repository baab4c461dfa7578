import type { Interval } from '../../../contracts/campaigns.ts'
import type { ComparisonRow } from '../../../contracts/insight.ts'
import type { Context } from '../access/index.ts'
import { listMeasuredCampaigns, meanDifference, proportionDifference, refreshStaleCampaigns, type MeasuredCampaign } from '../campaigns/index.ts'

/**
 * Results of all launched campaigns side by side, one row per campaign or per campaign type. People and conversions are counted per campaign, so a person
 * contacted by two campaigns of a type counts twice: rates are per contact of a person by a campaign.
 */
export async function compareCampaigns(ctx: Context, query: { groupBy: 'campaign' | 'type' }): Promise<{ rows: ComparisonRow[] }> {
  await refreshStaleCampaigns(ctx)
  const campaigns = await listMeasuredCampaigns(ctx)
  const groups = new Map<string, MeasuredCampaign[]>()
  for (const campaign of campaigns) {
    const key = query.groupBy === 'type' ? campaign.type : campaign.id
    groups.set(key, [...(groups.get(key) ?? []), campaign])
  }
  const rows = [...groups].map(([key, members]) => compareGroup(key, query.groupBy === 'type' ? key : (members[0]?.name ?? key), members))
  return { rows: rows.toSorted((a, b) => b.contacted - a.contacted) }
}

function compareGroup(key: string, name: string, campaigns: readonly MeasuredCampaign[]): ComparisonRow {
  const sum = (number: (campaign: MeasuredCampaign) => number): number => campaigns.reduce((total, campaign) => total + number(campaign), 0)
  const contacted = sum(({ outcome }) => outcome.treated.people)
  const converted = sum(({ outcome }) => outcome.treated.converted)
  const controlPeople = sum(({ outcome }) => outcome.control.people)
  const controlConverted = sum(({ outcome }) => outcome.control.converted)
  const costFen = sum(({ outcome }) => outcome.costFen)
  return {
    key,
    name,
    campaigns: campaigns.length,
    contacted,
    converted,
    conversionRate: contacted === 0 ? 0 : converted / contacted,
    controlPeople,
    controlConverted,
    controlRate: controlPeople === 0 ? null : controlConverted / controlPeople,
    lift: pooledLift(campaigns),
    revenueFen: sum(({ outcome }) => outcome.treated.revenueFen),
    costFen: Math.round(costFen),
    optedOut: sum(({ outcome }) => outcome.optedOut),
    roi: roi(campaigns, costFen),
  }
}

/**
 * Difference of conversion rates over several campaigns: each campaign is its own trial, so their differences are averaged by the number contacted
 * (a stratified estimate; pooling the groups instead would compare people of different campaigns). One campaign keeps its own exact interval.
 */
function pooledLift(campaigns: readonly MeasuredCampaign[]): Interval | null {
  const trials = campaigns.flatMap(({ outcome }) => {
    const interval = proportionDifference(outcome.treated, outcome.control)
    return interval ? [{ interval, weight: outcome.treated.people }] : []
  })
  const [only] = trials
  if (!only) return null
  if (trials.length === 1) return only.interval
  const weights = trials.reduce((total, { weight }) => total + weight, 0)
  const value = trials.reduce((total, { interval, weight }) => total + (interval.value * weight) / weights, 0)
  const reach = (side: (interval: Interval) => number): number =>
    Math.sqrt(trials.reduce((total, { interval, weight }) => total + ((side(interval) - interval.value) * (weight / weights)) ** 2, 0))
  return { value, low: value - reach(({ low }) => low), high: value + reach(({ high }) => high) }
}

/** Incremental revenue of the campaigns that have a control group, less the cost of those campaigns, over that cost. */
function roi(campaigns: readonly MeasuredCampaign[], costFen: number): number | null {
  if (costFen === 0) return null
  const trials = campaigns.flatMap(({ outcome }) => {
    const difference = meanDifference(outcome.treated, outcome.control)
    return difference ? [{ incrementalFen: difference.value * outcome.treated.people, costFen: outcome.costFen }] : []
  })
  const spent = trials.reduce((total, trial) => total + trial.costFen, 0)
  if (spent === 0) return null
  return (trials.reduce((total, trial) => total + trial.incrementalFen, 0) - spent) / spent
}
