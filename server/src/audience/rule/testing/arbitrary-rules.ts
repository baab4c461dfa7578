import * as fc from 'fast-check'
import { anyEvent, type EventWindow, type Filter, type Rule, type ValueTest } from '../../../../../contracts/rule.ts'
import type { EventFact, PersonFacts } from '../evaluate-rule.ts'

/**
 * Random rules and histories that often meet: a few keys and values, times on and beside the edges of windows, values of every type at every
 * key, and names that are SQL, JSON or Liquid.
 */
const dayMs = 86_400_000
export const hostile = ["it's; drop table events", 'a\\b`c"d', '\t\n\r', '{p0:String}', '%_', '😀', '\\N', '护肤\u0000x']
const keys = ['city', 'age', 'vip', 'birthday', 'mixed', 'a.b', 'k-1 $x', 'null', '城市'] as const
const eventNames = [
  'Order Completed',
  'Product Viewed',
  'Message Accepted',
  'Message Replied',
  'Message Opted Out',
  'Control Assigned',
  hostile[0]!,
  hostile[1]!,
]
export const campaignIds = ['0190a000-0000-7000-8000-00000000c001', '0190a000-0000-7000-8000-00000000c002']
export const tagIds = ['0190a000-0000-7000-8000-00000000a001', '0190a000-0000-7000-8000-00000000a002']
const texts = ['上海', '北京', '北', 'x', '上海 / 浦东', '上海市浦东', ...hostile]
const numbers = [0, 1, -1, 2.5, 0.1, 0.7, 0.8, 18, 1e15, 12345678901234567000, -0.000001]
// Some have their solar or lunar day on, beside or a month after the day that is now.
const days =
  '2026-11-01 2026-11-22 2026-10-23 1988-07-01 1990-11-22 2000-02-29 1999-11-21 2001-11-23 1996-12-31 1990-12-09 1969-12-01 1950-11-22 2007-11-23 1988-12-01 1980-12-07 1995-12-05 1987-11-21 1976-12-05'.split(
    ' ',
  )
const instants = [
  '2026-11-21T16:00:00Z',
  '2026-11-21T15:59:59.999Z',
  '2026-11-22T00:30:00+08:00',
  '2026-11-22 10:00',
  '2026-02-30T00:00:00Z',
  '1965-03-01T16:00:00.000Z',
  '2026-13-01',
  '2026-02-30',
]

const text = fc.constantFrom(...texts)
const number = fc.constantFrom(...numbers)
const value = fc.oneof(
  text,
  text,
  number,
  number,
  fc.constantFrom(...days, ...instants),
  fc.boolean(),
  fc.constant(null),
  fc.constant(''),
  fc.constantFrom<unknown[]>([1, 'x'], [], ['x'], ['上海', 'x', null], [[1]], [2, 3]),
)

const bag = fc
  .dictionary(fc.constantFrom(...keys), value, { maxKeys: 7 })
  .chain((flat) => fc.option(value, { nil: undefined }).map((nested): Record<string, unknown> => (nested === undefined ? flat : { ...flat, a: { b: nested } })))

/** Both halves differ, for the order of ids is by the second and then by the first. */
const eventId = fc.tuple(fc.nat({ max: 3 }), fc.nat(), fc.nat({ max: 3 }), fc.nat()).map((parts) => {
  const [a, b, c, d] = parts.map((part) => part.toString(16).padStart(8, '0')) as [string, string, string, string]
  return `${a}-${b.slice(0, 4)}-${b.slice(4)}-000${c.at(-1)}-${d}0000`
})
const campaignId = fc.constantFrom(undefined, ...campaignIds)

