import * as fc from 'fast-check'
import { anyEvent, type Rule, type ValueTest } from '../../../../../contracts/rule.ts'
import type { EventFact, PersonFacts } from '../evaluate-rule.ts'

/**
 * Random rules and histories that often meet: a few keys and values, times on and beside the edges of windows, values of every type at every
 * key, and names that are SQL, JSON or Liquid.
 */
const dayMs = 86_400_000
export const hostile = ["it's; drop table events", 'a\\b`c"d', '\t\n\r', '{p0:String}', '%_', '😀', '\\N', '护肤\u0000x']
const keys = ['city', 'age', 'vip', 'birthday', 'mixed', 'a.b', 'k-1 $x', 'null', '城市'] as const
const eventNames = ['Order Completed', 'Product Viewed', 'Message Accepted', hostile[0]!, hostile[1]!]
const texts = ['上海', '北京', '北', 'x', ...hostile]
const numbers = [0, 1, -1, 2.5, 0.1, 0.7, 0.8, 18, 1e15, 12345678901234567000, -0.000001]
const days = ['2026-11-01', '2026-11-22', '2026-10-23', '1988-07-01']
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
  fc.constant([1, 'x']),
)

const bag = fc
  .dictionary(fc.constantFrom(...keys), value, { maxKeys: 7 })
  .chain((flat) => fc.option(value, { nil: undefined }).map((nested): Record<string, unknown> => (nested === undefined ? flat : { ...flat, a: { b: nested } })))

/** A history around `now`: events exactly at, one millisecond before and after the edges of the windows below. */
export function arbitraryFacts(now: Date): fc.Arbitrary<PersonFacts> {
  const time = fc.tuple(fc.constantFrom(0, 1, 2, 7, 30, 31, 365), fc.constantFrom(-1, 0, 1)).map(([ago, offset]) => now.getTime() - ago * dayMs + offset)
  const event: fc.Arbitrary<EventFact> = fc.record({
    event: fc.constantFrom(...eventNames),
    timeMs: time,
    amountFen: fc.constantFrom(null, 0, 1, 1999, 30_000, 15_000, -500),
    properties: bag,
  })
  return fc.record({
    attributes: bag,
    createdAt: time.map((ms) => new Date(ms)),
    hasPhone: fc.boolean(),
    hasEmail: fc.boolean(),
    events: fc.array(event, { maxLength: 12, size: 'max' }),
    layers: fc.constantFrom([], ['high'], ['low']).map((layers) => layers.map((layer) => ({ modelId, run: 7, layer, recencyScore: 5, frequencyScore: 1 }))),
  })
}

export const modelId = '0190a000-0000-7000-8000-000000000001'

const noValues: never[] = []
const textTest: fc.Arbitrary<ValueTest> = fc.oneof(
  fc.record({ type: fc.constant('text' as const), operator: fc.constantFrom('is', 'isNot', 'contains', 'startsWith'), values: text.map((one) => [one]) }),
  fc.record({ type: fc.constant('text' as const), operator: fc.constant('oneOf' as const), values: fc.array(text, { minLength: 1, maxLength: 4 }) }),
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
    operator: fc.constantFrom('withinLast', 'moreThanAgo'),
    values: fc.constantFrom(0, 1, 21, 30).map((one) => [one]),
  }),
  fc.record({ type: fc.constant('date' as const), operator: fc.constantFrom('isSet', 'isNotSet'), values: fc.constant(noValues) }),
)
const booleanTest: fc.Arbitrary<ValueTest> = fc.record({
  type: fc.constant('boolean' as const),
  operator: fc.constantFrom('isTrue', 'isFalse', 'isSet', 'isNotSet'),
})
const valueTest = fc.oneof(textTest, numberTest, dateTest, booleanTest)

const key = fc.constantFrom(...keys)
const filter = fc.oneof(fc.record({ property: key, test: valueTest }), fc.record({ property: fc.constant('amount'), test: numberTest }))
const measure = fc.oneof(
  fc.constant({ kind: 'times' as const }),
  fc.record({ kind: fc.constantFrom('sum', 'average', 'minimum', 'maximum'), of: fc.oneof(fc.constant('amount'), key) }),
)
const bound = fc.constantFrom(0, 1, 2, 3, 0.8, 150, 299.99, 300, -5)
const comparison = fc.oneof(
  fc.record({ operator: oneNumber, values: bound.map((one) => [one]) }),
  fc.record({ operator: fc.constant('between' as const), values: ascending(bound) }),
)

function arbitraryLeaf(now: Date): fc.Arbitrary<Rule> {
  const ago = (count: number) => new Date(now.getTime() - count * dayMs).toISOString()
  const window = fc.oneof(
    fc.constant({ kind: 'ever' as const }),
    fc.constantFrom(1, 2, 7, 30, 365).map((amount) => ({ kind: 'last' as const, amount, unit: 'day' as const })),
    fc.constant({ kind: 'last' as const, amount: 24, unit: 'hour' as const }),
    fc.constantFrom<[number, number]>([30, 7], [31, 1], [365, 0]).map(([from, to]) => ({ kind: 'between' as const, from: ago(from), to: ago(to) })),
  )
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
  return fc.oneof(
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
