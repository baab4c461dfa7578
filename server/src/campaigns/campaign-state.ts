import { campaignStateLabels, type CampaignState } from '../../../contracts/campaigns.ts'
import { AppError } from '../platform/errors.ts'

/**
 * Which state may follow which.
 * planning is a background step that ends by itself; completed means that nothing is left to send (receipts may still come);
 * imported is history from another system and never changes.
 */
const transitions: Record<CampaignState, readonly CampaignState[]> = {
  draft: ['scheduled', 'planning'],
  scheduled: ['planning', 'cancelled'],
  planning: ['running', 'completed', 'cancelled', 'draft'],
  running: ['paused', 'completed', 'cancelled'],
  paused: ['running', 'cancelled'],
  completed: [],
  cancelled: [],
  imported: [],
}

export function mayFollow(from: CampaignState, to: CampaignState): boolean {
  return transitions[from].includes(to)
}

/** Throws `precondition`, naming both states, unless `to` may follow `from`. */
export function requireTransition(from: CampaignState, to: CampaignState): void {
  if (mayFollow(from, to)) return
  const [now, wanted] = [campaignStateLabels[from], campaignStateLabels[to]]
  throw new AppError('precondition', {
    zh: `活动处于「${now.zh}」，不能变为「${wanted.zh}」`,
    en: `The campaign is ${now.en.toLowerCase()}; it can not become ${wanted.en.toLowerCase()}`,
  })
}