/** A history around `now`: events exactly at, one millisecond before and after the edges of the windows below. */
export function arbitraryFacts(now: Date): fc.Arbitrary<PersonFacts> {
  const time = fc
    .tuple(fc.constantFrom(0, 1, 2, 3, 7, 21, 22, 30, 31, 83, 365), fc.constantFrom(-1, 0, 1, 2))
    .map(([ago, offset]) => now.getTime() - ago * dayMs + offset)
  // The edges of days, weeks and months in the zone, where it is not now.
  const edge = fc.tuple(fc.constantFrom('2026-11-22', '2026-11-16', '2026-11-01', '2026-10-01', '2026-01-01', '2026-11-09'), fc.constantFrom(-1, 0, 1))
  const calendarTime = edge.map(([day, offset]) => Date.parse(`${day}T00:00:00+08:00`) + offset)
  const eventRecord = fc.record({
    id: eventId,
    event: fc.constantFrom(...eventNames),
    timeMs: fc.oneof({ weight: 3, arbitrary: time }, { weight: 1, arbitrary: calendarTime }),
    amountFen: fc.constantFrom(null, 0, 1, 1999, 30_000, 15_000, -500),
    properties: bag,
    campaignId,
    channel: fc.constantFrom(undefined, undefined, 'sms', 'email'),
  })
  const event: fc.Arbitrary<EventFact> = eventRecord.map(({ campaignId: campaign, channel, properties, ...fact }) => ({
    ...fact,
    properties: { ...properties, ...(campaign && { campaignId: campaign }), ...(channel && { channel }) },
  }))
  const tag = fc.record({
    tagId: fc.constantFrom(...tagIds),
    value: fc.constantFrom('', '护肤', hostile[0]!),
    setAtMs: time,
    expiresAtMs: fc.oneof(fc.constant(null), time),
  })
  return fc.record({
    attributes: bag,
    createdAt: time.map((ms) => new Date(ms)),
    hasPhone: fc.boolean(),
    hasEmail: fc.boolean(),
    events: fc.array(event, { maxLength: 12, size: 'max' }),
    tags: fc.uniqueArray(tag, { maxLength: 3, selector: ({ tagId, value: of }) => `${tagId} ${of}` }),
    consents: fc.constantFrom([], [{ channel: 'sms', state: 'granted' }], [{ channel: 'sms', state: 'withdrawn' }]),
    layers: fc.constantFrom([], ['high'], ['low']).map((layers) => layers.map((layer) => ({ modelId, run: 7, layer, recencyScore: 5, frequencyScore: 1 }))),
  })
}

export const modelId = '0190a000-0000-7000-8000-000000000001'

const noValues: never[] = []
const textTest: fc.Arbitrary<ValueTest> = fc.oneof(
  fc.record({ type: fc.constant('text' as const), operator: fc.constantFrom('is', 'isNot', 'contains', 'startsWith'), values: text.map((one) => [one]) }),
  fc.record({
    type: fc.constant('text' as const),
    operator: fc.constantFrom('oneOf' as const, 'within' as const),
    values: fc.array(text, { minLength: 1, maxLength: 4 }),
  }),
  fc.record({ type: fc.constant('text' as const), operator: fc.constantFrom('isSet', 'isNotSet'), values: fc.constant(noValues) }),
)
const ascending = <Value extends number | string>(one: fc.Arbitrary<Value>) => fc.tuple(one, one).map(([a, b]) => (a <= b ? [a, b] : [b, a]))
const oneNumber = fc.constantFrom('equals', 'greaterThan', 'atLeast', 'lessThan', 'atMost')
const numberTest: fc.Arbitrary<ValueTest> = fc.oneof(
  fc.record({ type: fc.constant('number' as const), operator: fc.oneof(oneNumber, fc.constant('notEquals' as const)), values: number.map((one) => [one]) }),
  fc.record({ type: fc.constant('number' as const), operator: fc.constant('between' as const), values: ascending(number) }),
  fc.record({ type: fc.constant('number' as const), operator: fc.constantFrom('isSet', 'isNotSet'), values: fc.constant(noValues) }),
)
const dateTest: fc.Arbitrary<ValueTest> = fc.oneof(
  fc.record({ type: fc.constant('date' as const), operator: fc.constantFrom('before', 'after'), values: fc.constantFrom(...days).map((one) => [one]) }),
  fc.record({ type: fc.constant('date' as const), operator: fc.constant('between' as const), values: ascending(fc.constantFrom(...days)) }),
  fc.record({
    type: fc.constant('date' as const),
    operator: fc.constantFrom('withinLast', 'withinNext', 'moreThanAgo'),
    values: fc.constantFrom(0, 1, 21, 30).map((one) => [one]),
  }),
  fc.record({ type: fc.constant('date' as const), operator: fc.constantFrom('isSet', 'isNotSet'), values: fc.constant(noValues) }),
)
const booleanTest: fc.Arbitrary<ValueTest> = fc.record({
  type: fc.constant('boolean' as const),
  operator: fc.constantFrom('isTrue', 'isFalse', 'isSet', 'isNotSet'),
})
const anniversaryTest: fc.Arbitrary<ValueTest> = fc
  .record({
    calendar: fc.constantFrom('solar' as const, 'lunar' as const),
    operator: fc.constantFrom('today' as const, 'withinNext' as const, 'withinLast' as const, 'thisMonth' as const, 'nextMonth' as const),
    count: fc.constantFrom(0, 1, 7, 31),
  })
  .map(({ calendar, operator, count }) => ({
    type: 'anniversary',
    calendar,
    operator,
    values: operator === 'withinNext' || operator === 'withinLast' ? [count] : [],
  }))
