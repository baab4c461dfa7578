import { z } from 'zod'
import { Instant, Uuid } from './common.ts'

/**
 * The one rule tree of the product: segments, layer conditions and audiences are all this.
 * Read by a compiler (sets of people), an evaluator (one person) and a describer (a sentence).
 */

/** What a rule may be at most; past these it is refused with the path of the node. */
export const ruleLimits = { depthMax: 10, nodesMax: 100, inlinedNodesMax: 500, filterDepthMax: 4, filtersMax: 30, stepsMax: 5, anniversaryDaysMax: 92 } as const

/** The attribute that is not an attribute but the time of registration, tested as a date. */
export const registeredAttribute = 'created_at'
/** The property that is not a property but the event's money in yuan, tested as a number. */
export const amountProperty = 'amount'

/** In place of a property of the first or last event: when it happened, tested as a date. */
export const timeProperty = '$time'

/** Keys of attributes, events' properties: letters of any script, digits, `_`, `-`, `.`, space inside; 1–64 characters. */
export const FieldKey = z.string().regex(/^[\p{L}_$][\p{L}\p{N}_\-. $]{0,63}$/u)
export const EventName = z.string().min(1).max(128)

/** Events that the product writes about people, which are none of their own doing. A reply or an opt-out is their doing. */
export const productEvents = [
  'Message Accepted',
  'Message Delivered',
  'Message Failed',
  'Control Assigned',
  'Layer Changed',
  'Segment Entered',
  'Segment Left',
] as const
/** In place of an event's name: whatever people did themselves, that is any event but `productEvents`. */
export const anyEvent = '*'
/** Whether an event is one that a rule's name means. */
export function meansEvent(named: string, event: string): boolean {
  return named === anyEvent ? !(productEvents as readonly string[]).includes(event) : named === event
}

export const textOperators = ['is', 'isNot', 'oneOf', 'contains', 'startsWith', 'within', 'isSet', 'isNotSet'] as const
export const numberOperators = ['equals', 'notEquals', 'greaterThan', 'atLeast', 'lessThan', 'atMost', 'between', 'isSet', 'isNotSet'] as const
export const dateOperators = ['before', 'after', 'between', 'withinLast', 'withinNext', 'moreThanAgo', 'isSet', 'isNotSet'] as const
export const booleanOperators = ['isTrue', 'isFalse', 'isSet', 'isNotSet'] as const
export const listOperators = ['hasAny', 'hasAll', 'hasNone', 'count', 'isSet', 'isNotSet'] as const
export const anniversaryOperators = ['today', 'withinNext', 'withinLast', 'thisMonth', 'nextMonth'] as const

export const comparisonOperators = ['equals', 'greaterThan', 'atLeast', 'lessThan', 'atMost', 'between'] as const
export const Comparison = z.object({ operator: z.enum(comparisonOperators), values: z.array(z.number()).min(1).max(2) })
export type Comparison = z.infer<typeof Comparison>

/**
 * A typed test of one value. A value of another type is as good as none. `isNot`, `notEquals` and `hasNone` hold for people without a value; `between` takes both ends in.
 * Dates are `YYYY-MM-DD` in the workspace's zone; `withinLast`, `withinNext`, `moreThanAgo` take days and count from today: `[today − n, today]`, `[today, today + n]`,
 * before `today − n`. `within` is for regions: the value lies in one of the named ones (浙江省 holds 浙江省杭州市, separators do not matter).
 * An anniversary comes back every year on the date's day of the solar or the lunar calendar; the date itself is none. `values` are days of `withinNext` and `withinLast`.
 * A list's `count` takes `comparison`, the other operators texts.
 */
export const ValueTest = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), operator: z.enum(textOperators), values: z.array(z.string().max(500)).max(1000).default([]) }),
  z.object({ type: z.literal('number'), operator: z.enum(numberOperators), values: z.array(z.number()).max(2).default([]) }),
  z.object({
    type: z.literal('date'),
    operator: z.enum(dateOperators),
    values: z
      .array(z.union([z.iso.date(), z.int().min(0).max(36500)]))
      .max(2)
      .default([]),
  }),
  z.object({ type: z.literal('boolean'), operator: z.enum(booleanOperators) }),
  z.object({
    type: z.literal('list'),
    operator: z.enum(listOperators),
    values: z.array(z.string().max(500)).max(1000).default([]),
    comparison: Comparison.optional().describe('of `count`: how many there are'),
  }),
  z.object({
    type: z.literal('anniversary'),
    calendar: z.enum(['solar', 'lunar']),
    operator: z.enum(anniversaryOperators),
    values: z.array(z.int().min(0).max(ruleLimits.anniversaryDaysMax)).max(1).default([]),
  }),
])
export type ValueTest = z.infer<typeof ValueTest>

