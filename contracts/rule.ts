import { z } from 'zod'
import { Instant, Uuid } from './common.ts'

/**
 * The one rule tree of the product: segments, layer conditions and audiences are all this.
 * Read by a compiler (sets of people), an evaluator (one person) and a describer (a sentence).
 */

/** What a rule may be at most; past these it is refused with the path of the node. */
export const ruleLimits = { depthMax: 10, nodesMax: 100, inlinedNodesMax: 500 } as const

/** The attribute that is not an attribute but the time of registration, tested as a date. */
export const registeredAttribute = 'created_at'
/** The property that is not a property but the event's money in yuan, tested as a number. */
export const amountProperty = 'amount'

/** Keys of attributes, events' properties: letters of any script, digits, `_`, `-`, `.`, space inside; 1–64 characters. */
export const FieldKey = z.string().regex(/^[\p{L}_$][\p{L}\p{N}_\-. $]{0,63}$/u)
export const EventName = z.string().min(1).max(128)

/** Events that the product writes about people, which are none of their own doing. A reply or an opt-out is their doing. */
export const productEvents = ['Message Accepted', 'Message Delivered', 'Message Failed', 'Control Assigned'] as const
/** In place of an event's name: whatever people did themselves, that is any event but `productEvents`. */
export const anyEvent = '*'
/** Whether an event is one that a rule's name means. */
export function meansEvent(named: string, event: string): boolean {
  return named === anyEvent ? !(productEvents as readonly string[]).includes(event) : named === event
}

export const textOperators = ['is', 'isNot', 'oneOf', 'contains', 'startsWith', 'isSet', 'isNotSet'] as const
export const numberOperators = ['equals', 'notEquals', 'greaterThan', 'atLeast', 'lessThan', 'atMost', 'between', 'isSet', 'isNotSet'] as const
export const dateOperators = ['before', 'after', 'between', 'withinLast', 'moreThanAgo', 'isSet', 'isNotSet'] as const
export const booleanOperators = ['isTrue', 'isFalse', 'isSet', 'isNotSet'] as const

/**
 * A typed test of one value. A value of another type is as good as none. `isNot` and `notEquals` hold for people without a value; `between` takes both ends in.
 * Dates are `YYYY-MM-DD` in the workspace's zone; `withinLast` / `moreThanAgo` take days and count from today: `[today − n, today]`, before `today − n`.
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
])
export type ValueTest = z.infer<typeof ValueTest>

export const PropertyFilter = z.object({ property: FieldKey, test: ValueTest })
export type PropertyFilter = z.infer<typeof PropertyFilter>

/** `last` counts back from now: `[now − amount·unit, now)`. `between` is `[from, to)`. */
export const EventWindow = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ever') }),
  z.object({ kind: z.literal('last'), amount: z.int().min(1).max(3650), unit: z.enum(['hour', 'day']) }),
  z.object({ kind: z.literal('between'), from: Instant, to: Instant }),
])
export type EventWindow = z.infer<typeof EventWindow>

/** What is measured over the matching events of a person. `amount` is the event's money in yuan; a property counts where it is a number. Exact to six decimals. */
export const Measure = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('times') }),
  z.object({ kind: z.enum(['sum', 'average', 'minimum', 'maximum']), of: z.union([z.literal('amount'), FieldKey]) }),
])
export type Measure = z.infer<typeof Measure>

export const comparisonOperators = ['equals', 'greaterThan', 'atLeast', 'lessThan', 'atMost', 'between'] as const
export const Comparison = z.object({ operator: z.enum(comparisonOperators), values: z.array(z.number()).min(1).max(2) })
export type Comparison = z.infer<typeof Comparison>

export const AttributeRule = z.object({ kind: z.literal('attribute'), attribute: FieldKey, test: ValueTest })
/** "did" is times atLeast 1, "did not" is times equals 0. People without any matching event have times 0, sum 0 and no average, minimum or maximum. */
export const EventRule = z.object({
  kind: z.literal('event'),
  event: EventName,
  filters: z.array(PropertyFilter).max(10).default([]),
  measure: Measure,
  comparison: Comparison,
  window: EventWindow,
})
export const LayerRule = z.object({ kind: z.literal('layer'), modelId: Uuid, layers: z.array(z.string().max(60)).min(1).max(30) })
export const SegmentRule = z.object({ kind: z.literal('segment'), segmentId: Uuid })
/** Whether the person has a phone (sms) or an e-mail address at all; consent and caps are decided when sending. */
export const HasAddressRule = z.object({ kind: z.literal('hasAddress'), channel: z.enum(['sms', 'email']) })

export type AttributeRule = z.infer<typeof AttributeRule>
export type EventRule = z.infer<typeof EventRule>
export type LayerRule = z.infer<typeof LayerRule>
export type SegmentRule = z.infer<typeof SegmentRule>
export type HasAddressRule = z.infer<typeof HasAddressRule>

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
export type Rule = AllRule | AnyRule | NotRule | AttributeRule | EventRule | LayerRule | SegmentRule | HasAddressRule

/** An empty `all` is everyone; an empty `any` is nobody. */
export const Rule: z.ZodType<Rule> = z
  .lazy(() =>
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('all'), rules: z.array(Rule).max(50) }),
      z.object({ kind: z.literal('any'), rules: z.array(Rule).max(50) }),
      z.object({ kind: z.literal('not'), rule: Rule }),
      AttributeRule,
      EventRule,
      LayerRule,
      SegmentRule,
      HasAddressRule,
    ]),
  )
  .meta({ id: 'Rule' })

export const everyone: Rule = { kind: 'all', rules: [] }