const valueTest = fc.oneof(textTest, numberTest, dateTest, booleanTest, anniversaryTest, listTest())

const key = fc.constantFrom(...keys)
const propertyFilter = fc.oneof(fc.record({ property: key, test: valueTest }), fc.record({ property: fc.constant('amount'), test: numberTest }))
const filterTree = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 2, depthIdentifier: 'filter' },
    propertyFilter,
    fc.record({ kind: fc.constantFrom('all' as const, 'any' as const), filters: fc.array(tie('filter'), { maxLength: 3 }) }),
    fc.record({ kind: fc.constant('not' as const), filter: tie('filter') }),
  ),
})).filter
const filter = fc.oneof({ weight: 3, arbitrary: propertyFilter }, { weight: 1, arbitrary: filterTree })

function listTest(): fc.Arbitrary<ValueTest> {
  return fc.oneof(
    fc.record({
      type: fc.constant('list' as const),
      operator: fc.constantFrom('hasAny' as const, 'hasAll' as const, 'hasNone' as const),
      values: fc.array(fc.constantFrom('x', '上海', 'true'), { minLength: 1, maxLength: 2 }),
    }),
    fc.record({ type: fc.constant('list' as const), operator: fc.constantFrom('isSet' as const, 'isNotSet' as const), values: fc.constant(noValues) }),
    fc.record({
      type: fc.constant('list' as const),
      operator: fc.constant('count' as const),
      values: fc.constant(noValues),
      comparison: fc.record({
        operator: fc.constantFrom('equals' as const, 'atLeast' as const, 'lessThan' as const),
        values: fc.constantFrom(0, 1, 2).map((one) => [one]),
      }),
    }),
  )
}
const measure = fc.oneof(
  fc.constant({ kind: 'times' as const }),
  fc.constant({ kind: 'days' as const }),
  fc.record({ kind: fc.constantFrom('sum', 'average', 'minimum', 'maximum', 'distinct'), of: fc.oneof(fc.constant('amount'), key) }),
)
const bound = fc.constantFrom(0, 1, 2, 3, 0.8, 150, 299.99, 300, -5)
const comparison = fc.oneof(
  fc.record({ operator: oneNumber, values: bound.map((one) => [one]) }),
  fc.record({ operator: fc.constant('between' as const), values: ascending(bound) }),
)

function arbitraryWindow(now: Date): fc.Arbitrary<EventWindow> {
  const ago = (count: number) => new Date(now.getTime() - count * dayMs).toISOString()
  return fc.oneof(
    fc.constant({ kind: 'ever' as const }),
    fc.constantFrom(1, 2, 7, 30, 365).map((amount) => ({ kind: 'last' as const, amount, unit: 'day' as const })),
    fc.constant({ kind: 'last' as const, amount: 24, unit: 'hour' as const }),
    fc.constantFrom(1, 7, 30).map((amount) => ({ kind: 'before' as const, amount, unit: 'day' as const })),
    fc.constantFrom<[number, number]>([30, 7], [31, 1], [365, 0]).map(([from, to]) => ({ kind: 'between' as const, from: ago(from), to: ago(to) })),
    fc.record({
      kind: fc.constant('calendar' as const),
      unit: fc.constantFrom('day' as const, 'week' as const, 'month' as const, 'quarter' as const, 'year' as const),
      previous: fc.constantFrom(0, 1, 2),
    }),
    campaignId.map((id): EventWindow => ({ kind: 'sinceCampaign', ...(id && { campaignId: id }) })),
  )
}

const someEvent = fc.record({
  event: fc.constantFrom('Order Completed', 'Product Viewed', 'Message Replied', anyEvent),
  filters: fc.array(filter, { maxLength: 1 }),
})
const span = fc.constantFrom(
  { amount: 1, unit: 'minute' as const },
  { amount: 1, unit: 'day' as const },
  { amount: 24, unit: 'hour' as const },
  { amount: 30, unit: 'day' as const },
)

