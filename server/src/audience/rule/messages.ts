import type { EventRule, Filter, MessageRule } from '../../../../contracts/rule.ts'

/** What a message does is an event of the product's own, see `delivery/message-events.ts`. */
export const messageEvents = {
  sent: 'Message Accepted',
  delivered: 'Message Delivered',
  failed: 'Message Failed',
  replied: 'Message Replied',
  optedOut: 'Message Opted Out',
  heldBack: 'Control Assigned',
  ignored: 'Message Accepted',
} as const satisfies Record<MessageRule['behaviour'], string>

/** What people answer a message by. */
export const answerEvents = ['Message Replied', 'Message Opted Out'] as const

/** The filters of a message rule on its events. An event that names no channel is of a text message: nothing else was sent when those were written. */
export function messageFilters({ channel, campaignId }: MessageRule): Filter[] {
  const filters: Filter[] = []
  if (campaignId !== undefined) filters.push({ property: 'campaignId', test: { type: 'text', operator: 'is', values: [campaignId.toLowerCase()] } })
  if (channel !== undefined) {
    const isChannel: Filter = { property: 'channel', test: { type: 'text', operator: 'is', values: [channel] } }
    filters.push({ kind: 'any', filters: [isChannel, { property: 'channel', test: { type: 'text', operator: 'isNotSet', values: [] } }] })
  }
  return filters
}

/** A message rule as the events it counts; `ignored` is more than counting. */
export function asEventRule(rule: MessageRule): EventRule {
  const { comparison, window } = rule
  return { kind: 'event', event: messageEvents[rule.behaviour], filters: messageFilters(rule), measure: { kind: 'times' }, comparison, window }
}
