import type { FailureClass } from '../../../contracts/delivery.ts'
import type { KnownEvent } from '../collect/index.ts'
import { stableUuid } from '../platform/stable-uuid.ts'

export interface MessageFacts {
  messageId: number
  personId: number
  parts: number | null
  costFen: number | null
}

export interface CampaignFacts {
  campaignId: string
  campaign: string
}

type Change = 'Message Accepted' | 'Message Delivered' | 'Message Failed'

/** One event per message and change, however often it is written. */
function messageEvent(event: Change, facts: MessageFacts, atMs: number, properties: Record<string, unknown>): KnownEvent {
  return { personId: facts.personId, event, timeMs: atMs, key: stableUuid(event, facts.messageId), properties: { ...properties, messageId: facts.messageId } }
}

export function acceptedEvent(campaign: CampaignFacts & { templateId?: string }, facts: MessageFacts, atMs: number): KnownEvent {
  return messageEvent('Message Accepted', facts, atMs, { ...campaign, parts: facts.parts, costFen: facts.costFen })
}

export function deliveredEvent(campaign: CampaignFacts, facts: MessageFacts, atMs: number): KnownEvent {
  return messageEvent('Message Delivered', facts, atMs, { ...campaign })
}

export function failedEvent(campaign: CampaignFacts, facts: MessageFacts, failure: { failureClass: FailureClass; code: string; atMs: number }): KnownEvent {
  return messageEvent('Message Failed', facts, failure.atMs, { ...campaign, class: failure.failureClass, code: failure.code })
}

export interface ReplyFacts {
  replyId: number
  personId: number
  messageId: number | null
  text: string
  atMs: number
}

/** What a person wrote back. */
export function replyEvent(kind: 'optOut' | 'other', facts: ReplyFacts, campaign: CampaignFacts | null): KnownEvent {
  const event = kind === 'optOut' ? 'Message Opted Out' : 'Message Replied'
  return {
    personId: facts.personId,
    event,
    timeMs: facts.atMs,
    key: stableUuid('reply', facts.replyId),
    properties: { ...campaign, ...(facts.messageId === null ? {} : { messageId: facts.messageId }), text: facts.text },
  }
}