function arbitrarySequence(window: fc.Arbitrary<EventWindow>): fc.Arbitrary<Rule> {
  const plain = fc.oneof({ weight: 3, arbitrary: someEvent.map((one) => ({ ...one, filters: [] })) }, { weight: 1, arbitrary: someEvent })
  const step = fc
    .tuple(plain, fc.option(span, { nil: undefined }), fc.array(plain, { maxLength: 2 }))
    .map(([one, within, without]) => ({ ...one, without, ...(within && { within }) }))
  return fc
    .tuple(plain, fc.array(step, { minLength: 1, maxLength: 2 }), fc.option(span, { nil: undefined }), window)
    .map(([first, steps, within, of]) => ({ kind: 'sequence', steps: [{ ...first, without: [] }, ...steps], window: of, ...(within && { within }) }))
}

function arbitraryMessage(window: fc.Arbitrary<EventWindow>): fc.Arbitrary<Rule> {
  const plain = fc.record({
    kind: fc.constant('message' as const),
    behaviour: fc.constantFrom('sent' as const, 'replied' as const, 'optedOut' as const, 'heldBack' as const),
    channel: fc.constantFrom(undefined, 'sms' as const),
    campaignId,
    comparison,
    window,
  })
  const ignored = fc
    .tuple(plain, fc.constantFrom(undefined, 1, 21), fc.boolean())
    .map(([one, afterDays, inARow]) => ({ ...one, behaviour: 'ignored' as const, inARow, ...(afterDays && { afterDays }) }))
  return fc.oneof(plain, ignored)
}

function arbitraryLeaf(now: Date): fc.Arbitrary<Rule> {
  const window = arbitraryWindow(now)
  const event = fc.record({
    kind: fc.constant('event' as const),
    event: fc.constantFrom(...eventNames, anyEvent),
    filters: fc.array(filter, { maxLength: 2 }),
    measure,
    comparison,
    window,
  })
  // Conditions on the same events stand side by side, as in “at least twice and for more than 300 yuan”: they are read as one.
  const siblings = fc
    .record({
      kind: fc.constantFrom('all' as const, 'any' as const),
      first: event,
      others: fc.array(fc.record({ measure, comparison, isNot: fc.boolean() }), { minLength: 1, maxLength: 3 }),
    })
    .map(({ kind, first, others }): Rule => {
      const same = others.map(({ isNot, ...asked }): Rule => (isNot ? { kind: 'not', rule: { ...first, ...asked } } : { ...first, ...asked }))
      return { kind, rules: [first, ...same] }
    })
  const eventValue = fc.record({
    kind: fc.constant('eventValue' as const),
    event: fc.constantFrom(...eventNames, anyEvent),
    filters: fc.array(filter, { maxLength: 1 }),
    which: fc.constantFrom('first' as const, 'last' as const),
    tested: fc.oneof(
      fc.record({ of: key, test: valueTest }),
      fc.record({ of: fc.constant('amount'), test: numberTest }),
      fc.record({ of: fc.constant('$time'), test: fc.oneof(dateTest, anniversaryTest) }),
    ),
    window,
  })
  return fc.oneof(
    { weight: 3, arbitrary: eventValue.map(({ tested, ...rest }): Rule => ({ ...rest, ...tested })) },
    { weight: 3, arbitrary: arbitrarySequence(window) },
    { weight: 3, arbitrary: arbitraryMessage(window) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('tag' as const),
        tagId: fc.constantFrom(...tagIds),
        values: fc.constantFrom<string[]>([], ['护肤'], [hostile[0]!, 'x']),
        window,
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('consent' as const),
        channel: fc.constant('sms' as const),
        state: fc.constantFrom('granted' as const, 'withdrawn' as const, 'none' as const),
      }),
    },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('attribute' as const), attribute: key, test: valueTest }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('attribute' as const), attribute: fc.constant('created_at'), test: dateTest }) },
    { weight: 5, arbitrary: event },
    { weight: 2, arbitrary: siblings },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('hasAddress' as const), channel: fc.constantFrom('sms' as const, 'email' as const) }) },
    { weight: 1, arbitrary: fc.constantFrom<string[]>(['high'], ['low', 'high'], ['nowhere']).map((layers) => ({ kind: 'layer' as const, modelId, layers })) },
  )
}

/** Trees up to four deep over every kind of leaf but segments, which are only names for trees. */
export function arbitraryRule(now: Date): fc.Arbitrary<Rule> {
  const leaf = arbitraryLeaf(now)
  return fc.letrec<{ rule: Rule }>((tie) => ({
    rule: fc.oneof(
      { maxDepth: 3, depthIdentifier: 'rule' },
      leaf,
      fc.record({ kind: fc.constantFrom('all' as const, 'any' as const), rules: fc.array(tie('rule'), { maxLength: 4 }) }),
      fc.record({ kind: fc.constant('not' as const), rule: tie('rule') }),
    ),
  })).rule
}
