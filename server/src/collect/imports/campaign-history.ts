import type { Context } from '../../access/index.ts'

/** A campaign that a file of past contacts names. */
export interface HistoricCampaign {
  code: string
  name: string
  type: string
  endsAt: Date | null
  goal: { event: string; property: string | null; windowDays: number }
}

/** What imports of past contacts need from campaigns, which stand above and register it. */
export interface CampaignHistory {
  /** The id of each campaign by its code; creates those that do not exist, as campaigns of the past. */
  ensureCampaigns(ctx: Context, campaigns: readonly HistoricCampaign[]): Promise<Map<string, string>>
}

let registered: CampaignHistory | null = null

/** Called once at start by the capability that owns campaigns. */
export function registerCampaignHistory(history: CampaignHistory): void {
  registered = history
}

export function campaignHistory(): CampaignHistory {
  if (!registered) throw new Error('No capability has registered the history of campaigns')
  return registered
}
