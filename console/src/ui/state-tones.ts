import type { CampaignState } from '../../../contracts/campaigns.ts'
import type { MessageState } from '../../../contracts/delivery.ts'
import type { StateTone } from './values.tsx'

const campaignTones: Record<CampaignState, StateTone['tone']> = {
  draft: 'neutral',
  scheduled: 'accent',
  planning: 'accent',
  running: 'accent',
  paused: 'warn',
  completed: 'good',
  cancelled: 'neutral',
  imported: 'neutral',
}

/** The tone of a campaign's state, the same on every page. */
export const campaignTone = (state: CampaignState): StateTone['tone'] => campaignTones[state]

const messageTones: Record<MessageState, StateTone['tone']> = {
  planned: 'neutral',
  suppressed: 'neutral',
  ready: 'accent',
  claimed: 'accent',
  accepted: 'accent',
  delivered: 'good',
  failed: 'bad',
  unknown: 'warn',
  cancelled: 'neutral',
}

/** The tone of a message's state. */
export const messageTone = (state: MessageState): StateTone['tone'] => messageTones[state]