export const PropertyFilter = z.object({ property: FieldKey, test: ValueTest })
export type PropertyFilter = z.infer<typeof PropertyFilter>
export interface FilterGroup {
  kind: 'all' | 'any'
  filters: Filter[]
}
export interface FilterNegation {
  kind: 'not'
  filter: Filter
}
/** A filter of events by their properties. A list of filters is an implicit `all`. */
export type Filter = PropertyFilter | FilterGroup | FilterNegation
export const Filter: z.ZodType<Filter> = z
  .lazy(() =>
    z.union([
      PropertyFilter,
      z.object({ kind: z.enum(['all', 'any']), filters: z.array(Filter).max(ruleLimits.filtersMax) }),
      z.object({ kind: z.literal('not'), filter: Filter }),
    ]),
  )
  .meta({ id: 'RuleFilter' })
export const isPropertyFilter = (filter: Filter): filter is PropertyFilter => 'property' in filter

/** A length of time: an hour is 60 minutes, a day 24 hours. */
export const Span = z.object({ amount: z.int().min(1).max(5000), unit: z.enum(['minute', 'hour', 'day']) })
export type Span = z.infer<typeof Span>
export const calendarUnits = ['day', 'week', 'month', 'quarter', 'year'] as const

/**
 * `last` counts back from now: `[now − amount·unit, now)`; `before` is what lies further back: before `now − amount·unit`. `between` is `[from, to)`.
 * `calendar` takes days, weeks (from Monday), months, quarters or years of the workspace's zone: `previous` 0 is the one of now up to now, n the n whole ones before it.
 * `sinceCampaign`: after the person was last contacted by the campaign, or by any, and before now; for whoever never was there is nothing in the window.
 */
export const EventWindow = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ever') }),
  z.object({ kind: z.literal('last'), amount: z.int().min(1).max(3650), unit: z.enum(['hour', 'day']) }),
  z.object({ kind: z.literal('before'), amount: z.int().min(1).max(3650), unit: z.enum(['hour', 'day']) }),
  z.object({ kind: z.literal('between'), from: Instant, to: Instant }),
  z.object({ kind: z.literal('calendar'), unit: z.enum(calendarUnits), previous: z.int().min(0).max(366) }),
  z.object({ kind: z.literal('sinceCampaign'), campaignId: Uuid.optional().describe('left out: any campaign') }),
])
export type EventWindow = z.infer<typeof EventWindow>

/**
 * What is measured over the matching events of a person. `days`: on how many days of the workspace's zone. `distinct`: how many different values a property has, no value
 * being none. `amount` is the event's money in yuan; a property counts where it is a number. Exact to six decimals.
 */
export const Measure = z.discriminatedUnion('kind', [
  z.object({ kind: z.enum(['times', 'days']) }),
  z.object({ kind: z.enum(['sum', 'average', 'minimum', 'maximum', 'distinct']), of: z.union([z.literal('amount'), FieldKey]) }),
])
export type Measure = z.infer<typeof Measure>

export const AttributeRule = z.object({ kind: z.literal('attribute'), attribute: FieldKey, test: ValueTest })
const Filters = z.array(Filter).max(10).default([])
/** "did" is times atLeast 1, "did not" is times equals 0. People without any matching event have times, days, distinct 0, sum 0 and no average, minimum or maximum. */
export const EventRule = z.object({
  kind: z.literal('event'),
  event: EventName,
  filters: Filters,
  measure: Measure,
  comparison: Comparison,
  window: EventWindow,
})
/**
 * A test of the first or last matching event: of a property, of `amount` (a number), or of its time (`timeProperty`: a date or an anniversary). Without any matching event there
 * is no value. Of events at the same instant the one with the greater id counts as later.
 */
export const EventValueRule = z.object({
  kind: z.literal('eventValue'),
  event: EventName,
  filters: Filters,
  which: z.enum(['first', 'last']),
  of: FieldKey,
  test: ValueTest,
  window: EventWindow,
})

export const SequenceEvent = z.object({ event: EventName, filters: Filters })
export type SequenceEvent = z.infer<typeof SequenceEvent>
/** `within` and `without` are about the way from the step before to this one; the first step has neither. */
export const SequenceStep = SequenceEvent.extend({
  within: Span.optional().describe('at most so long after the step before'),
  without: z.array(SequenceEvent).max(3).default([]).describe('none of these strictly between the step before and this one'),
})
export type SequenceStep = z.infer<typeof SequenceStep>
/**
 * Holds when there are events t₁ < t₂ < … of the window, tᵢ matching step i, with tᵢ₊₁ − tᵢ at most `within` and no event of `without` at a time strictly between, and
 * with the last at most `within` of the whole after the first. Equal times are not after each other.
 */
export const SequenceRule = z.object({
  kind: z.literal('sequence'),
  steps: z.array(SequenceStep).min(2).max(ruleLimits.stepsMax),
  within: Span.optional().describe('from the first to the last step'),
  window: EventWindow,
})

/** Days within which a message is answered, or else was ignored, when a rule does not say. */
export const ignoredAfterDays = 7

/** What became of messages: `heldBack` are campaigns whose control group the person was in; `ignored` are messages without an answer of the person afterwards. */
export const messageBehaviours = ['sent', 'delivered', 'failed', 'replied', 'optedOut', 'heldBack', 'ignored'] as const
export const MessageBehaviour = z.enum(messageBehaviours)
export type MessageBehaviour = z.infer<typeof MessageBehaviour>
/**
 * How many messages behaved so in the window. `ignored`: the person answered nothing (reply, opt-out) within `afterDays` after it was sent; messages sent less than `afterDays`
 * ago are not decided yet and do not count. With `inARow` only the latest decided messages count, back to the first that was answered.
 */
export const MessageRule = z.object({
  kind: z.literal('message'),
  behaviour: MessageBehaviour,
  channel: z.enum(['sms']).optional(),
  campaignId: Uuid.optional(),
  comparison: Comparison,
  window: EventWindow,
  afterDays: z.int().min(1).max(365).optional().describe('of `ignored`; `ignoredAfterDays` when left out'),
  inARow: z.boolean().optional().describe('of `ignored`'),
})

/** Has the tag now: one that has run out is none. `values`: one of these, for value tags; none means any. `window`: when it was set. */
export const TagRule = z.object({
  kind: z.literal('tag'),
  tagId: Uuid,
  values: z.array(z.string().min(1).max(100)).max(100).default([]),
  window: EventWindow.default({ kind: 'ever' }),
})
/** What the person last said to marketing on the channel; `none`: never said anything. */
export const ConsentRule = z.object({ kind: z.literal('consent'), channel: z.enum(['sms']), state: z.enum(['granted', 'withdrawn', 'none']) })
export const LayerRule = z.object({ kind: z.literal('layer'), modelId: Uuid, layers: z.array(z.string().max(60)).min(1).max(30) })
/** In another segment: by its rule of now, or, for a static one (a list), by its members. */
export const SegmentRule = z.object({ kind: z.literal('segment'), segmentId: Uuid })
/** Whether the person has a phone (sms) or an e-mail address at all; consent and caps are decided when sending. */
export const HasAddressRule = z.object({ kind: z.literal('hasAddress'), channel: z.enum(['sms', 'email']) })

export type AttributeRule = z.infer<typeof AttributeRule>
export type EventRule = z.infer<typeof EventRule>
export type EventValueRule = z.infer<typeof EventValueRule>
export type SequenceRule = z.infer<typeof SequenceRule>
export type MessageRule = z.infer<typeof MessageRule>
export type TagRule = z.infer<typeof TagRule>
export type ConsentRule = z.infer<typeof ConsentRule>
export type LayerRule = z.infer<typeof LayerRule>
export type SegmentRule = z.infer<typeof SegmentRule>
export type HasAddressRule = z.infer<typeof HasAddressRule>
/** A condition: what has no rules inside. */
export type LeafRule =
  | AttributeRule
  | EventRule
  | EventValueRule
  | SequenceRule
  | MessageRule
  | TagRule
  | ConsentRule
  | LayerRule
  | SegmentRule
  | HasAddressRule

export interface AllRule {
  kind: 'all'
  rules: Rule[]
}
export interface AnyRule {
  kind: 'any'
  rules: Rule[]
}
export interface NotRule {
  kind: 'not'
  rule: Rule
}
export type Rule = AllRule | AnyRule | NotRule | LeafRule

/** An empty `all` is everyone; an empty `any` is nobody. */
export const Rule: z.ZodType<Rule> = z
  .lazy(() =>
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('all'), rules: z.array(Rule).max(50) }),
      z.object({ kind: z.literal('any'), rules: z.array(Rule).max(50) }),
      z.object({ kind: z.literal('not'), rule: Rule }),
      AttributeRule,
      EventRule,
      EventValueRule,
      SequenceRule,
      MessageRule,
      TagRule,
      ConsentRule,
      LayerRule,
      SegmentRule,
      HasAddressRule,
    ]),
  )
  .meta({ id: 'Rule' })

export const everyone: Rule = { kind: 'all', rules: [] }
